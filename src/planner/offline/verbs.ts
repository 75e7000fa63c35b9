/** The grammar of the offline language, one row per form. */

import {
  folderName,
  readEachBack,
  readNumber,
  readSource,
  readSourceOrBack,
  readTarget,
} from './language/arguments.js';
import type { Cursor } from './language/cursor.js';
import { countWords, extractWords, modelVerbs } from './language/lexicon.js';
import type { Source, Step } from './language/parsed-steps.js';

/** A grammar rule: its syntax, and the parser of its arguments. */
export type Row = Readonly<{
  /** The words it starts with; several words are a phrase. */
  words: readonly string[];
  form: string;
  example: string;
  meaning: string;
  read: (cursor: Cursor, word: string) => Step;
}>;

/** The grammar. Among rules with the same first word, the first one that parses the complete clause wins. */
export const rows: readonly Row[] = [
  {
    words: ['read', 'print', 'cat', 'open'],
    form: 'read X',
    example: 'read notes.md',
    meaning: 'reads a file, every file of a list, folder or pattern, or a web page',
    read: (cursor) => ({ verb: 'read', source: readSource(cursor) }),
  },
  {
    words: ['summarize', 'summarise', 'sum up'],
    form: 'summarize X [in N sentences]',
    example: 'summarize README.md in 3 sentences',
    meaning:
      'selects its most central sentences, 5 by default; for several files (a.md, b.md and c.md), of each',
    read: readSummarize,
  },
  {
    words: ['fetch', 'download', 'get', 'visit'],
    form: 'fetch URL',
    example: 'fetch https://example.com/news',
    meaning: 'requests the URL',
    read: readFetch,
  },
  {
    words: ['run', 'execute'],
    form: 'run `command`',
    example: 'run `git log --oneline`',
    meaning: 'runs a shell command, in backticks or quotes',
    read: readRun,
  },
  {
    words: ['list', 'find', 'ls'],
    form: 'list PATTERN in DIR',
    example: 'list *.md in docs',
    meaning: 'lists the matching files; `list files in DIR` lists all',
    read: readList,
  },
  {
    words: ['count', 'how many'],
    form: 'count words|lines|characters in X',
    example: 'count words in README.md',
    meaning: 'counts words, lines or characters; for several files, of each',
    read: readCount,
  },
  {
    words: ['count', 'how many'],
    form: 'count files in DIR',
    example: 'count *.md files in docs',
    meaning: 'counts the matching files',
    read: readCountFiles,
  },
  {
    words: ['extract', 'get', 'find', 'list', 'collect'],
    form: 'extract links|emails|headings|keywords from X',
    example: 'extract links from https://example.com',
    meaning:
      'extracts items of this kind, each once; headings are Markdown headings, keywords the 10 most frequent words',
    read: (cursor) => readExtract(cursor, cursor.take(...Object.keys(extractWords))),
  },
  {
    words: ['links', 'urls', 'emails', 'headings', 'keywords'],
    form: 'links|emails|headings|keywords of X',
    example: 'headings of docs/guide.md',
    meaning: 'short form of extract',
    read: readExtract,
  },
  {
    words: ['write', 'save', 'store', 'put'],
    form: 'save each to DIR/',
    example: 'save each to summaries/',
    meaning: 'for several files, writes the result of each under its own name into the folder',
    read: readWriteEach,
  },
  {
    words: ['write', 'save', 'store', 'put'],
    form: 'write|save it to FILE',
    example: 'save it to summary.md',
    meaning: 'writes the previous result to a file, replacing it; write "text" to FILE writes the text',
    read: (cursor) => readWrite(cursor, false),
  },
  {
    words: ['append', 'add'],
    form: 'append it to FILE',
    example: 'append the summary to log.md',
    meaning: 'appends the previous result to the file',
    read: (cursor) => readWrite(cursor, true),
  },
  {
    words: ['copy', 'duplicate'],
    form: 'copy A to B',
    example: 'copy notes.md to backup/notes.md',
    meaning: 'copies a file, or several files into a folder',
    read: (cursor) => readTransfer(cursor, 'copy'),
  },
  {
    words: ['move', 'rename'],
    form: 'move A to B',
    example: 'move "old name.md" to new.md',
    meaning: 'moves or renames a file',
    read: (cursor) => readTransfer(cursor, 'move'),
  },
  {
    words: ['delete', 'remove', 'erase', 'rm'],
    form: 'delete X',
    example: 'delete old.log',
    meaning: 'deletes a file',
    read: (cursor) => ({ verb: 'delete', source: readSource(cursor) }),
  },
];

