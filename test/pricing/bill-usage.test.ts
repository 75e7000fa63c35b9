import { expect, test } from 'vitest';
import { billUsage, type BillTerms } from '../../src/pricing/bill-usage.js';
import type { Rates } from '../../src/pricing/table/price-table.js';
import type { Usage } from '../../src/usage/record/usage.js';

function bill(counts: Partial<Usage>, rates: Rates, terms?: BillTerms): ReturnType<typeof billUsage> {
  return billUsage({ source: 'test', convention: 'inclusive', warnings: [], ...counts }, rates, terms);
}

/** The components as `kind count × rate`, and the reasons why the bill is not exact. */
function show(counts: Partial<Usage>, rates: Rates, terms?: BillTerms): string[] {
  const { components, certainty, warnings, missing } = bill(counts, rates, terms);
  return [
    ...components.map(({ kind, count, rate }) => `${kind} ${count} × ${rate}`),
    ...(certainty === 'exact' ? [] : [certainty, ...warnings]),
    ...missing.map((side) => `missing ${side}`),
  ];
}

const text: Rates = { input: 1, cacheRead: 0.1, cacheWrite: 1.25, cacheWrite1h: 2, output: 5 };

test('the input components of a bill are disjoint and add up to the input', () => {
  expect(show({ input: 1000, cacheRead: 300, cacheWrite: 200, cacheWrite1h: 50, output: 10 }, text)).toEqual([
    'input 500 × 1',
    'cacheRead 300 × 0.1',
    'cacheWrite5m 150 × 1.25',
    'cacheWrite1h 50 × 2',
    'output 10 × 5',
  ]);
});

test('audio, images and video have their own rates, also when read from a cache', () => {
  const rates: Rates = {
    ...text,
    inputAudio: 10,
    cacheReadAudio: 3,
    inputImage: 2,
    cacheReadImage: 0.2,
    inputVideo: 4,
  };
  expect(
    show(
      {
        input: 1000,
        cacheRead: 400,
        inputAudio: 300,
        cacheReadAudio: 100,
        inputImage: 80,
        cacheReadImage: 30,
        inputVideo: 20,
        output: 0,
      },
      rates,
    ),
  ).toEqual([
    'inputAudio 200 × 10',
    'cacheReadAudio 100 × 3',
    'inputImage 50 × 2',
    'cacheReadImage 30 × 0.2',
    'inputVideo 20 × 4',
    'input 330 × 1',
    'cacheRead 270 × 0.1',
  ]);
});

test('audio in excess of the uncached input is billed as read from the cache, even if that is not reported', () => {
  const rates: Rates = { ...text, inputAudio: 10, cacheReadAudio: 3 };
  expect(show({ input: 100, cacheRead: 80, inputAudio: 50, output: 0 }, rates)).toEqual([
    'inputAudio 20 × 10',
    'cacheReadAudio 30 × 3',
    'cacheRead 50 × 0.1',
  ]);
});

test.for([
  ['inputAudio', 'audio input'],
  ['inputImage', 'image input'],
  ['inputVideo', 'video input'],
] as const)('%s without a rate is billed as text, and the bill is a bound', ([name, label]) => {
  const counts = { input: 100, [name]: 40, output: 0 };
  expect(show(counts, text)).toEqual([
    'input 100 × 1',
    'bound',
    `no rate is known for ${label}: 40 tokens are billed as text`,
  ]);
  expect(show(counts, text, { asText: [name] })).toEqual(['input 100 × 1']);
});

test('cached audio without a rate is billed as cached text, and the bill is a bound', () => {
  const counts = { input: 100, cacheRead: 100, inputAudio: 40, cacheReadAudio: 40, output: 0 };
  expect(show(counts, text)).toEqual([
    'cacheRead 100 × 0.1',
    'bound',
    'no rate is known for cached audio input: 40 tokens are billed as cached text',
  ]);
  expect(show(counts, text, { asText: ['inputAudio'] })).toEqual(['cacheRead 100 × 0.1']);
  expect(show(counts, { ...text, inputAudio: 9 }, { asText: ['inputAudio'] })).toContain('bound');
});

