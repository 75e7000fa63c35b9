import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';
import { lookUpField } from '../../src/usage/fields/synonyms.js';

const chat = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

test('an unknown count is reported in a warning with its path', () => {
  const usage = normalizeUsage({
    usage: { ...chat, quantum_tokens: 7, prompt_tokens_details: { hologram_tokens: 3, cached_tokens: 2 } },
  });
  expect(usage).toMatchObject({
    input: 10,
    cacheRead: 2,
    unconsumed: { quantum_tokens: 7, 'prompt_tokens_details.hologram_tokens': 3 },
    warnings: [
      'counts that are not understood are not in the cost: prompt_tokens_details.hologram_tokens, quantum_tokens',
    ],
  });
});

test.for<[string, object]>([
  ['0', { quantum_tokens: 0 }],
  ['null', { quantum_tokens: null }],
  ['text', { quantum_tokens: 'many' }],
  ['a flag', { is_quantum: true }],
  ['a time', { queue_time: 0.5, total_latency: 3, time_to_first_token: 1 }],
  ['a speed', { tokens_per_second: 80, completion_tokens_per_sec: 5 }],
  ['a limit', { max_output_tokens: 4096, context_window: 200_000, remaining_tokens: 5 }],
  ['costs by part', { cost_details: { prompt: 3 }, input_cost: 4 }],
  [
    'parts of the output',
    { completion_tokens_details: { accepted_prediction_tokens: 3, rejected_prediction_tokens: 2 } },
  ],
])('%s is not reported as an unknown count', ([, extra]) => {
  const usage = normalizeUsage({ usage: { ...chat, ...extra } });
  expect(usage).toMatchObject({ input: 10, output: 5, warnings: [] });
  expect(usage.unconsumed).toBeUndefined();
});

test("numbers outside of the counts of a response are ignored, except for xAI's sources", () => {
  expect(
    normalizeUsage({ prompt_eval_count: 10, eval_count: 5, seed: 3, created: 1_700_000_000 }),
  ).toMatchObject({
    input: 10,
    warnings: [],
  });
  expect(normalizeUsage({ usage: { ...chat, num_sources_used: 3 } }).unconsumed).toEqual({
    num_sources_used: 3,
  });
});

test('the list of unknown counts is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`odd${'x'.repeat(i)}_tokens`, 1]));
  expect(Object.keys(normalizeUsage({ usage: { ...chat, ...many } }).unconsumed!)).toHaveLength(20);
});

test.for([
  ['cache_read_input_tokens', 'cacheRead'],
  ['cacheReadInputTokens', 'cacheRead'],
  ['cache-read-input-tokens', 'cacheRead'],
  ['CachedTokenCount', 'cacheRead'],
  ['prompt_cache_hit_tokens', 'cacheRead'],
  ['cachedContentTokenCount', 'cacheRead'],
  ['cached_audio_tokens', 'cacheReadAudio'],
  ['cacheCreationInputTokens', 'cacheWrite'],
  ['cache_write_tokens', 'cacheWrite'],
  ['ephemeral_1h_input_tokens', 'cacheWrite1h'],
  ['cacheWrite5mTokens', 'cacheWrite5m'],
  ['uncached_input_tokens', 'uncached'],
  ['prompt_cache_miss_tokens', 'uncached'],
  ['reasoning_output_tokens', 'reasoning'],
  ['thoughtsTokenCount', 'reasoning'],
  ['thinking_tokens', 'reasoning'],
  ['inputAudioTokens', 'inputAudio'],
  ['output_image_tokens', 'outputImage'],
  ['video_output_tokens', 'outputVideo'],
  ['total_token_count', 'total'],
  ['web_search_requests', 'webSearches'],
  ['num_search_queries', 'webSearches'],
  ['pages_processed', 'pages'],
  ['input_output_tokens', undefined],
  ['cached_output_tokens', undefined],
  ['reasoning_input_tokens', undefined],
  ['audio_tokens', undefined],
  ['read_tokens', undefined],
] as const)('the field %s has the role %s', ([name, role]) => {
  expect(lookUpField(name, 'top').role).toBe(role);
});
