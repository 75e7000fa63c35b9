/** Grammar rules that write, append and send. */

import { folderName, readBareName, readEachBack, readSource, readTarget } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import type { Source, Step } from '../language/parsed-steps.js';
import { back, type Row } from './row.js';

export const writeForms: readonly Row[] = [
  {
    words: ['write', 'save', 'store', 'put', 'export'],
    form: 'save each to DIR/',
    example: 'save each to summaries/',
    meaning: 'for several files, writes the result of each under its own name into the folder',
    read: readWriteEach,
  },
  {
    words: ['post', 'send', 'submit', 'put'],
    form: 'POST it to URL',
    example: 'POST it to https://example.com/hook',
    meaning: 'sends the previous result, a file or "text" as the body of a request',
    read: readSend,
  },
  {
    words: ['write', 'save', 'store', 'put', 'output', 'export', 'dump'],
    form: 'write|save it to FILE',
    example: 'save it to summary.md',
    meaning: 'writes the previous result to a file, replacing it; write "text" to FILE writes the text',
    read: (cursor) => readWrite(cursor, false),
  },
  {
    words: ['create', 'make', 'write'],
    form: 'create FILE with the text "…"',
    example: 'create a file hello.txt with the text "Hello"',
    meaning: 'writes the text to the file; `create an empty file FILE` writes none',
    read: readCreate,
  },
  {
    words: ['touch'],
    form: 'touch FILE',
    example: 'touch notes.md',
    meaning: 'creates the file unless it exists',
    read: (cursor) => ({
      verb: 'write',
      source: { kind: 'literal', text: '' },
      path: readTarget(cursor),
      append: true,
    }),
  },
  {
    words: [
      'overwrite',
      'replace contents of',
      'replace content of',
      'replace text of',
      'set contents of',
      'set content of',
    ],
    form: 'overwrite FILE with "…"',
    example: 'overwrite hello.txt with "Hello"',
    meaning: 'replaces what is in the file',
    read: (cursor) => {
      const path = readTarget(cursor);
      cursor.expect("they miss 'with' and the text.", 'with', 'by', 'to');
      cursor.take('text', 'content', 'contents');
      return { verb: 'write', source: readWritten(cursor), path, append: false };
    },
  },
  {
    words: ['append', 'add'],
    form: 'append it to FILE',
    example: 'append the summary to log.md',
    meaning:
      'appends the previous result, "text" or the output of `command` to the file; add the line "…" ends it',
    read: (cursor) => readWrite(cursor, true),
  },
];

function readWrite(cursor: Cursor, append: boolean): Step {
  const isLine =
    cursor.take('line saying', 'line that says', 'line with the text', 'new line', 'line') !== undefined;
  if (!isLine && ['text', 'words', 'word', 'string'].includes(cursor.peek()?.text.toLowerCase() ?? ''))
    cursor.maybe(() => (cursor.next(), cursor.peek()?.kind === 'quoted' ? true : undefined));
  const read = readWritten(cursor);
  if (isLine && read.kind !== 'literal') return cursor.fail('put the line in quotes.');
  const source: Source =
    isLine && read.kind === 'literal' ? { kind: 'literal', text: `${read.text}\n` } : read;
  cursor.expect("they miss 'to' and the file to write to.", 'to', 'into', 'in', 'as');
  cursor.take('end of', 'bottom of');
  // Only several results can go into a folder: for one, the step is refused.
  const folder = source.kind === 'back' && !append ? cursor.maybe(() => readFolderTarget(cursor)) : undefined;
  return { verb: 'write', source, path: folder ?? readTarget(cursor), append };
}

/** `summaries` as the folder `summaries/`. */
function readFolderTarget(cursor: Cursor): string | undefined {
  const folder = readBareName(cursor, { isTarget: true });
  cursor.take('folder', 'directory');
  return folder !== undefined && cursor.atEnd() ? `${folder}/` : undefined;
}

function readWriteEach(cursor: Cursor): Step {
  const source = readEachBack(cursor);
  if (!source) return cursor.fail("they miss 'each'.");
  cursor.expect("they miss 'to' and the folder to write to.", 'to', 'into', 'in', 'under');
  const path = folderName(cursor);
  if (/[^/\\.][^/\\]*\.\w+$/.test(path))
    return cursor.fail(`'${path}' is one file: each needs a folder (${path}/).`);
  return { verb: 'write', source, path, append: false, each: true };
}

function readWritten(cursor: Cursor): Source {
  const token = cursor.peek();
  if (token?.kind === 'quoted') {
    cursor.next();
    return { kind: 'literal', text: token.text };
  }
  if (token && ['to', 'into', 'in', 'as'].includes(token.text.toLowerCase())) return back;
  return readSource(cursor);
}

function readCreate(cursor: Cursor): Step {
  const isEmpty = cursor.take('empty', 'new empty') !== undefined;
  cursor.take('new', 'text');
  const path = readTarget(cursor);
  if (isEmpty) return { verb: 'write', source: { kind: 'literal', text: '' }, path, append: false };
  const introduced = cursor.take(
    'with the following text',
    'with text',
    'with content',
    'with contents',
    'that says',
    'saying',
    'containing the text',
    'containing text',
    'that contains the text',
    'containing',
    'that contains',
    'with',
    'from',
  );
  if (introduced === undefined) return cursor.fail("they miss 'with the text' and the text.");
  const token = cursor.peek();
  if (token?.kind === 'quoted') {
    cursor.next();
    return { verb: 'write', source: { kind: 'literal', text: token.text }, path, append: false };
  }
  const isVerbatim = /text|content|says|saying/.test(introduced);
  if (!isVerbatim) return { verb: 'write', source: readSource(cursor), path, append: false };
  const text = cursor.takeRest().replace(/^:\s*/, '');
  // A full stop may end the sentence or belong to the text.
  if (text === '' || /["'`“”]|\b(please|thanks)$|[.]$/i.test(text) || /^(of|from|in)\b/i.test(text))
    return cursor.fail('put the text in quotes.');
  return { verb: 'write', source: { kind: 'literal', text }, path, append: false };
}

function readSend(cursor: Cursor, word: string): Step {
  cursor.take('request with', 'request with the body');
  const source = readWritten(cursor);
  cursor.expect("they miss 'to' and the address.", 'to');
  const target = readSource(cursor);
  if (target.kind !== 'url') return cursor.fail('they miss an address that begins with https:// or http://.');
  if (word !== 'put')
    cursor.take('with post', 'using post', 'via post', 'by post', 'as post request', 'in post request');
  return { verb: 'send', source, url: target.url, method: word === 'put' ? 'PUT' : 'POST' };
}
