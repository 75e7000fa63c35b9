/** Grammar rules that count and extract what is in a text. */

import { isNextPath, readSource, readTextOrWord } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import { countWords, extractWords } from '../language/lexicon.js';
import type { Change, ChangeStep, Source, Step, StepOf } from '../language/parsed-steps.js';
import { back, readPart, type Row } from './row.js';

export const textForms: readonly Row[] = [
  {
    words: ['how many times does', 'how often does'],
    form: 'how many times does "text" appear in X?',
    example: 'how many times does "foo" appear in notes.md?',
    meaning: 'counts how often the text occurs, in the same letter case',
    read: (cursor) => readOccurrences(cursor, 'appear', 'occur', 'come up'),
  },
  {
    words: ['count occurrences of', 'number of occurrences of', 'count how often', 'count how many times'],
    form: 'count occurrences of "text" in X',
    example: 'count occurrences of "foo" in notes.md',
    meaning: 'another word for it',
    read: (cursor) => readOccurrences(cursor),
  },
  {
    words: ['count', 'how many'],
    form: 'count words|lines|characters in X',
    example: 'count words in README.md',
    meaning: 'counts words, lines or characters; for several files, of each; also: how many words are in X',
    read: (cursor) => {
      cursor.take('number of', 'how many', 'all');
      return readCounts(cursor);
    },
  },
  {
    words: ['how many'],
    noun: true,
    form: 'how many words X has',
    example: 'tell me how many words README.md has',
    meaning: 'another word for count words',
    read: readCounts,
  },
  {
    words: ['word count', 'line count', 'character count'],
    noun: true,
    form: 'word count of X',
    example: 'word count of README.md',
    meaning: 'another word for count words',
    read: (cursor, word) => ({
      verb: 'count',
      what: countWords[word.split(' ')[0]!]!,
      source: readPart(cursor),
    }),
  },
  {
    words: ['number of'],
    noun: true,
    form: 'number of words in X',
    example: 'number of lines in README.md',
    meaning: 'another word for count words',
    read: (cursor) =>
      cursor.maybe(() => (isCounted(cursor) ? readCount(cursor) : undefined)) ?? readCountFiles(cursor),
  },
  {
    words: ['count', 'how many'],
    form: 'count files in DIR',
    example: 'count *.md files in docs',
    meaning: 'counts the matching files',
    read: readCountFiles,
  },
  {
    words: ['count', 'how many', 'number of'],
    form: 'count links|emails|headings in X',
    example: 'count links in README.md',
    meaning: 'counts what extract finds',
    read: (cursor) => {
      cursor.take('all');
      const word = cursor.take(...Object.keys(extractWords));
      if (word === undefined) return cursor.fail('they count words, lines, characters or files.');
      const source = readMany(cursor);
      return [
        { verb: 'extract', what: extractWords[word]!, source },
        { verb: 'count', what: 'items', source: back },
      ];
    },
  },
  {
    words: [
      'extract',
      'get',
      'find',
      'list',
      'collect',
      'pull',
      'grab',
      'show me',
      'show',
      'give me',
      'what',
      'which',
    ],
    form: 'extract links|emails|headings|keywords from X',
    example: 'extract links from https://example.com',
    meaning:
      'extracts items of this kind, each once; headings are Markdown headings, keywords the 10 most frequent words',
    read: (cursor) => {
      cursor.take('out');
      cursor.take('all of', 'all', 'every');
      return readExtract(cursor, cursor.take(...Object.keys(extractWords)));
    },
  },
  {
    words: Object.keys(extractWords),
    noun: true,
    form: 'links|emails|headings|keywords of X',
    example: 'headings of docs/guide.md',
    meaning: 'short form of extract',
    read: readExtract,
  },
];

export function changed(cursor: Cursor, what: Change, args?: ChangeStep['args']): ChangeStep {
  return { verb: 'change', what, source: readPart(cursor), ...(args ? { args } : {}) };
}

function readOccurrences(cursor: Cursor, ...verbs: readonly string[]): Step {
  cursor.take('word', 'text', 'string');
  const find = readTextOrWord(cursor);
  if (find === undefined) return cursor.fail('they miss the text to count, in quotes.');
  const verb = cursor.take(...verbs, 'appears', 'occurs');
  if (verbs.length > 0 && verb === undefined) return cursor.fail("they miss 'appear in'.");
  return changed(cursor, 'occurrences', { find });
}

function isCounted(cursor: Cursor): boolean {
  return cursor.peek() !== undefined && Object.hasOwn(countWords, cursor.peek()!.text.toLowerCase());
}

/** `words and lines in X`, `its words` */
function readCounts(cursor: Cursor): Step | Step[] {
  const more: StepOf<'count'>['what'][] = [];
  const isOfResult = cursor.take('its', 'their') !== undefined;
  const first = cursor.expect('they count words, lines, characters or files.', ...Object.keys(countWords));
  const another = () => (cursor.takeSeparator() ? cursor.take(...Object.keys(countWords)) : undefined);
  for (let word = cursor.maybe(another); word; word = cursor.maybe(another)) more.push(countWords[word]!);
  const source = isOfResult ? back : readMany(cursor);
  const step: Step = { verb: 'count', what: countWords[first]!, source };
  if (more.length > 0 && !['file', 'url', 'back', 'stdin'].includes(source.kind))
    return cursor.fail('they count one thing at a time in several files.');
  return [step, ...more.map((what): Step => ({ verb: 'count', what, source: back }))];
}

function readCount(cursor: Cursor): Step {
  const word = cursor.expect('they count words, lines, characters or files.', ...Object.keys(countWords));
  return { verb: 'count', what: countWords[word]!, source: readMany(cursor) };
}

/** `are in X`, `does X have`, or `in X`. */
function readMany(cursor: Cursor): Source {
  if (cursor.take('does', 'do')) {
    const source = readSource(cursor);
    cursor.expect("they miss 'have' or 'contain'.", 'have', 'contain', 'has');
    return source;
  }
  const subject = cursor.maybe(() => {
    const source = isNextPath(cursor) ? readSource(cursor) : undefined;
    return source && cursor.take('has', 'contains', 'have', 'contain') ? source : undefined;
  });
  if (subject) return subject;
  cursor.take('are there', 'there are', 'are', 'is');
  return readPart(cursor);
}

function readCountFiles(cursor: Cursor): Step {
  cursor.take('number of', 'how many', 'all');
  const source = readSource(cursor);
  const listed =
    source.kind === 'files' || (source.kind === 'back' && ['files', 'them'].includes(source.noun));
  if (!listed) return cursor.fail('they count words, lines, characters or files.');
  return { verb: 'count', what: 'files', source };
}

function readExtract(cursor: Cursor, word: string | undefined): Step {
  if (word === undefined) return cursor.fail('they extract links, emails, headings or keywords.');
  return { verb: 'extract', what: extractWords[word]!, source: readMany(cursor) };
}
