/** Grammar rules that take, sort and change the lines and the letters of a text. */

import { readNumber, readSource, readSourceOrBack, readTextOrWord } from '../language/arguments.js';
import type { Cursor } from '../language/cursor.js';
import { caseWords } from '../language/lexicon.js';
import type { Change, Step } from '../language/parsed-steps.js';
import { back, isTail, readPart, type Row } from './row.js';
import { changed } from './text-forms.js';

export const lineForms: readonly Row[] = [
  {
    words: ['first', 'top', 'last', 'bottom', 'final'],
    noun: true,
    form: 'first|last N lines of X',
    example: 'first 10 lines of notes.md',
    meaning: 'the lines at its beginning or end; first 100 words of X',
    read: (cursor, word) => {
      const lines = readNumber(cursor);
      if (['first', 'top'].includes(word) && lines !== undefined && cursor.take('words'))
        return changed(cursor, 'first_words', { words_wanted: lines });
      cursor.expect('they know the first and last lines.', lines === undefined ? 'line' : 'lines', 'line');
      const what = ['first', 'top'].includes(word) ? 'first' : 'last';
      return changed(cursor, what, { lines: lines ?? 1 });
    },
  },
  {
    words: ['beginning of', 'start of', 'end of'],
    noun: true,
    form: 'beginning|end of X',
    example: 'show the end of app.log',
    meaning: 'its first or last 10 lines',
    read: (cursor, word) => {
      const what = word === 'end of' ? 'last' : 'first';
      return { verb: 'change', what, args: { lines: 10 }, source: readSource(cursor) };
    },
  },
  {
    words: ['head', 'tail'],
    form: 'head|tail X',
    example: 'tail -n 20 app.log',
    meaning: 'its first or last lines, 10 by default',
    read: (cursor, word) => {
      const lines = readLineOption(cursor) ?? 10;
      cursor.take('of');
      return {
        verb: 'change',
        what: word === 'head' ? 'first' : 'last',
        args: { lines },
        source: readSourceOrBack(cursor),
      };
    },
  },
  {
    words: ['lines', 'line'],
    noun: true,
    form: 'lines A to B of X',
    example: 'lines 5 to 10 of notes.md',
    meaning: 'these lines; line 3 of X is one',
    read: (cursor, word) => {
      const range = cursor.maybe(() => /^(\d{1,6})-(\d{1,6})$/.exec(cursor.next()?.text ?? '') ?? undefined);
      const from = range ? Number(range[1]) : readNumber(cursor);
      if (from === undefined) return cursor.fail('they miss the number of the line.');
      const to = range
        ? Number(range[2])
        : word === 'line'
          ? from
          : cursor.take('to', 'through', 'until') && readNumber(cursor);
      if (!to) return cursor.fail("they miss 'to' and the last line.");
      return changed(cursor, 'between', { from, to });
    },
  },
  {
    words: [],
    noun: true,
    form: 'Nth line of X',
    example: 'show the 10th line of notes.md',
    meaning: 'this line; also: the second line',
    read: (cursor) => {
      const line = readOrdinal(cursor);
      if (line === undefined) return cursor.fail('they miss the number of the line.');
      cursor.expect("they miss 'line of'.", 'line');
      return changed(cursor, 'between', { from: line, to: line });
    },
  },
  {
    words: ['sort', 'alphabetize', 'order'],
    form: 'sort the lines of X',
    example: 'sort the lines of names.txt',
    meaning: 'sorts lines alphabetically; numerically, in reverse order',
    read: readSort,
  },
  {
    words: ['unique lines', 'distinct lines', 'sorted lines', 'numbered lines'],
    noun: true,
    form: 'unique lines of X',
    example: 'unique lines of names.txt',
    meaning: 'each line once, in the order of the text',
    read: (cursor, word) => changed(cursor, lineChanges[word.split(' ')[0]!]!),
  },
  {
    words: ['longest line', 'shortest line'],
    noun: true,
    form: 'longest|shortest line of X',
    example: 'show the longest line in notes.md',
    meaning: 'the first line of that length',
    read: (cursor, word) => changed(cursor, word === 'longest line' ? 'longest' : 'shortest'),
  },
  {
    words: ['deduplicate', 'dedupe', 'uniq', 'number', 'reverse'],
    form: 'deduplicate|reverse|number the lines of X',
    example: 'reverse the lines of notes.md',
    meaning: 'the lines once each, backwards, or with their numbers',
    read: (cursor, word) => {
      const said = cursor.take('order of the lines', 'order of lines', 'lines') !== undefined;
      if (said) cursor.take('of', 'in', 'from');
      else if (word === 'number') return cursor.fail("they miss 'the lines of'.");
      return {
        verb: 'change',
        what: lineChanges[word]!,
        source: isTail(cursor) ? back : readSourceOrBack(cursor),
      };
    },
  },
  {
    words: ['remove', 'delete', 'drop', 'strip', 'eliminate'],
    form: 'remove duplicate|empty lines from X',
    example: 'remove duplicate lines from names.txt',
    meaning: 'the text without these lines; the file is only changed by "and save it to names.txt"',
    read: (cursor) => {
      cursor.take('all', 'any');
      const word = cursor.take(
        'duplicate lines',
        'duplicated lines',
        'duplicates',
        'repeated lines',
        'empty lines',
        'blank lines',
      );
      if (word === undefined) return cursor.fail('they remove duplicate or empty lines, or a file.');
      const what = /empty|blank/.test(word) ? 'filled' : 'unique';
      const source = readPart(cursor);
      return { verb: 'change', what, source, ...(source.kind === 'file' ? { keepsFile: true } : {}) };
    },
  },
  {
    words: [
      'remove lines',
      'drop lines',
      'delete lines',
      'strip lines',
      'remove all lines',
      'drop all lines',
      'delete all lines',
    ],
    form: 'remove the lines containing "text" from X',
    example: 'remove the lines containing "debug" from app.log and save it to clean.log',
    meaning:
      'the text without the lines that contain the text, in the same letter case; without "save it to" the file stays as it is',
    read: (cursor) => {
      cursor.expect("they miss 'containing' and a text.", ...containing);
      const find = readTextOrWord(cursor);
      if (find === undefined) return cursor.fail('put the text in quotes.');
      const source = readPart(cursor);
      const keeps = source.kind === 'file' ? { keepsFile: true } : {};
      return { verb: 'change', what: 'without', args: { find }, source, ...keeps };
    },
  },
  {
    words: ['lines in', 'lines of', 'lines from'],
    noun: true,
    form: 'lines in X without "text"',
    example: 'show the lines in app.log without "debug"',
    meaning: 'the lines that do not contain the text; also: lines without "text" in X',
    read: (cursor) => {
      const source = readSource(cursor);
      cursor.expect("they miss 'without' and a text.", ...lacking);
      const find = readTextOrWord(cursor);
      return find === undefined
        ? cursor.fail('put the text in quotes.')
        : { verb: 'change', what: 'without', args: { find }, source };
    },
  },
  {
    words: ['lines without', 'lines not containing', 'lines that do not contain', "lines that don't contain"],
    noun: true,
    form: 'lines without "text" in X',
    example: 'show the lines without "debug" in app.log',
    meaning: 'the same',
    read: (cursor) => {
      const find = readTextOrWord(cursor);
      return find === undefined
        ? cursor.fail('put the text in quotes.')
        : changed(cursor, 'without', { find });
    },
  },
  {
    words: ['uppercase', 'upper-case', 'lowercase', 'lower-case'],
    form: 'uppercase|lowercase X',
    example: 'uppercase notes.md',
    meaning: 'changes the case of its letters; also: print X in upper case',
    read: (cursor, word) => ({ verb: 'change', what: caseWords[word]!, source: readSourceOrBack(cursor) }),
  },
  {
    words: ['convert', 'turn', 'change', 'make', 'transform', 'put', 'translate'],
    form: 'convert X to upper|lower case',
    example: 'convert notes.md to upper case',
    meaning: 'changes the case of its letters',
    read: (cursor, word) => {
      const source = readSource(cursor);
      const to = cursor.take('to all', 'into all', 'to', 'into', 'in', 'all');
      if (to === undefined && word !== 'make') return cursor.fail("they miss 'to upper case'.");
      return { verb: 'change', what: readCase(cursor), source };
    },
  },
  {
    words: ['replace', 'substitute', 'change'],
    form: 'replace "A" with "B" in X and save it to FILE',
    example: 'replace "foo" with "bar" in notes.md and save it to new.md',
    meaning: 'replaces every occurrence, in the same letter case',
    read: (cursor, word) => {
      cursor.take(
        'all occurrences of',
        'every occurrence of',
        'each occurrence of',
        'all instances of',
        'every',
        'all',
        'word',
        'text',
      );
      const find = readTextOrWord(cursor);
      if (find === undefined) return cursor.fail('they miss the text to replace, in quotes.');
      cursor.expect(
        "they miss 'with' and the new text.",
        ...(word === 'change' ? ['to', 'into'] : ['with', 'by']),
      );
      cursor.take('word', 'text');
      const replacement = readTextOrWord(cursor);
      if (replacement === undefined) return cursor.fail('they miss the new text, in quotes.');
      cursor.take('everywhere');
      const source = readPart(cursor);
      const inPlace = source.kind !== 'back' && source.kind !== 'stdin' ? { inPlace: true } : {};
      return { verb: 'change', what: 'replace', args: { find, replacement }, source, ...inPlace };
    },
  },
];

