import { expect, test } from 'vitest';
import { normalizeUsage } from '../../../src/usage/normalize.js';
import type { Usage } from '../../../src/usage/record/usage.js';

const canonical: Usage = {
  input: 10,
  output: 2,
  total: 12,
  serviceTier: 'flex',
  inferenceGeo: 'us',
  searchContext: 'low',
  largestInput: 7,
  reportedCostUsd: 0.5,
  reportedCostSource: 'gateway',
  unconsumed: { tiles: 2 },
  incomplete: true,
  source: 'test',
  convention: 'assumed',
  warnings: ['counts that are not understood are not in the cost: tiles'],
};

test('a canonical usage comes back equal', () => {
  expect(normalizeUsage(canonical)).toEqual(canonical);
  const { incomplete: _, unconsumed: __, ...complete } = { ...canonical, warnings: [] };
  expect(normalizeUsage(complete)).toEqual(complete);
  const parts = [
    { model: 'a', provider: 'p', usage: complete },
    { model: 'b', usage: complete },
  ];
  expect(normalizeUsage({ ...complete, parts })).toEqual({ ...complete, parts });
});

test('what is not canonical in a canonical usage is left out', () => {
  const usage = normalizeUsage({
    ...canonical,
    input: 'many',
    incomplete: 'yes',
    reportedCostSource: 'somebody',
    unconsumed: { tiles: 2, odd: 'x' },
    parts: [
      { model: 5, usage: canonical },
      { model: 'a', usage: { input: 1 } },
    ],
  });
  expect(usage).not.toHaveProperty('input');
  expect(usage).not.toHaveProperty('incomplete');
  expect(usage).not.toHaveProperty('parts');
  expect(usage).toMatchObject({ reportedCostSource: 'provider', unconsumed: { tiles: 2 } });
  expect(usage.warnings).toContain('input: "many" is not a count');
  expect(normalizeUsage({ ...canonical, unconsumed: 'x' })).not.toHaveProperty('unconsumed');
});

test.for([{ source: 5 }, { convention: 'mine' }, { warnings: 'none' }, { warnings: [1] }])(
  'an object with %j is not canonical, and its counts are read by their names',
  (change) => {
    const usage = normalizeUsage({ ...canonical, ...change });
    expect(usage).toMatchObject({ input: 10, output: 2 });
    expect(usage.source).not.toBe('test');
  },
);

test.for<[name: string, source: object, hint: object]>([
  ['the provider is given', {}, { provider: 'google' }],
  ['the model is given', {}, { model: 'gemini-2.5-pro' }],
  ['the message names its model', { response_metadata: { model_name: 'gemini-2.5-pro' } }, {}],
  ['the message names its provider', { response_metadata: { model_provider: 'google_genai' } }, {}],
])('the thoughts of Gemini in LangChain are output where %s', ([, around, hint]) => {
  const usage_metadata = { input_tokens: 10, output_tokens: 5, total_tokens: 40 };
  expect(normalizeUsage({ usage_metadata, ...around }, hint)).toMatchObject({
    output: 30,
    total: 40,
    source: 'langchain',
  });
});

test('a total of another provider in LangChain that is too large is a mismatch', () => {
  const usage_metadata = { input_tokens: 10, output_tokens: 5, total_tokens: 40 };
  for (const hint of [{}, { provider: 'openai', model: 'gpt-5' }]) {
    const usage = normalizeUsage({ usage_metadata, response_metadata: { model_name: 'gpt-5' } }, hint);
    expect(usage).toMatchObject({ output: 5, total: 15, incomplete: true });
    expect(usage.warnings).toHaveLength(1);
  }
});

test('LangChain is known by its details where its usage has another name', () => {
  const usage = { input_tokens: 10, output_tokens: 5, input_token_details: { cache_read: 4 } };
  expect(normalizeUsage({ usage }).source).toBe('langchain');
  const details = { ...usage, input_token_details: { cached_tokens: 4 } };
  expect(normalizeUsage({ usage: details }).source).not.toBe('langchain');
});

