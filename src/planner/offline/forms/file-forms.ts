/** Grammar rules that combine, convert, copy, move and delete files. */

import {
  folderName,
  isNextPath,
  readBareName,
  readSource,
  readTarget,
  readTextOrWord,
} from '../language/arguments.js';
import { leadOuts } from '../language/lexicon.js';
import type { Cursor } from '../language/cursor.js';
import type { Change, Source, Step, StepOf } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';
import { type Row } from './row.js';

export const fileForms: readonly Row[] = [
  {
    words: ['combine', 'concatenate', 'merge', 'join', 'put'],
    form: 'combine A and B into FILE',
    example: 'combine a.md and b.md into all.md',
    meaning: 'puts the texts one after the other',
    read: (cursor, word) => {
      cursor.take('contents of', 'content of', 'text of');
      const source = readSource(cursor);
      const names = source.kind === 'list' ? source.paths : source.kind === 'files' ? [source.pattern] : [];
      if (names.length === 0 && source.kind !== 'back') return cursor.fail('they combine several files.');
      if (
        word !== 'concatenate' &&
        names.some((name) => /\.(json|csv|tsv|xlsx|ya?ml|xml|html?|pdf)$/i.test(name))
      )
        return cursor.fail(`they can only put texts one after the other: concatenate ${names.join(' and ')}`);
      const isTogether = cursor.take('together', 'in one file') !== undefined;
      if (word === 'put' && !isTogether) return cursor.fail("they miss 'together'.");
      return { verb: 'combine', source };
    },
  },
  {
    words: ['convert', 'turn', 'change', 'transform'],
    form: 'convert FILE.csv to JSON',
    example: 'convert data.csv to JSON',
    meaning: 'the rows as objects, or a list of objects as CSV; convert a.csv to a.json also writes it',
    read: readConvert,
  },
  {
    words: ['pretty print', 'pretty-print', 'prettify', 'format'],
    form: 'pretty print FILE.json',
    example: 'pretty print data.json',
    meaning: 'JSON with line breaks and indentation',
    read: (cursor) => json(cursor, 'pretty'),
  },
  {
    words: ['keys of', 'keys in', 'top-level keys of', 'top-level keys in'],
    noun: true,
    form: 'keys of FILE.json',
    example: 'list the keys of config.json',
    meaning: 'the names of its fields',
    read: (cursor) => json(cursor, 'keys'),
  },
  {
    words: ['field', 'column', 'value of', 'property'],
    noun: true,
    form: 'field NAME of FILE.json',
    example: 'get the field version of package.json',
    meaning: 'the value of a field, or the values of a column; also: NAME column of people.csv',
    read: (cursor) => {
      cursor.take('named', 'called', 'field');
      const field = readTextOrWord(cursor);
      return field === undefined ? cursor.fail('they miss the name of the field.') : readField(cursor, field);
    },
  },
  {
    words: ['get', 'extract', 'show me', 'show', 'list', 'print', 'what is', 'read', 'give me'],
    form: 'NAME column of FILE.csv',
    example: 'get the name column from people.csv',
    meaning: 'the same; also: get version from package.json',
    read: (cursor, word) => {
      const isQuoted = cursor.peek()?.kind === 'quoted';
      const field = readTextOrWord(cursor);
      if (field === undefined) return cursor.fail('they miss the name of the field.');
      if (!isQuoted && placesInOrder.has(field.toLowerCase()))
        return cursor.fail('they know columns by their names.');
      // JSON has fields and nothing else; "get errors from a.csv" may mean rows.
      const isField =
        (word === 'get' || word === 'what is') && cursor.maybe(() => readFieldOfJson(cursor, field));
      if (isField) return isField;
      // Any text could be a name here: the reason of another form says more.
      if (!cursor.take('column', 'field', 'property')) throw new Unread("they miss 'field' or 'column'.", 0);
      return readField(cursor, field);
    },
  },
  {
    words: [
      'copy',
      'duplicate',
      'back up',
      'backup',
      'make copy of',
      'create copy of',
      'save copy of',
      'make backup of',
      'create backup of',
      'make backup copy of',
    ],
    form: 'copy A to B',
    example: 'copy notes.md to backup/notes.md',
    meaning: 'copies a file, several files or all of a folder into a folder; also: back up notes to backup',
    read: (cursor) => readTransfer(cursor, 'copy'),
  },
  {
    words: ['move', 'rename'],
    form: 'move A to B',
    example: 'move "old name.md" to new.md',
    meaning: 'moves or renames a file; move a.txt to docs moves it into that folder',
    read: (cursor, word) => {
      const step = readTransfer(cursor, 'move', word === 'rename');
      return word === 'rename' && (step.source.kind === 'files' || step.source.kind === 'list')
        ? cursor.fail('they rename one file.')
        : step;
    },
  },
  {
    words: ['delete', 'remove', 'erase', 'rm'],
    form: 'delete X',
    example: 'delete old.log',
    meaning: 'deletes a file',
    read: (cursor) => {
      const source = readSource(cursor);
      return source.kind === 'files' && source.whole
        ? wholeFolder(cursor, 'delete', source.folder)
        : { verb: 'delete', source };
    },
  },
];

