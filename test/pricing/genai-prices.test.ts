import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amendments } from '../../src/pricing/data/amendments.js';
import { buildPriceFile } from '../../src/pricing/data/build-price-file.js';
import { convertSource } from '../../src/pricing/data/convert-source.js';
import { parseSource } from '../../src/pricing/data/source-data.js';
import type { Cost } from '../../src/pricing/cost.js';
import { costOf } from '../../src/pricing/price-call.js';
import { hosts, makers, router } from '../../src/pricing/sellers/sellers.js';
import { buildTable, loadPrices } from '../../src/pricing/table/load-prices.js';
import type { ModelPrice, PriceTable } from '../../src/pricing/table/price-table.js';
import type { Usage } from '../../src/usage/record/usage.js';

// Two steps lead from @pydantic/genai-prices to our costs, and both are tested for every model: converted without amendments,
// a model costs what their calcPrice computes; and the shipped table differs from that only by named amendments.

const data = (await waitForUpdate()) ?? [];
const source = parseSource(data);
const sellers = [...makers, ...hosts, router];
const { models: converted, unpriced } = convertSource(source, sellers);
const shipped = loadPrices({ overridePath: '/nowhere/pricing.json' }).prices;

/** Models that are unpriced here and have a price of 0 or a partial price there. */
const withoutPrice = {
  'voice agents that are billed by the hour and by the message': /^x-ai\/grok-voice/,
  'listed without any price and not as free':
    /^(google\/gemma-(3|3n|4-.*-it)$|cerebras\/qwen-3-coder-480b|huggingface_together\/ServiceNow-AI|openrouter\/(gemini-2.5-pro-exp|google\/gemini-flash-1.5-8b-exp|google\/lyria))/,
} as const;

/** Their peak hours apply at every date, ours only from the date of that price. */
const peakHours = { models: /^deepseek\/deepseek-v4-(flash|pro)$/, since: new Date('2026-08-17') };

const withUnits = fc
  .record({
    uncached: fc.oneof(fc.nat(2000), fc.nat(600_000)),
    cacheRead: fc.oneof(fc.constant(0), fc.nat(300_000)),
    cacheWrite5m: fc.oneof(fc.constant(0), fc.nat(100_000)),
    cacheWrite1h: fc.oneof(fc.constant(0), fc.nat(100_000)),
    inputAudio: fc.oneof(fc.constant(0), fc.nat(2000)),
    inputImage: fc.oneof(fc.constant(0), fc.nat(2000)),
    output: fc.nat(64_000),
    reasoning: fc.oneof(fc.constant(0), fc.nat(1000)),
    outputAudio: fc.oneof(fc.constant(0), fc.nat(1000)),
    outputImage: fc.oneof(fc.constant(0), fc.nat(1000)),
    webSearches: fc.oneof(fc.constant(0), fc.nat(5)),
    fileSearches: fc.oneof(fc.constant(0), fc.nat(5)),
  })
  .map((counts) => ({
    ...counts,
    output: counts.output + counts.reasoning + counts.outputAudio + counts.outputImage,
  }));
type Counts = typeof withUnits extends fc.Arbitrary<infer T> ? T : never;

const dates = fc.date({
  min: new Date('2025-01-01T00:00:00Z'),
  max: new Date('2027-06-01T00:00:00Z'),
  noInvalidDate: true,
});

test('every provider of the source is a known seller', () => {
  expect(data.map(({ id }) => id).filter((id) => !sellers.includes(id))).toEqual([]);
});

test.for(data)(
  'before amendments, every model of $id costs the same as in the source',
  ({ id: provider, models }) => {
    const prices = tableOf(converted);
    for (const { id } of models) {
      const key = `${provider}/${nameHere(provider, id)}`;
      if (unpriced.includes(key)) continue;
      const since = peakHours.models.test(key) ? peakHours.since : new Date(0);
      fc.assert(
        fc.property(withUnits, dates, (counts, at) => {
          fc.pre(at >= since);
          const theirs = calcPrice(theirUsage(counts), id, {
            provider: oneModel(provider, id),
            timestamp: at,
          });
          const ours = costOf(ourUsage(counts), { model: queryFor(provider, id), provider, prices, at });
          expect(ours.pricedAs).toBe(key);
          expect(ours.usd ?? hasNoRate(ours)).toSatisfy(
            (usd) =>
              usd === true || Math.abs(Number(usd) - theirs!.total_price) <= 1e-12 * Math.max(1, Number(usd)),
          );
        }),
        { numRuns: 8 },
      );
    }
  },
);

test('every unpriced model is listed with its reason, and every reason still applies', () => {
  const isListed = (key: string): boolean => Object.values(withoutPrice).some((models) => models.test(key));
  const added = amendments.flatMap(({ add = {} }) => Object.keys(add));
  expect(unpriced.filter((key) => !isListed(key) && !added.includes(key))).toEqual([]);
  for (const [reason, models] of Object.entries(withoutPrice)) {
    expect([reason, unpriced.filter((key) => models.test(key))]).not.toEqual([reason, []]);
  }
});

