import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cost } from '../../src/pricing/cost.js';
import { costOf } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { Usage } from '../../src/usage/usage.js';

// Our costs against those of @pydantic/genai-prices, for every model of every provider we ship, on random usages.

const { prices } = loadPrices({ overridePath: '/nowhere/pricing.json' });
const shippedProviders = new Set(Array.from(prices.models.keys(), (key) => key.slice(0, key.indexOf('/'))));
const data = ((await waitForUpdate()) ?? []).filter(({ id }) => shippedProviders.has(id));

/** Where we differ on purpose. A reason that no longer applies to any model fails the test below. */
const differences = {
  'not priced by tokens we count (images, audio by the hour, pages, citations): left out rather than half priced':
    /^(openai\/(gpt-image|gpt-realtime|gpt-transcribe|whisper)|google\/.*(image|live-preview|embedding-2|omni)|mistral\/(mistral-ocr|voxtral-mini)|x-ai\/grok-voice|(openrouter\/)?perplexity\/sonar-deep-research|groq\/whisper)/,
  'listed without any price and not marked :free: unknown here, 0 there':
    /^(openai\/moderation$|google\/gemma-(3|3n|4-.*-it)$|cerebras\/qwen-3-coder-480b|openrouter\/(gemini-2.5-pro-exp|google\/gemini-flash-1.5-8b-exp|google\/lyria))/,
  'peak hours came with the price of 2026-08-17; there they also hold before it':
    /^deepseek\/deepseek-v4-(flash|pro)$/,
} as const;
const before: keyof typeof differences =
  'peak hours came with the price of 2026-08-17; there they also hold before it';

const models = data.flatMap((provider) => provider.models.map((model) => ({ provider: provider.id, model })));
const reasonFor = (key: string): keyof typeof differences | undefined =>
  (Object.keys(differences) as (keyof typeof differences)[]).find((reason) => differences[reason].test(key));

const usages = fc
  .record({
    uncached: fc.oneof(fc.nat(2000), fc.nat(600_000)),
    cacheRead: fc.oneof(fc.constant(0), fc.nat(300_000)),
    cacheWrite5m: fc.oneof(fc.constant(0), fc.nat(100_000)),
    cacheWrite1h: fc.oneof(fc.constant(0), fc.nat(100_000)),
    inputAudio: fc.oneof(fc.constant(0), fc.nat(2000)),
    output: fc.nat(64_000),
    outputAudio: fc.oneof(fc.constant(0), fc.nat(1000)),
    webSearches: fc.oneof(fc.constant(0), fc.nat(5)),
  })
  .map((counts) => ({ ...counts, output: counts.output + counts.outputAudio }));
type Counts = typeof usages extends fc.Arbitrary<infer T> ? T : never;

const dates = fc.date({
  min: new Date('2025-01-01T00:00:00Z'),
  max: new Date('2027-06-01T00:00:00Z'),
  noInvalidDate: true,
});

test.for(data)('every model of $id costs the same', ({ id: provider, models }) => {
  for (const { id } of models) {
    const reason = reasonFor(`${provider}/${id}`);
    if (reason !== undefined && reason !== before) continue;
    fc.assert(
      fc.property(usages, dates, (counts, at) => {
        fc.pre(reason === undefined || at >= new Date('2026-08-17'));
        const theirs = calcPrice(theirUsage(counts), id, { provider: oneModel(provider, id), timestamp: at });
        const ours = costOf(ourUsage(counts), { model: ourName(provider, id), provider, prices, at });
        expect(ours.usd ?? hasNoRate(ours)).toSatisfy(
          (usd) =>
            usd === true || Math.abs(Number(usd) - theirs!.total_price) <= 1e-12 * Math.max(1, Number(usd)),
        );
      }),
      { numRuns: 15 },
    );
  }
});

test('a name that both know has the same price', () => {
  let compared = 0;
  const different: string[] = [];
  for (const [key, { aliases = [], free }] of prices.models) {
    const provider = key.slice(0, key.indexOf('/'));
    for (const model of [key.slice(provider.length + 1), ...aliases]) {
      const theirs = calcPrice(theirUsage(sample), model, { providerId: provider, timestamp: sampleDate });
      const ours = costOf(ourUsage(sample), { model, provider, prices, at: sampleDate });
      expect([model, ours.pricedAs]).not.toEqual([model, undefined]);
      if (!theirs || ours.usd === null || free) continue;
      compared++;
      if (Math.abs(ours.usd - theirs.total_price) > 1e-12) different.push(`${provider} ${model}`);
    }
  }
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(1500);
});

test('only models without a rate for output, which have no output, are unpriced', () => {
  const call: Usage = { ...ourUsage(zero), input: 10, output: 10 };
  const unpriced = models
    .filter(({ provider, model }) => reasonFor(`${provider}/${model.id}`) === undefined)
    .map(({ provider, model }) => `${provider}/${ourName(provider, model.id)}`)
    .filter(
      (key) =>
        costOf(call, { model: key.slice(key.indexOf('/') + 1), provider: key.split('/')[0], prices }).usd ===
        null,
    );
  expect(unpriced.filter((key) => !/embed|ada|babbage|curie|davinci|voyage/.test(key))).toEqual([]);
});

test('every listed difference is still one', () => {
  for (const reason of Object.keys(differences) as (keyof typeof differences)[]) {
    const keys = models
      .map(({ provider, model }) => `${provider}/${model.id}`)
      .filter((key) => reasonFor(key) === reason);
    expect([reason, keys]).not.toEqual([reason, []]);
    expect([reason, keys.filter((key) => reason !== before && prices.models.has(key))]).toEqual([reason, []]);
  }
});

// Embedding models have no output, and no rate for it: tokens of output there are unknown to us, and 0 to them.
function hasNoRate({ warnings }: Cost): boolean {
  return warnings.some((warning) => /has no rate for (input|output|input and output) tokens$/.test(warning));
}

const sampleDate = new Date('2026-09-01T12:00:00Z');
const zero: Counts = {
  uncached: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  inputAudio: 0,
  output: 0,
  outputAudio: 0,
  webSearches: 0,
};

const sample: Counts = { ...zero, uncached: 1000, cacheRead: 500, cacheWrite5m: 200, output: 300 };

function ourUsage(counts: Counts): Usage {
  const { uncached, cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, output, outputAudio, webSearches } =
    counts;
  const cacheWrite = cacheWrite5m + cacheWrite1h;
  return {
    input: uncached + inputAudio + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    cacheWrite5m,
    cacheWrite1h,
    inputAudio,
    output,
    outputAudio,
    webSearches,
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
    cache_audio_read_tokens: 0,
    output_tokens: counts.output,
    output_audio_tokens: counts.outputAudio,
    web_searches: counts.webSearches,
  };
}

// Their lookup takes the first model whose pattern matches; here it is the price that is compared, so one model is enough.
function oneModel(
  providerId: string,
  modelId: string,
): NonNullable<Parameters<typeof calcPrice>[2]>['provider'] & object {
  const provider = data.find(({ id }) => id === providerId)!;
  const model = provider.models.find(({ id }) => id === modelId)!;
  return { ...provider, models: [{ ...model, match: { equals: modelId } }] };
}

function ourName(provider: string, id: string): string {
  return provider === 'aws' && id.startsWith('regional.') ? id.slice('regional.'.length) : id;
}