/** Words that say which column is meant, instead of its name. */
const placesInOrder: ReadonlySet<string> = new Set(
  (
    'first second third fourth fifth sixth seventh eighth ninth tenth last next other another each every all same ' +
    'left leftmost right rightmost middle entire whole longest shortest largest smallest empty new'
  ).split(' '),
);

function readConvert(cursor: Cursor): Step | Step[] {
  const source = readSource(cursor);
  if (source.kind !== 'file') return cursor.fail('they convert .csv and .json files.');
  cursor.expect("they miss 'to' and the format.", 'to', 'into');
  const from = /\.(csv|json)$/i.exec(source.path)?.[1]?.toLowerCase();
  const named = cursor.take('json', 'csv');
  if (named !== undefined) cursor.take('format', 'file');
  const path = named === undefined ? readTarget(cursor) : undefined;
  const to = named ?? /\.(csv|json)$/i.exec(path!)?.[1]?.toLowerCase();
  if (!from || !to || from === to) return cursor.fail('they convert between CSV and JSON.');
  const step: Step = { verb: 'change', what: from === 'csv' ? 'csv_to_json' : 'json_to_csv', source };
  return path === undefined
    ? step
    : [step, { verb: 'write', source: { kind: 'back', noun: 'it' }, path, append: false }];
}

function json(cursor: Cursor, what: Change): Step {
  const source = readSource(cursor);
  if (source.kind !== 'back' && !(source.kind === 'file' && /\.json$/i.test(source.path)))
    return cursor.fail('they do this with a .json file.');
  return { verb: 'change', what, source };
}

/** `version from package.json` */
function readFieldOfJson(cursor: Cursor, field: string): Step | undefined {
  if (!cursor.take('from', 'of', 'in')) return undefined;
  const source = cursor.maybe(() => (isNextPath(cursor) ? readSource(cursor) : undefined));
  const isJson = source?.kind === 'file' && /\.json$/i.test(source.path);
  return isJson ? { verb: 'change', what: 'field', args: { field }, source } : undefined;
}

function readField(cursor: Cursor, field: string): Step {
  cursor.take('field', 'column');
  cursor.expect("they miss 'of' and the file.", 'of', 'in', 'from');
  const source = readSource(cursor);
  if (source.kind !== 'file' || !/\.(json|csv)$/i.test(source.path))
    return cursor.fail('they read fields of .json and .csv files.');
  return { verb: 'change', what: 'field', args: { field }, source };
}

function readTransfer(cursor: Cursor, verb: 'copy' | 'move', isRename = false): StepOf<'copy' | 'move'> {
  const source =
    (verb === 'copy' ? cursor.maybe(() => readBareFolder(cursor)) : undefined) ?? readSource(cursor);
  if (['url', 'stdin', 'command', 'commits', 'lines'].includes(source.kind))
    return cursor.fail(`only files can be used with '${verb}'.`);
  if (source.kind === 'files' && source.whole && verb === 'move')
    return wholeFolder(cursor, verb, source.folder);
  const how = cursor.expect(
    `they miss 'to' and where to ${verb} it.`,
    'to',
    'into',
    'as',
    'called',
    'named',
    'at',
  );
  // Several files require a folder.
  const isWhole = source.kind === 'files' && source.whole === true;
  const several = source.kind === 'files' || source.kind === 'list';
  const folder = several
    ? undefined
    : (cursor.maybe(() => namedFolder(cursor)) ??
      (!isRename && ['to', 'into', 'at'].includes(how) ? bareTarget(cursor) : undefined));
  if (isWhole) return { verb, source: { ...source, pattern: '**/*' }, path: folderName(cursor) };
  return { verb, source, path: several ? folderName(cursor) : (folder ?? readTarget(cursor)) };
}

/** `notes` before `to`: a word that is no path can only be a folder. */
function readBareFolder(cursor: Cursor): Source | undefined {
  const folder = readBareName(cursor);
  if (folder === undefined || !['to', 'into', 'as'].includes(cursor.peek()?.text.toLowerCase() ?? ''))
    return undefined;
  return { kind: 'files', pattern: '*', folder, whole: true };
}

/** `docs` in "move a.txt to docs": a file goes into the folder of that name. */
function bareTarget(cursor: Cursor): string | undefined {
  return cursor.maybe(() => {
    const folder = readBareName(cursor, { isTarget: true });
    cursor.take(...leadOuts);
    return folder !== undefined && cursor.atEnd() ? slashed(folder) : undefined;
  });
}

/** `the backup folder` or `folder backup`, as a path that ends in a slash. */
function namedFolder(cursor: Cursor): string | undefined {
  if (cursor.take('folder', 'directory')) return slashed(folderName(cursor));
  const token = cursor.next();
  if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
  return cursor.take('folder', 'directory') ? slashed(token.text) : undefined;
}

function slashed(folder: string): string {
  return `${folder.replace(/[/\\]$/, '')}/`;
}

function wholeFolder(cursor: Cursor, verb: string, folder: string): never {
  return cursor.fail(`they ${verb} files, not folders: all files in ${folder}`);
}