const containing = ['containing', 'that contain', 'which contain', 'with', 'that have', 'that mention'];

const lacking = [
  'without',
  'not containing',
  'that do not contain',
  "that don't contain",
  'which do not contain',
];

const lineChanges: Readonly<Record<string, Change>> = {
  unique: 'unique',
  distinct: 'unique',
  deduplicate: 'unique',
  dedupe: 'unique',
  uniq: 'unique',
  sorted: 'sort',
  numbered: 'numbered',
  number: 'numbered',
  reverse: 'reverse',
};

/** `upper case` and its other names. */
export function readCase(cursor: Cursor): 'upper' | 'lower' {
  const word = cursor.expect('they change text to upper or lower case.', ...Object.keys(caseWords));
  cursor.take('letters');
  return caseWords[word]!;
}

/** `10th` or `second`. */
function readOrdinal(cursor: Cursor): number | undefined {
  return cursor.maybe(() => {
    const text = cursor.next()?.text.toLowerCase() ?? '';
    const digits = /^(\d{1,6})(?:st|nd|rd|th)$/.exec(text)?.[1];
    const named = ordinals.indexOf(text);
    return digits ? Number(digits) : named === -1 ? undefined : named + 1;
  });
}

const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');

/** `-n 5` or `-5`. */
function readLineOption(cursor: Cursor): number | undefined {
  return cursor.maybe(() => {
    const option = cursor.next()?.text ?? '';
    if (option === '-n') return readNumber(cursor);
    return /^-\d{1,4}$/.test(option) ? Number(option.slice(1)) : undefined;
  });
}

