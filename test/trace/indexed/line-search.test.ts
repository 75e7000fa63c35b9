import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberList } from '../../../src/lib/data/number-list.js';
import { safeJson } from '../../../src/lib/text/safe-text.js';
import { LineSearch } from '../../../src/trace/indexed/line-search.js';

/** A file in memory, which may grow. */
function fileOf(lines: readonly string[]) {
  const offsets = new NumberList();
  let bytes = Buffer.alloc(0);
  const add = (line: string) => {
    offsets.push(bytes.length);
    bytes = Buffer.concat([bytes, Buffer.from(`${line}\n`)]);
  };
  for (const line of lines) add(line);
  const file = {
    offsets,
    end: () => bytes.length,
    bytes: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  return { file, add };
}

const changed = (set: unknown) =>
  JSON.stringify({ seq: 7, at: 1.5, type: 'store.changed', span: 12, set: { '/node/key': set } });

/** The lower case of a sigma depends on whether it ends a word, which the search ignores. */
const folded = (text: string) => text.toLowerCase().replaceAll('ς', 'σ');

const letters = fc.constantFrom('a', 'b', 'B', 'É', 'é', 'ß', '✓', '\n', '"', '\\', ' ', 'Σ', '\u0001');
const text = fc.string({ unit: letters, maxLength: 12 });

test('a line matches if its values contain the text, ignoring case', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 10 }),
      fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      (values, searches) => {
        const search = new LineSearch(fileOf(values.map(changed)).file);
        for (const each of searches) {
          const wanted = each.toLowerCase();
          const lines = values.map((value, line) => ({ value, found: search.has(line, wanted) }));
          expect(
            lines.filter(({ value, found }) => !found && folded(value).includes(folded(wanted))),
          ).toEqual([]);
          const isCertain = LineSearch.isUnambiguous(wanted) && !'/node/key'.includes(wanted);
          const wrong = lines.filter(({ value, found }) => found && !folded(value).includes(folded(wanted)));
          expect(isCertain ? wrong : []).toEqual([]);
        }
      },
    ),
  );
});

test('text in the head of a line does not match', () => {
  const search = new LineSearch(fileOf([changed('nothing'), changed('a change')]).file);
  expect([0, 1].map((line) => search.has(line, 'change'))).toEqual([false, true]);
  expect([0, 1].map((line) => search.has(line, 'node/key'))).toEqual([true, true]);
});

test('a text is found in lines longer than a search chunk, and after them', () => {
  const long = 'x'.repeat(3_000_000);
  const search = new LineSearch(
    fileOf([changed('first'), changed(`${long}needle`), changed('last needle')]).file,
  );
  expect([0, 1, 2].map((line) => search.has(line, 'needle'))).toEqual([false, true, true]);
});

test('extending the query, replacing it and a growing file give correct matches', () => {
  const { file, add } = fileOf(Array.from({ length: 40 }, (_, index) => changed(`value ${index}`)));
  const search = new LineSearch(file);
  const found = (wanted: string) =>
    Array.from({ length: file.offsets.length }, (_, line) => line).filter((line) => search.has(line, wanted));
  expect(found('value 3')).toEqual([3, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
  expect(found('value 39')).toEqual([39]);
  add(changed('VALUE 390'));
  expect(found('value 39')).toEqual([39, 40]);
  expect(found('value 390')).toEqual([40]);
  expect(found('e 2')).toEqual([2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
});

test('in an incremental search, a line is undecided until it was searched', () => {
  const { file } = fileOf(
    Array.from({ length: 6 }, (_, index) => changed(`${index} ${'x'.repeat(600_000)} end`)),
  );
  const search = new LineSearch(file);
  const answers = (wanted: string) => [0, 1, 2, 3, 4, 5].map((line) => search.has(line, wanted));
  search.startInSteps('5 x');
  expect(answers('5 x')).toEqual(Array(6).fill(undefined));
  expect(search.searchMore(1)).toBe(true);
  expect(answers('5 x')).toEqual([false, undefined, undefined, undefined, undefined, undefined]);
  expect(search.progress).toBeCloseTo(1 / 6);
  while (search.searchMore(1)) expect(search.has(5, '5 x')).toBeUndefined();
  expect(answers('5 x')).toEqual([false, false, false, false, false, true]);
  expect(answers('end')).toEqual(Array(6).fill(undefined));
  // Query extended: only lines that matched the prefix need to be searched.
  search.startInSteps('5 xx');
  expect(search.searchMore(1)).toBe(false);
  expect(answers('5 xx')).toEqual([false, false, false, false, false, true]);
});

test('an invisible character is found in its escaped form', () => {
  const search = new LineSearch(fileOf([changed('a'), safeJson(changed('fami\u200dly'))]).file);
  expect([0, 1].map((line) => search.has(line, 'i\u200dl'))).toEqual([false, true]);
});
