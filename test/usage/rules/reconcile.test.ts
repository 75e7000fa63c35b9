import { expect, test } from 'vitest';
import { NO_FACTS } from '../../../src/usage/parse/build.js';
import { reconcile } from '../../../src/usage/parse/reconcile.js';
import type { RawUsage } from '../../../src/usage/adapters/adapter.js';
import type { Usage } from '../../../src/usage/record/usage.js';

function reconciled(counts: RawUsage['counts'], rest: Partial<RawUsage> = {}): Usage {
  return reconcile({ source: 'test', cache: 'inside', reasoning: 'inside', ...rest, counts }, NO_FACTS);
}

test('counts inside their whole are kept as they are', () => {
  const usage = reconciled({ input: 10, cacheRead: 4, output: 5, reasoning: 2 });
  expect(usage).toEqual({
    input: 10,
    cacheRead: 4,
    output: 5,
    reasoning: 2,
    total: 15,
    source: 'test',
    convention: 'inclusive',
    warnings: [],
  });
});

test('counts outside their whole are added to it, and a whole that was not reported is their sum', () => {
  expect(
    reconciled(
      { input: 10, cacheRead: 4, cacheWrite: 1, output: 5, reasoning: 2 },
      { cache: 'outside', reasoning: 'outside' },
    ),
  ).toMatchObject({ input: 15, output: 7, total: 22, convention: 'exclusive', warnings: [] });
  expect(reconciled({ cacheRead: 4 }, { cache: 'outside' })).toMatchObject({ input: 4, total: 4 });
  expect(reconciled({ cacheWrite: 4 }, { cache: 'outside' })).toMatchObject({ input: 4, total: 4 });
  const reasoned = reconciled({ reasoning: 3 }, { reasoning: 'outside' });
  expect(reasoned).toMatchObject({ output: 3, total: 3 });
  expect(reasoned).not.toHaveProperty('input');
  expect(reconciled({ input: 3 })).not.toHaveProperty('output');
});

test('what is larger than its whole is outside of it', () => {
  expect(reconciled({ input: 3, cacheRead: 10, output: 1 })).toMatchObject({
    input: 13,
    convention: 'exclusive',
  });
  expect(reconciled({ input: 3, output: 1, reasoning: 8 })).toMatchObject({
    output: 9,
    convention: 'exclusive',
  });
  expect(reconciled({ input: 10, cacheRead: 10, output: 8, reasoning: 8 })).toMatchObject({
    input: 10,
    output: 8,
    convention: 'inclusive',
  });
});

test('the total proves the convention, also against that of the provider', () => {
  expect(reconciled({ input: 10, cacheRead: 4, output: 5, total: 19 })).toMatchObject({
    input: 14,
    total: 19,
    convention: 'proved-by-total',
    warnings: [],
  });
  expect(reconciled({ input: 10, cacheRead: 4, output: 5, total: 15 }, { cache: 'outside' })).toMatchObject({
    input: 10,
    convention: 'proved-by-total',
  });
  expect(reconciled({ input: 10, output: 5, reasoning: 2, total: 17 })).toMatchObject({
    output: 7,
    total: 17,
  });
  expect(reconciled({ input: 10, cacheRead: 4, output: 5, reasoning: 2, total: 21 })).toMatchObject({
    input: 14,
    output: 7,
    total: 21,
  });
});

test('a total that a wrapper summed proves nothing', () => {
  const counts = { input: 10, cacheRead: 4, output: 5, total: 15 };
  expect(reconciled(counts, { cache: 'outside', totalIsSum: true })).toMatchObject({
    input: 14,
    total: 19,
    convention: 'exclusive',
    warnings: [],
  });
  expect(reconciled({ ...counts, total: 19 }, { totalIsSum: true })).toMatchObject({
    input: 14,
    convention: 'proved-by-total',
  });
});

test('a total that fits no convention is a mismatch, and the counts are a bound where the total is larger', () => {
  const short = reconciled({ input: 10, cacheRead: 4, output: 5, reasoning: 2, total: 99 });
  expect(short).toMatchObject({ input: 10, output: 5, total: 15, incomplete: true });
  expect(short.warnings).toEqual([
    'total-mismatch: input 10, output 5, cached 4, reasoning 2 give 15, but the reported total is 99',
  ]);
  const long = reconciled({ input: 10, output: 5, total: 12 });
  expect(long).not.toHaveProperty('incomplete');
  expect(long.warnings).toEqual(['total-mismatch: input 10, output 5 give 15, but the reported total is 12']);
});

test('without one side a total is neither proved nor contradicted', () => {
  const usage = reconciled({ input: 10, total: 12 });
  expect(usage).toMatchObject({ input: 10, total: 12, warnings: [] });
  expect(usage).not.toHaveProperty('incomplete');
  expect(reconciled({ output: 3, total: 12 })).toMatchObject({ output: 3, total: 12, warnings: [] });
  expect(reconciled({ total: 12 })).toMatchObject({ total: 12 });
});

