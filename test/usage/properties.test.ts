import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holderNames } from '../../src/usage/parse/holder-fields.js';
import { normalizeUsage } from '../../src/usage/normalize.js';
import { countNames } from '../../src/usage/record/usage.js';

// Objects composed of the field names that the adapters look for, with valid, invalid and absurd values at every position.
const fieldNames = fc.constantFrom(
  ...holderNames,
  'usageMetadata',
  'totalUsage',
  'providerMetadata',
  ...countNames,
  ...'prompt_tokens completion_tokens total_tokens prompt_tokens_details completion_tokens_details cached_tokens'.split(
    ' ',
  ),
  ...'reasoning_tokens input_tokens output_tokens input_tokens_details output_tokens_details input_token_details'.split(
    ' ',
  ),
  ...'cache_read_input_tokens cache_creation_input_tokens cache_creation ephemeral_1h_input_tokens iterations'.split(
    ' ',
  ),
  ...'promptTokenCount candidatesTokenCount thoughtsTokenCount totalTokenCount cachedContentTokenCount'.split(
    ' ',
  ),
  ...'inputTokens outputTokens totalTokens cachedInputTokens inputTokenDetails cacheReadInputTokens raw'.split(
    ' ',
  ),
  ...'billed_units tokens prompt_eval_count eval_count promptTokens completionTokens cost details source'.split(
    ' ',
  ),
  ...'convention warnings type __proto__ providerMetadata anthropic x_groq cache_read total noCache'.split(
    ' ',
  ),
);
const leaves = fc.oneof(
  fc.nat(5000),
  fc.constantFrom(
    null,
    undefined,
    NaN,
    -1,
    Infinity,
    1e300,
    Number.MAX_SAFE_INTEGER,
    '12',
    'x',
    true,
    5n,
    '',
    'message',
  ),
  fc.constantFrom('inclusive', 'message_start', 'message_delta', [], () => 1),
);
const { value: responses } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.dictionary(fieldNames, tie('value'), { maxKeys: 6 }),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
}));
const hints = fc
  .record({
    provider: fc.constantFrom(
      undefined,
      'openai',
      'anthropic.messages',
      'google',
      'bedrock',
      'xai',
      'perplexity',
      'zzz',
    ),
  })
  .map(({ provider }) => (provider === undefined ? {} : { provider }));

test('normalization never throws and returns valid counts', () => {
  fc.assert(
    fc.property(
      fc.oneof(responses, fc.anything({ withBigInt: true, withNullPrototype: true })),
      hints,
      (source, hint) => {
        const usage = normalizeUsage(source, hint);
        const counts = countNames.map((name) => usage[name] ?? 0);
        expect(counts.every((count) => count >= 0 && count <= Number.MAX_SAFE_INTEGER)).toBe(true);
        expect(Object.values(usage)).not.toContain(undefined);
      },
    ),
    { numRuns: 2000 },
  );
});

test('normalization is idempotent', () => {
  fc.assert(
    fc.property(responses, hints, (source, hint) => {
      const usage = normalizeUsage(source, hint);
      expect(normalizeUsage(usage, hint)).toEqual(usage);
      expect(normalizeUsage({ usage }, hint)).toEqual(usage);
    }),
    { numRuns: 1000 },
  );
});

const tokens = fc.oneof(fc.nat(100), fc.nat(100_000));
const numbers = fc.record({
  input: tokens,
  output: tokens,
  read: tokens,
  written: tokens,
  reasoning: tokens,
  total: tokens,
});

test('counts of parts never exceed their totals, whatever the provider reports', () => {
  fc.assert(
    fc.property(numbers, ({ input, output, read, written, reasoning, total }) => {
      const shapes = [
        {
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written, audio_tokens: total },
          completion_tokens_details: { reasoning_tokens: reasoning },
        },
        {
          input_tokens: input,
          output_tokens: output,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: written,
          cache_creation: { ephemeral_1h_input_tokens: total },
          output_tokens_details: { thinking_tokens: reasoning },
        },
        {
          promptTokenCount: input,
          cachedContentTokenCount: read,
          thoughtsTokenCount: reasoning,
          totalTokenCount: total,
        },
        { inputTokens: input, outputTokens: output, cacheReadInputTokens: read, totalTokens: total },
        { billed_units: { input_tokens: input, output_tokens: output }, cached_tokens: read },
      ];
      for (const shape of shapes) {
        const usage = normalizeUsage(shape);
        const part = (name: (typeof countNames)[number]): number => usage[name] ?? 0;
        expect(part('cacheRead') + part('cacheWrite')).toBeLessThanOrEqual(part('input'));
        expect(part('cacheWrite5m') + part('cacheWrite1h')).toBeLessThanOrEqual(part('cacheWrite'));
        expect(part('inputAudio')).toBeLessThanOrEqual(part('input'));
        expect(part('reasoning')).toBeLessThanOrEqual(part('output'));
        expect(part('total')).toBe(part('input') + part('output'));
      }
    }),
  );
});

test('the order of keys has no effect', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, each]) => [key, reversed(each)]),
    );
  };
  fc.assert(
    fc.property(responses, hints, (source, hint) => {
      expect(normalizeUsage(reversed(source), hint)).toEqual(normalizeUsage(source, hint));
    }),
    { numRuns: 1000 },
  );
});

test('an object whose properties throw has no usage, or the part that can be read', () => {
  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error('get');
      },
      has: () => {
        throw new Error('has');
      },
      ownKeys: () => {
        throw new Error('ownKeys');
      },
    },
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const half = {
    usage: {
      prompt_tokens: 5,
      get completion_tokens() {
        throw new Error('not yet');
      },
    },
  };
  expect(normalizeUsage(throwing).source).toBe('unknown');
  expect(normalizeUsage(revoked).source).toBe('unknown');
  expect(normalizeUsage({ usage: throwing }).source).toBe('unknown');
  expect(normalizeUsage([revoked, throwing, { usage: revoked }]).source).toBe('unknown');
  expect(normalizeUsage(half)).toMatchObject({ input: 5, total: 5 });
});

test('class instances with getters and objects without a prototype are read like plain objects', () => {
  class Response {
    get usage(): unknown {
      return Object.assign(Object.create(null), { prompt_tokens: 5, completion_tokens: 6 });
    }
  }
  expect(normalizeUsage(new Response())).toMatchObject({ input: 5, output: 6 });
});
