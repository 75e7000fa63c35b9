/** Grammar rules that ask the system: folders to create, dates, sizes of files. */

import { readSource } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import type { Step } from '../language/parsed-steps.js';
import type { Row } from './row.js';

export const systemForms: readonly Row[] = [
  {
    words: ['make', 'create', 'add', 'mkdir'],
    form: 'create a folder DIR',
    example: 'create a folder called drafts',
    meaning: 'runs mkdir -p; also: mkdir drafts',
    read: readFolder,
  },
  {
    words: [
      'current date and time',
      'current date',
      'current time',
      'current day',
      "today's date",
      'todays date',
      'date today',
      'date and time',
      'time is it',
      'day is it today',
      'day is it',
      'day is today',
      'date is it today',
      'date is it',
    ],
    noun: true,
    form: 'current date',
    example: 'what is the current date?',
    meaning: 'runs date; also: what time is it',
    read: runDate,
  },
  {
    words: [
      'what time is it',
      'what day is it today',
      'what day is it',
      'what day is today',
      'what date is it today',
      'what date is it',
      "what is today's date",
    ],
    form: 'what time is it?',
    example: 'what time is it?',
    meaning: 'the same',
    read: runDate,
  },
  {
    words: ['how big is', 'how large is', 'what size is'],
    form: 'how big is FILE?',
    example: 'how big is app.log?',
    meaning: 'its size in bytes',
    read: readSize,
  },
  {
    words: ['size of', 'file size of', 'size in bytes of', 'number of bytes in', 'how many bytes are in'],
    noun: true,
    form: 'size of FILE',
    example: 'get the size of app.log',
    meaning: 'the same',
    read: readSize,
  },
];

function readFolder(cursor: Cursor, word: string): Step {
  if (word === 'mkdir') cursor.take('-p');
  else {
    cursor.take('new', 'empty');
    cursor.expect("they miss 'folder' and its name.", 'folder', 'directory');
    cursor.take('called', 'named', 'with name');
  }
  const token = cursor.next();
  if (token?.kind !== 'word' && token?.kind !== 'quoted')
    return cursor.fail('they miss the name of the folder.');
  return { verb: 'run', command: `mkdir -p ${quote(cursor, token.text)}` };
}

function runDate(): Step {
  return { verb: 'run', command: 'date' };
}

function readSize(cursor: Cursor): Step {
  const source = readSource(cursor);
  if (source.kind !== 'file') return cursor.fail('they know the size of a file.');
  return { verb: 'run', command: `wc -c < ${quote(cursor, source.path)}` };
}

/** A name as one argument of a shell command. */
function quote(cursor: Cursor, name: string): string {
  if (/^-|[\0\n'$]/.test(name)) return cursor.fail(`'${name}' cannot be the name of it.`);
  return /^[\w./-]+$/.test(name) ? name : `'${name}'`;
}