/** The words of `for each X, …`, which precedes another clause. */
export const forEach = {
  words: ['for each of', 'for each', 'for every', 'for all of', 'for all'],
  form: 'for each X, …',
  example: 'for each *.md in docs, count words in it',
  meaning: 'runs the following steps for each of the files',
} as const;

/** All words and phrases that can start a clause. */
export const openings: readonly string[] = [
  ...new Set([...rows.flatMap(({ words }) => words), ...forEach.words, ...modelVerbs]),
];

/** Examples shown in errors. */
export const language = { forms: [...rows.map(({ form }) => form), forEach.form], verbs: openings } as const;

function readSummarize(cursor: Cursor): Step {
  const early = readLength(cursor);
  const source = readSourceOrBack(cursor);
  const sentences = early ?? readLength(cursor);
  return { verb: 'summarize', source, ...(sentences === undefined ? {} : { sentences }) };
}

/** `in 3 sentences`. */
function readLength(cursor: Cursor): number | undefined {
  return cursor.maybe(() => {
    const count = cursor.take('in', 'to', 'into') && readNumber(cursor);
    return count && cursor.take('sentences', 'sentence') ? count : undefined;
  });
}

function readFetch(cursor: Cursor): Step {
  const source = readSource(cursor);
  if (source.kind !== 'url') return cursor.fail('they miss an address that begins with https:// or http://.');
  return { verb: 'fetch', source };
}

function readRun(cursor: Cursor): Step {
  cursor.take('shell command', 'command');
  const token = cursor.peek();
  if (token?.kind !== 'command' && token?.kind !== 'quoted')
    return cursor.fail('put the command in backticks: run `git status`.');
  cursor.next();
  if (!token.text.trim()) return cursor.fail('the command is empty.');
  return { verb: 'run', command: token.text };
}

function readList(cursor: Cursor): Step {
  const source = readSource(cursor);
  if (source.kind !== 'files')
    return cursor.fail("they miss a pattern or a folder: 'list *.md in docs', 'list files in docs'.");
  return { verb: 'list', source };
}

function readCount(cursor: Cursor): Step {
  const word = cursor.expect('they count words, lines, characters or files.', ...Object.keys(countWords));
  cursor.take('are there', 'are');
  return { verb: 'count', what: countWords[word]!, source: readPart(cursor) };
}

function readCountFiles(cursor: Cursor): Step {
  const source = readSource(cursor);
  const listed =
    source.kind === 'files' || (source.kind === 'back' && ['files', 'them'].includes(source.noun));
  if (!listed) return cursor.fail('they count words, lines, characters or files.');
  return { verb: 'count', what: 'files', source };
}

function readExtract(cursor: Cursor, word: string | undefined): Step {
  if (word === undefined) return cursor.fail('they extract links, emails, headings or keywords.');
  return { verb: 'extract', what: extractWords[word]!, source: readPart(cursor) };
}

/** `in X`, or the previous result. */
function readPart(cursor: Cursor): Source {
  if (cursor.atEnd()) return { kind: 'back', noun: 'it' };
  cursor.expect("they miss 'in' or 'from' before what it is about.", 'in', 'of', 'from');
  return readSource(cursor);
}

function readWrite(cursor: Cursor, append: boolean): Step {
  const source = readWritten(cursor);
  cursor.expect("they miss 'to' and the file to write to.", 'to', 'into', 'in', 'as');
  return { verb: 'write', source, path: readTarget(cursor), append };
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
  if (token && ['to', 'into', 'in', 'as'].includes(token.text.toLowerCase()))
    return { kind: 'back', noun: 'it' };
  return readSource(cursor);
}

function readTransfer(cursor: Cursor, verb: 'copy' | 'move'): Step {
  const source = readSource(cursor);
  if (source.kind === 'url' || source.kind === 'stdin')
    return cursor.fail(`only files can be used with '${verb}'.`);
  cursor.expect(`they miss 'to' and where to ${verb} it.`, 'to', 'into', 'as');
  // Several files require a folder.
  const several = source.kind === 'files' || source.kind === 'list';
  return { verb, source, path: several ? folderName(cursor) : readTarget(cursor) };
}