test('a unit other than tokens is not counted', () => {
  const usage = { input: 10, output: 5 };
  for (const unit of ['TOKENS', 'token']) {
    expect(normalizeUsage({ usage: { ...usage, unit } })).toMatchObject({ input: 10, output: 5 });
  }
  for (const unit of ['MILLISECONDS', 'tokens per minute', 'kilotokens']) {
    const normalized = normalizeUsage({ usage: { ...usage, unit } });
    expect(normalized).not.toHaveProperty('input');
    expect(normalized.warnings).toEqual([`usage in ${unit.slice(0, 20)} is not counted`]);
  }
  expect(normalizeUsage({ usage: { ...usage, unit: 'characters of the alphabet' } }).warnings).toEqual([
    'usage in characters of the al is not counted',
  ]);
});

test('the total in the details of llm is one too', () => {
  expect(normalizeUsage({ input: 10, output: 5, details: { totalTokenCount: 15 } })).toMatchObject({
    total: 15,
    convention: 'proved-by-total',
    source: 'llm',
  });
  expect(normalizeUsage({ input: 10, details: {} })).toMatchObject({ input: 10, source: 'llm' });
  expect(normalizeUsage({ input: 10 }).source).toBe('unknown');
});

test('a bare object is a usage only if a name of it is one of tokens', () => {
  expect(normalizeUsage({ prompt: 10, completion: 5 }).source).toBe('unknown');
  expect(normalizeUsage({ usage: { prompt: 10, completion: 5 } })).toMatchObject({
    input: 10,
    output: 5,
    source: 'generic',
  });
  expect(normalizeUsage({ promptTokensIn: 10 })).toMatchObject({ input: 10, source: 'generic' });
  expect(normalizeUsage({ total: 10 }).source).toBe('unknown');
  expect(normalizeUsage({ usage: { total: 10 } })).toMatchObject({
    input: 10,
    source: 'total-only',
    incomplete: true,
  });
  expect(normalizeUsage({ total_tokens: 10, note: 'x', kind: 1 })).toMatchObject({
    input: 10,
    source: 'total-only',
  });
});

test('audio is known by its duration with a task or channels, images by the time they were created', () => {
  expect(normalizeUsage({ duration: 5, task: 'transcribe' })).toMatchObject({ seconds: 5, source: 'units' });
  expect(normalizeUsage({ duration: 5 }).source).toBe('unknown');
  expect(normalizeUsage({ task: 'transcribe' }).source).toBe('unknown');
  expect(normalizeUsage({ created: 1, data: [{ url: 'a' }, { text: 'b' }] })).toMatchObject({ images: 1 });
  expect(normalizeUsage({ created: 1 }).source).toBe('unknown');
  expect(normalizeUsage({ data: [{ url: 'a' }] }).source).toBe('unknown');
});

test('the raw usage of the AI SDK holds where it describes the same tokens', () => {
  const raw = {
    input_tokens: 6,
    cache_creation_input_tokens: 1,
    cache_read_input_tokens: 3,
    cache_creation: { ephemeral_1h_input_tokens: 1 },
    output_tokens: 5,
  };
  const own = { inputTokens: 10, outputTokens: 5, inputTokenDetails: { cacheReadTokens: 3 } };
  expect(normalizeUsage({ usage: { ...own, raw } })).toMatchObject({
    input: 10,
    cacheWrite1h: 1,
    source: 'ai-sdk',
  });
  for (const differing of [{ ...raw, input_tokens: 7 }, { ...raw, output_tokens: 6 }, { odd: 1 }, 'text']) {
    const usage = normalizeUsage({ usage: { ...own, raw: differing } });
    expect(usage).toMatchObject({ input: 10, output: 5, cacheRead: 3, source: 'ai-sdk' });
    expect(usage).not.toHaveProperty('cacheWrite1h');
  }
  const gemini = {
    promptTokenCount: 10,
    candidatesTokenCount: 2,
    thoughtsTokenCount: 3,
    totalTokenCount: 15,
  };
  expect(normalizeUsage({ usage: { ...own, raw: gemini } })).toMatchObject({ output: 5, reasoning: 3 });
});