test('where the total contains reasoning that is not reported, the rest of it is output', () => {
  const google = { totalHasReasoning: true };
  const counts = { input: 10, output: 5, total: 40 };
  expect(reconciled(counts, google)).toMatchObject({
    output: 30,
    total: 40,
    convention: 'proved-by-total',
    warnings: [],
  });
  expect(reconciled({ ...counts, reasoning: 1 }, google).warnings).toHaveLength(1);
  expect(reconciled({ ...counts, total: 9 }, google)).toMatchObject({ output: 5, total: 15 });
  expect(reconciled({ ...counts, total: 9 }, google).warnings).toHaveLength(1);
  expect(reconciled(counts)).toMatchObject({ output: 5, incomplete: true });
});

test('a guessed convention is assumed; with cached tokens inside it makes the counts a bound', () => {
  const guessed = { guessed: true };
  expect(reconciled({ input: 10, output: 5 }, guessed)).toMatchObject({
    convention: 'assumed',
    warnings: [],
  });
  expect(reconciled({ input: 10, output: 5 }, guessed)).not.toHaveProperty('incomplete');
  expect(reconciled({ input: 10, cacheRead: 4, output: 5 }, guessed)).toMatchObject({
    convention: 'assumed',
    incomplete: true,
    warnings: ['whether the input contains the cached tokens is not known: it is assumed to'],
  });
  expect(reconciled({ input: 3, cacheRead: 4, output: 5 }, guessed)).toMatchObject({
    convention: 'exclusive',
  });
});

test('cache writes are the larger of their sum and the sum by lifetime', () => {
  expect(reconciled({ input: 10, cacheWrite: 6 })).toMatchObject({ cacheWrite: 6 });
  expect(reconciled({ input: 10, cacheWrite: 0, cacheWrite5m: 2, cacheWrite1h: 3 })).toMatchObject({
    cacheWrite: 5,
  });
  expect(reconciled({ input: 10, cacheWrite5m: 2 })).toMatchObject({ cacheWrite: 2 });
  expect(reconciled({ input: 10, cacheWrite1h: 3 })).toMatchObject({ cacheWrite: 3 });
  expect(reconciled({ input: 10, cacheWrite: 9, cacheWrite5m: 2 })).toMatchObject({ cacheWrite: 9 });
  expect(reconciled({ input: 10 })).not.toHaveProperty('cacheWrite');
});

test('input that is reported as what was not cached becomes the whole', () => {
  expect(reconciled({ uncached: 6, cacheRead: 4, output: 1 })).toMatchObject({ input: 10, total: 11 });
  expect(reconciled({ input: 10, uncached: 6, cacheRead: 4, output: 1 })).toMatchObject({ input: 10 });
  expect(reconciled({ uncached: 6, cacheRead: 4 })).not.toHaveProperty('uncached');
  expect(reconciled({ input: 1, toolInput: 6 })).not.toHaveProperty('toolInput');
});

test('a part of a medium that exceeds its whole is clamped, with a warning', () => {
  const usage = reconciled({
    input: 5,
    inputAudio: 9,
    output: 4,
    outputImage: 4,
    cacheRead: 2,
    cacheReadAudio: 3,
  });
  expect(usage).toMatchObject({ inputAudio: 5, outputImage: 4, cacheReadAudio: 2 });
  expect(usage.warnings).toEqual([
    'inputAudio: 9 is more than the 5 it is part of',
    'cacheReadAudio: 3 is more than the 2 it is part of',
  ]);
});

test.for<[value: unknown, described: string]>([
  ['many', '"many"'],
  ['x'.repeat(60), JSON.stringify('x'.repeat(40))],
  [{}, 'a value of type object'],
  [() => 1, 'a value of type function'],
  [-1, '-1'],
  [true, 'true'],
])('the count %j is refused as %s', ([value, described]) => {
  const usage = reconciled({ input: value, output: 1 });
  expect(usage.warnings).toEqual([`input: ${described} is not a count`]);
  expect(usage).not.toHaveProperty('input');
});

test('warnings about values are in alphabetical order, after the notes of the adapter', () => {
  expect(reconciled({ output: 'b', input: 'a' }, { notes: ['noted'] }).warnings).toEqual([
    'noted',
    'input: "a" is not a count',
    'output: "b" is not a count',
  ]);
  expect(reconciled({ input: 1, output: 1 }).warnings).toEqual([]);
});

test('several models add up, each by its own convention; one that is incomplete makes the sum a bound', () => {
  const part = { source: 'test', cache: 'inside', reasoning: 'inside' } as const;
  const parts = [
    { model: 'a', usage: { ...part, counts: { input: 10, output: 1 } } },
    {
      model: 'b',
      usage: { ...part, cache: 'outside' as const, counts: { input: 5, cacheRead: 5, output: 1 } },
    },
  ];
  const usage = reconciled({}, { parts, notes: ['noted'] });
  expect(usage).toMatchObject({ input: 20, output: 2, cacheRead: 5, warnings: ['noted'] });
  expect(usage.parts?.map(({ model, usage: { input } }) => [model, input])).toEqual([
    ['a', 10],
    ['b', 10],
  ]);
  expect(usage).not.toHaveProperty('incomplete');
  expect(reconciled({}, { parts, incomplete: true })).toMatchObject({ incomplete: true });
  const cut = [parts[0]!, { model: 'b', usage: { ...parts[1]!.usage, incomplete: true } }];
  expect(reconciled({}, { parts: cut })).toMatchObject({ incomplete: true });
  expect(reconciled({}, { parts: parts.slice(0, 1) }).parts).toMatchObject([{ model: 'a' }]);
});