test('the shipped table differs from the source only where an amendment applies', () => {
  const removed = [...converted.keys()].filter((key) => !shipped.models.has(key));
  const removing = amendments.flatMap(({ remove }) => remove ?? []);
  expect(removed.filter((key) => !removing.some((models) => models.test(key)))).toEqual([]);
  const noted = [...shipped.models].flatMap(([, { amended = [] }]) => amended);
  expect(noted.filter((id) => !shipped.amendments.has(id))).toEqual([]);
  const asInSource = [...shipped.models].filter(([, { amended }]) => amended === undefined);
  expect(asInSource.length).toBeGreaterThan(1000);
  for (const [key, price] of asInSource) expect([key, price]).toEqual([key, converted.get(key)]);
});

test('the shipped table equals the source with its amendments, and no amendment is outdated', () => {
  const { source: origin, date } = shipped;
  const { file, outdated } = buildPriceFile(source, { source: origin, license: '', date, note: '' });
  expect(outdated).toEqual([]);
  expect(new Map(Object.entries(file.models))).toEqual(shipped.models);
});

test('every amendment states its reason, its source and its date', () => {
  for (const { id, reason, source: where, date } of amendments) {
    expect([id, reason.length > 10, where.length > 5, /^2026-\d\d-\d\d$/.test(date)]).toEqual([
      id,
      true,
      true,
      true,
    ]);
  }
  expect(new Set(amendments.map(({ id }) => id)).size).toBe(amendments.length);
});

test('the date of the table is the date of the data', () => {
  expect([shipped.source.split(',')[0], shipped.date]).toEqual([
    '@pydantic/genai-prices 0.1.8',
    '2026-09-23',
  ]);
});

function tableOf(models: ReadonlyMap<string, ModelPrice>): PriceTable {
  const file = {
    source: 'genai-prices',
    license: '',
    date: '2026-09-23',
    currency: 'USD',
    unit: 'per_million',
    note: '',
    amendments: {},
    sellers: {},
    models: Object.fromEntries(models),
  } as const;
  return { ...buildTable(file, 'test'), overrides: [], hosts: new Map(), overridePath: 'pricing.json' };
}

// Embedding models have no output, and no rate for it: tokens of output there are unknown to us, and 0 to them. What is
// billed by the piece only has no rate for tokens at all.
function hasNoRate({ warnings }: Cost): boolean {
  return warnings.some((warning) => /has no rate for (input|output|input and output) tokens$/.test(warning));
}

function ourUsage(counts: Counts): Usage {
  const { uncached, cacheWrite5m, cacheWrite1h, inputAudio, inputImage, ...rest } = counts;
  const cacheWrite = cacheWrite5m + cacheWrite1h;
  return {
    ...rest,
    input: uncached + inputAudio + inputImage + counts.cacheRead + cacheWrite,
    cacheWrite,
    cacheWrite5m,
    cacheWrite1h,
    inputAudio,
    inputImage,
    source: 'test',
    convention: 'inclusive',
    warnings: [],
  };
}

function theirUsage(counts: Counts): Record<string, number> {
  const { cacheWrite5m, cacheWrite1h } = counts;
  return {
    input_tokens: ourUsage(counts).input!,
    cache_read_tokens: counts.cacheRead,
    cache_write_tokens: cacheWrite5m + cacheWrite1h,
    cache_write_5m_tokens: cacheWrite5m,
    cache_write_1h_tokens: cacheWrite1h,
    input_audio_tokens: counts.inputAudio,
    input_image_tokens: counts.inputImage,
    cache_audio_read_tokens: 0,
    cache_image_read_tokens: 0,
    output_tokens: counts.output,
    output_reasoning_tokens: counts.reasoning,
    output_audio_tokens: counts.outputAudio,
    output_image_tokens: counts.outputImage,
    web_searches: counts.webSearches,
    storage_searches: counts.fileSearches,
  };
}

// Their lookup selects the first model whose pattern matches; only prices are compared here, so one model is enough.
function oneModel(
  providerId: string,
  modelId: string,
): NonNullable<Parameters<typeof calcPrice>[2]>['provider'] & object {
  const provider = data.find(({ id }) => id === providerId)!;
  const model = provider.models.find(({ id }) => id === modelId)!;
  return { ...provider, models: [{ ...model, match: { equals: modelId } }] };
}

// The key of a model in the table. On Bedrock it has no `regional.` and no version.
function nameHere(provider: string, id: string): string {
  if (provider !== 'aws') return id;
  const version = id.includes('anthropic.') ? /(-v\d+)?(:\d+)?(:\d+k)?$/ : /(-v[01])?(:\d+)?(:\d+k)?$/;
  return id.replace(/^regional\./, '').replace(version, '');
}

// How a call names the model: on Bedrock with a region, since an id without one may be global.
function queryFor(provider: string, id: string): string {
  return provider === 'aws' ? id.replace(/^regional\./, 'us.') : id;
}