test.for([
  ['outputAudio', 'audio output'],
  ['outputImage', 'image output'],
  ['outputVideo', 'video output'],
] as const)('%s is billed at its own rate, or as text with the bill as a bound', ([name, label]) => {
  const counts = { input: 0, output: 100, [name]: 40 };
  expect(show(counts, { ...text, [name]: 60 })).toEqual([`${name} 40 × 60`, 'output 60 × 5']);
  expect(show(counts, text)).toEqual([
    'output 100 × 5',
    'bound',
    `no rate is known for ${label}: 40 tokens are billed as text`,
  ]);
});

test('reasoning is billed as output unless it has its own rate', () => {
  const counts = { input: 0, output: 100, reasoning: 70 };
  expect(show(counts, text)).toEqual(['output 100 × 5']);
  expect(show(counts, { ...text, reasoning: 3 })).toEqual(['output 30 × 5', 'reasoning 70 × 3']);
});

test('citations are billed in addition to the output', () => {
  const counts = { input: 0, output: 10, citation: 100 };
  expect(show(counts, { ...text, citation: 2 })).toEqual(['output 10 × 5', 'citation 100 × 2']);
  expect(show(counts, text)).toEqual([
    'output 10 × 5',
    'bound',
    'no rate is known for citations: 100 tokens are not in this cost',
  ]);
});

test('without their own rates, cache writes are a bound at the input rate and cache reads an estimate', () => {
  expect(show({ input: 10, cacheWrite: 10, output: 0 }, { input: 1, output: 1 })).toEqual([
    'cacheWrite5m 10 × 1',
    'bound',
    'no rate is known for cache writes: billed as plain input',
  ]);
  expect(show({ input: 10, cacheRead: 10, output: 0 }, { input: 1, output: 1 })).toEqual([
    'cacheRead 10 × 1',
    'estimated',
    'no rate is known for cache reads: billed as plain input',
  ]);
  expect(
    show({ input: 10, cacheWrite: 10, cacheWrite1h: 10, output: 0 }, { input: 1, cacheWrite: 2 }),
  ).toEqual([
    'cacheWrite1h 10 × 2',
    'bound',
    'no rate is known for 1-hour cache writes: billed at the lower rate that is',
  ]);
});

test.for([
  ['webSearches', 'webSearchPer1k', 'webSearch', 'web searches', 1000],
  ['socialSearches', 'socialSearchPer1k', 'socialSearch', 'social searches', 1000],
  ['fileSearches', 'fileSearchPer1k', 'fileSearch', 'file searches', 1000],
  ['rerankSearches', 'rerankPer1k', 'rerank', 'rerank searches', 1000],
  ['codeCalls', 'codeCallPer1k', 'codeCall', 'code executions', 1000],
  ['containers', 'perContainer', 'container', 'code containers', 1],
  ['images', 'perImage', 'image', 'images', 1],
  ['seconds', 'perSecond', 'second', 'seconds', 1],
  ['pages', 'perPage', 'page', 'pages', 1],
  ['characters', 'charactersPerMillion', 'character', 'characters', 1_000_000],
] as const)('%s are billed at their own rate, or the bill is a bound', ([count, rate, kind, label, per]) => {
  expect(bill({ [count]: 7 }, { [rate]: 3 })).toEqual({
    components: [{ kind, count: 7, rate: 3, usd: (7 * 3) / per }],
    missing: [],
    certainty: 'exact',
    warnings: [],
  });
  expect(bill({ [count]: 7 }, { perRequest: 1 })).toMatchObject({
    certainty: 'bound',
    warnings: [`no rate is known for ${label}: 7 are not in this cost`],
  });
});

test('a unit that is also counted in tokens needs no rate of its own', () => {
  expect(show({ input: 0, output: 100, outputImage: 100, images: 1 }, { ...text, outputImage: 30 })).toEqual([
    'outputImage 100 × 30',
  ]);
  expect(show({ input: 50, output: 5, seconds: 9, pages: 1, characters: 200 }, text)).toEqual([
    'input 50 × 1',
    'output 5 × 5',
  ]);
  expect(show({ input: 50, output: 0, images: 1 }, text)).toContain('bound');
  expect(show({ input: 0, output: 5, seconds: 9 }, text)).toContain('bound');
});

