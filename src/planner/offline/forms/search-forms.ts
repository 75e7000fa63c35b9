/** Grammar rules that look for a text in files. */

import { readQuoted, readSource, readSourceOrFolder } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import { extractWords, fileKinds, judgedWords } from '../language/lexicon.js';
import type { Source, Step } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';
import { back, type Row } from './row.js';

/** `lines containing`, `every line with` … */
const linesWith: readonly string[] = [
  'containing',
  'with',
  'that contain',
  'which contain',
  'that have',
  'matching',
  'mentioning',
  'including',
  'that mention',
  'that include',
].flatMap((how) => [
  `lines ${how}`,
  ...['every line', 'each line', 'any line', 'line'].map(
    (line) => `${line} ${how.replace(/(?<= )\w+$/, singular)}`,
  ),
]);

/** `contain` → `contains` after `that`; `have` → `has`. */
function singular(verb: string): string {
  return verb === 'have' ? 'has' : `${verb}s`;
}

export const searchForms: readonly Row[] = [
  {
    words: ['find', 'search for', 'look for', 'grep for', 'grep', 'search'],
    form: 'find "text" in X',
    example: 'find TODO in src',
    meaning:
      'lists the lines that contain the text, in the same letter case; in a folder, of all files in it',
    read: readSearch,
  },
  {
    words: linesWith,
    noun: true,
    form: 'lines containing "text" in X',
    example: 'show the lines containing "error" in app.log',
    meaning: 'the same',
    read: (cursor) => {
      const text = readSought(cursor, true);
      return { verb: 'search', text, source: readWhere(cursor) };
    },
  },
  {
    words: ['where does', 'where do', 'where is'],
    form: 'where does "text" occur in X?',
    example: 'where does "TODO" occur in src?',
    meaning: 'the same',
    read: (cursor) => {
      const isNamed = cursor.take('word', 'text', 'string', 'phrase') !== undefined;
      const text = readSought(cursor, isNamed, true);
      cursor.expect("they miss 'occur in'.", 'occur', 'occurs', 'appear', 'come up', 'used', 'mentioned');
      return { verb: 'search', text, source: readWhere(cursor) };
    },
  },
  {
    words: ['count', 'how many'],
    form: 'count lines containing "text" in X',
    example: 'count the lines containing "error" in app.log',
    meaning: 'counts the lines that contain the text',
    read: (cursor) => {
      cursor.take('all');
      cursor.expect('they count lines.', 'lines');
      const before = cursor.take('in', 'of') ? readSource(cursor) : undefined;
      cursor.expect("they miss 'containing' and a text.", ...containing);
      const text = readSought(cursor, true);
      return [
        { verb: 'search', text, source: before ?? readWhere(cursor) },
        { verb: 'count', what: 'items', source: back },
      ];
    },
  },
  {
    words: ['lines in', 'lines of', 'lines from'],
    noun: true,
    form: 'lines in X containing "text"',
    example: 'show the lines in app.log containing "error"',
    meaning: 'the same',
    read: (cursor) => {
      const source = readSource(cursor);
      cursor.expect("they miss 'containing' and a text.", ...containing, 'with');
      return { verb: 'search', text: readSought(cursor, true), source };
    },
  },
  {
    words: [
      'which files',
      'what files',
      'list files',
      'list all files',
      'find files',
      'find all files',
      'show me files',
      'show files',
      'list',
      'find',
    ],
    form: 'which files in X contain "text"?',
    example: 'which files in src contain "TODO"?',
    meaning: 'lists the files that contain the text',
    read: (cursor, word) => {
      if (!word.endsWith('files')) cursor.expect('they miss the files.', 'all files', 'files');
      const where = cursor.maybe(() => readFolderBefore(cursor));
      cursor.expect("they miss 'contain' and a text.", ...containing);
      const text = readSought(cursor, true);
      return { verb: 'search', text, source: where ?? readWhere(cursor), files: true };
    },
  },
  {
    words: ['count', 'how many', 'number of'],
    form: 'count the TODOs in X',
    example: 'count the TODOs in src',
    meaning: 'counts the lines that contain such a mark, which is written in capitals',
    read: (cursor) => {
      cursor.take('all');
      const text = /^([A-Z][A-Z_]+)s?$/.exec(cursor.next()?.text ?? '')?.[1];
      if (text === undefined) throw new Unread('they count words, lines, characters or files.', 0);
      cursor.take('comments', 'markers');
      cursor.take('are there', 'there are', 'are');
      return [
        { verb: 'search', text, source: readWhere(cursor) },
        { verb: 'count', what: 'items', source: back },
      ];
    },
  },
];

const containing = [
  'containing',
  'that contain',
  'which contain',
  'that mention',
  'contain',
  'mention',
  'mentioning',
];

function readSearch(cursor: Cursor, word: string): Step {
  if (word === 'search') {
    cursor.take('in', 'through');
    const source = readSourceOrFolder(cursor);
    cursor.expect("they miss 'for' and the text.", 'for');
    return { verb: 'search', text: readSought(cursor, false), source: deep(source) };
  }
  if (word === 'grep') cursor.take('-r', '-R');
  const every = cursor.take('all', 'every', 'any') !== undefined;
  const named = cursor.take(
    ...linesWith,
    'occurrences of',
    'occurrence of',
    'instances of',
    'word',
    'text',
    'string',
    'phrase',
  );
  const isLoose = named !== undefined || word === 'grep' || word === 'grep for';
  const text = readSought(cursor, isLoose, word === 'find' && !every);
  return { verb: 'search', text, source: readWhere(cursor) };
}

/** `in X`, with or without the `in`: "grep foo a.txt". */
function readWhere(cursor: Cursor): Source {
  if (cursor.atEnd()) return back;
  cursor.take('in', 'inside', 'within', 'from', 'of');
  return deep(readSourceOrFolder(cursor));
}

/** `in src` before `contain`. */
function readFolderBefore(cursor: Cursor): Source | undefined {
  if (!cursor.take('in', 'inside', 'of', 'under')) return undefined;
  const token = cursor.next();
  if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
  cursor.take('folder', 'directory');
  return { kind: 'files', pattern: '**/*', folder: token.text.replace(/(?<=.)\/$/, '') };
}

function deep(source: Source): Source {
  return source.kind === 'files' && source.whole
    ? { kind: 'files', pattern: '**/*', folder: source.folder }
    : source;
}

/**
 * The text to search for. A word without quotes is accepted if the request calls it a text or if its spelling shows it: "find
 * bugs in a.ts" contains none.
 */
function readSought(cursor: Cursor, isLoose: boolean, isStrict = false): string {
  const quoted = readQuoted(cursor);
  if (quoted !== undefined) return quoted;
  const token = cursor.next();
  if (token?.kind !== 'word') return cursor.fail('put the text to look for in quotes.');
  const word = token.text.toLowerCase();
  const isSpelled = /[A-Z]{2}|[a-z][A-Z]|[\d_]/.test(token.text) && !/[./\\*]/.test(token.text);
  const isKind =
    Object.hasOwn(extractWords, word) || Object.hasOwn(fileKinds, word) || /[/\\*]|^\w+\.\w+$/.test(word);
  if (isLoose || isSpelled) return token.text;
  if (isStrict || isKind || judgedWords.has(word))
    return cursor.fail(`put the text to look for in quotes: find "${token.text}" in …`);
  return token.text;
}