test("version 5 of the AI SDK keeps its provider's convention", () => {
  const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, totalTokens: 15 };
  for (const provider of ['anthropic', 'bedrock']) {
    expect(normalizeUsage({ usage }, { provider })).toMatchObject({ input: 14, convention: 'exclusive' });
    expect(normalizeUsage({ usage, providerMetadata: { [provider]: {} } })).toMatchObject({ input: 14 });
  }
  expect(normalizeUsage({ usage }, { provider: 'openai' })).toMatchObject({
    input: 10,
    convention: 'inclusive',
  });
  expect(normalizeUsage({ usage, providerMetadata: { openai: {} } })).toMatchObject({
    input: 10,
    convention: 'inclusive',
  });
  expect(normalizeUsage({ usage }, { model: 'gpt-5' })).toMatchObject({ input: 10, convention: 'inclusive' });
  for (const hint of [{}, { model: 'claude-sonnet-4-5' }]) {
    expect(normalizeUsage({ usage }, hint)).toMatchObject({
      input: 10,
      convention: 'assumed',
      incomplete: true,
    });
  }
  expect(
    normalizeUsage({
      usage,
      providerMetadata: {
        anthropic: { usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 2 } },
      },
    }),
  ).toMatchObject({ input: 12, cacheWrite: 2, source: 'ai-sdk-5' });
});

test("Anthropic's fields with a total of a wrapper contain the cache, unless the wrapper passes them on", () => {
  const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 4, total_tokens: 15 };
  expect(normalizeUsage(usage)).toMatchObject({ input: 10, source: 'mlflow' });
  expect(normalizeUsage({ ...usage, total_tokens: 19 })).toMatchObject({ input: 14, source: 'anthropic' });
  for (const passed of [{ llm_usage: usage }, { ...usage, model: 'claude-sonnet-4-5' }]) {
    expect(normalizeUsage(passed)).toMatchObject({ input: 14, source: 'anthropic' });
  }
  expect(normalizeUsage(usage, { provider: 'anthropic' })).toMatchObject({ input: 14, source: 'anthropic' });
  expect(normalizeUsage(usage, { api: 'messages' })).toMatchObject({ input: 14, source: 'anthropic' });
});

test('counts without a field of its own are those of Anthropic where the API or provider is', () => {
  const usage = { input_tokens: 10, output_tokens: 5 };
  expect(normalizeUsage({ usage }, { api: 'messages' }).source).toBe('anthropic');
  expect(normalizeUsage({ usage }, { provider: 'anthropic' }).source).toBe('anthropic');
  expect(normalizeUsage({ usage }, { provider: 'openai' }).source).toBe('openai-responses');
  expect(normalizeUsage({ usage }, { api: 'responses' }).source).toBe('openai-responses');
  expect(
    normalizeUsage({ usage: { ...usage, total_tokens: 15 } }, { provider: 'anthropic' }).source,
  ).not.toBe('anthropic');
});

test('what an Anthropic response searched belongs to the model that was called', () => {
  const iteration = (model: string, input_tokens: number): object => ({
    type: 'message',
    model,
    input_tokens,
    output_tokens: 1,
  });
  const response = {
    model: 'a',
    usage: {
      input_tokens: 12,
      output_tokens: 2,
      server_tool_use: { web_search_requests: 3, code_execution_requests: 1 },
      iterations: [iteration('a', 5), 'noise', iteration('b', 7)],
    },
  };
  const usage = normalizeUsage(response);
  expect(usage.warnings).toEqual([]);
  expect(
    usage.parts?.map(({ model, usage: { input, webSearches, codeCalls } }) => [
      model,
      input,
      webSearches,
      codeCalls,
    ]),
  ).toEqual([
    ['a', 5, 3, 1],
    ['b', 7, undefined, undefined],
  ]);
  const { server_tool_use: _, ...plain } = response.usage;
  const [called] = normalizeUsage({ ...response, usage: plain }).parts!;
  expect(called!.usage).not.toHaveProperty('webSearches');
  expect(called!.usage).not.toHaveProperty('codeCalls');
  const odd = { ...response, usage: { ...plain, output_tokens: 50 } };
  expect(normalizeUsage(odd).warnings).toEqual([
    'iterations: their tokens do not add up to those of the response',
  ]);
  const oddInput = { ...response, usage: { ...plain, input_tokens: 50 } };
  expect(normalizeUsage(oddInput).warnings).toEqual([
    'iterations: their tokens do not add up to those of the response',
  ]);
});