test('code executions are billed by container if containers have a rate and are reported', () => {
  expect(show({ codeCalls: 3, containers: 1 }, { perContainer: 0.03 })).toEqual(['container 1 × 0.03']);
  expect(show({ codeCalls: 3, requests: 1 }, { perContainer: 0.03, perRequest: 1 })).toEqual([
    'request 1 × 1',
    'bound',
    'no rate is known for code executions: 3 are not in this cost',
  ]);
});

test('a fee per request is billed for every request, and once if requests are not counted', () => {
  expect(show({ input: 10, output: 0, requests: 4 }, { ...text, perRequest: 0.5 })).toEqual([
    'input 10 × 1',
    'request 4 × 0.5',
  ]);
  expect(show({ input: 10, output: 0 }, { ...text, perRequest: 0.5 })).toEqual([
    'input 10 × 1',
    'request 1 × 0.5',
  ]);
  expect(show({ input: 10, output: 0, requests: 4 }, text)).toEqual(['input 10 × 1']);
});

test('the fee per request depends on the search context, and is a bound if that is unknown', () => {
  const fees: Rates = { perRequest: 5, perRequestMedium: 8, perRequestHigh: 12 };
  const fee = (searchContext?: string): string[] =>
    show({ requests: 1, ...(searchContext === undefined ? {} : { searchContext }) }, fees);
  expect([fee('low'), fee('medium'), fee('HIGH')]).toEqual([
    ['request 1 × 5'],
    ['request 1 × 8'],
    ['request 1 × 12'],
  ]);
  expect(fee()).toEqual([
    'request 1 × 5',
    'bound',
    'the search context was not reported: requests are billed at the lowest fee',
  ]);
});

test('tokens without a rate make the bill unpriced, unless the model is billed by other units', () => {
  expect(show({ input: 10, output: 2 }, { input: 1 })).toEqual(['input 10 × 1', 'missing output']);
  expect(show({ input: 10, output: 2 }, { output: 1 })).toEqual(['output 2 × 1', 'missing input']);
  expect(show({ input: 10, output: 2, rerankSearches: 1 }, { rerankPer1k: 2 })).toEqual(['rerank 1 × 2']);
});

test('unconsumed counts and an interrupted response make the bill a bound', () => {
  expect(show({ input: 10, output: 0, unconsumed: { 'usage.a': 3, 'usage.b': 0 } }, text)).toEqual([
    'input 10 × 1',
    'bound',
    'reported, and not in this cost: usage.a 3',
  ]);
  expect(show({ input: 10, output: 0, incomplete: true }, text)).toEqual([
    'input 10 × 1',
    'bound',
    'the response was interrupted: tokens after that are not in this cost',
  ]);
});

test('counts whose price may exceed the rate make the bill a bound', () => {
  expect(show({ pages: 2 }, { perPage: 0.004 }, { atLeast: ['pages'] })).toEqual([
    'page 2 × 0.004',
    'bound',
    'some pages cost more than others, and the usage does not separate them',
  ]);
  expect(show({ seconds: 2 }, { perSecond: 0.004 }, { atLeast: ['pages'] })).toEqual(['second 2 × 0.004']);
});

test('counts of parts that exceed the total are clamped to it', () => {
  const rates: Rates = { ...text, outputAudio: 60, inputAudio: 10, cacheReadAudio: 3, reasoning: 4 };
  const { components } = bill(
    {
      input: 10,
      cacheRead: 30,
      cacheWrite: 30,
      cacheWrite1h: 40,
      inputAudio: 50,
      output: 10,
      outputAudio: 90,
      reasoning: 9,
    },
    rates,
  );
  expect(components.map(({ kind, count }) => [kind, count])).toEqual([
    ['cacheReadAudio', 10],
    ['outputAudio', 10],
  ]);
});