function readSort(cursor: Cursor): Step | Step[] {
  const said = cursor.maybe(() => {
    const noun = cursor.take('lines', 'numbers', 'names');
    // "sort the names" may refer to a result; with a file they are its lines.
    return noun === 'lines' || ['of', 'in', 'from'].includes(cursor.peek()?.text.toLowerCase() ?? '')
      ? noun
      : undefined;
  });
  if (said) cursor.take('of', 'in', 'from');
  const isEnd = isTail(cursor) || isOrder(cursor);
  const source = isEnd ? back : readSourceOrBack(cursor);
  if (!said && (source.kind === 'files' || source.kind === 'list'))
    return cursor.fail('they sort lines only: sort the lines of a file.');
  if (!said && source.kind === 'file' && /\.(csv|tsv|json|ya?ml|xml|html)$/i.test(source.path))
    return cursor.fail(`they sort lines only: sort the lines of ${source.path}`);
  let what: Change = said === 'numbers' ? 'sort_numbers' : 'sort';
  let isReverse = false;
  for (let order = takeOrder(cursor); order; order = takeOrder(cursor)) {
    if (/num/.test(order)) what = 'sort_numbers';
    if (/revers|desc/.test(order)) isReverse = true;
  }
  const sort: Step = { verb: 'change', what, source };
  return isReverse ? [sort, { verb: 'change', what: 'reverse', source: back }] : sort;
}

const orders = [
  'alphabetically',
  'in alphabetical order',
  'by alphabet',
  'numerically',
  'by number',
  'in numerical order',
  'in numeric order',
  'in reverse alphabetical order',
  'in reverse order',
  'in reverse',
  'reversed',
  'in descending order',
  'descending',
  'in ascending order',
  'ascending',
];

function takeOrder(cursor: Cursor): string | undefined {
  return cursor.take(...orders);
}

function isOrder(cursor: Cursor): boolean {
  let found = false;
  cursor.maybe(() => {
    found = takeOrder(cursor) !== undefined;
    return undefined;
  });
  return found;
}
