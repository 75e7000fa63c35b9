import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';
import { countNames, type Usage } from '../../src/usage/record/usage.js';

function expectSumsAgree(usage: Usage): void {
  for (const name of countNames) {
    const counts = usage.parts!.map((part) => part.usage[name]).filter((count) => count !== undefined);
    const sum = counts.length > 0 ? counts.reduce((a, b) => a + b) : undefined;
    expect([name, usage[name]]).toEqual([name, sum]);
  }
}

function byModel(usage: Usage): Record<string, [number | undefined, number | undefined]> {
  return Object.fromEntries(
    (usage.parts ?? []).map(({ model, usage: { input, output } }) => [model, [input, output]]),
  );
}

test('the iterations of an advisor model are a separate part of the usage, and the top level counts the response only', () => {
  const usage = normalizeUsage({
    model: 'claude-sonnet-5',
    usage: {
      input_tokens: 30,
      cache_read_input_tokens: 100,
      output_tokens: 9,
      server_tool_use: { web_search_requests: 2 },
      service_tier: 'standard',
      iterations: [
        { type: 'message', input_tokens: 10, cache_read_input_tokens: 40, output_tokens: 4 },
        { type: 'advisor_message', model: 'claude-opus-5', input_tokens: 500, output_tokens: 20 },
        { type: 'message', input_tokens: 20, cache_read_input_tokens: 60, output_tokens: 5 },
      ],
    },
  });
  expect(byModel(usage)).toEqual({ 'claude-sonnet-5': [130, 9], 'claude-opus-5': [500, 20] });
  expect(usage).toMatchObject({ input: 630, output: 29, webSearches: 2, warnings: [] });
  expect(usage.parts![1]!.usage.serviceTier).toBe('standard');
  expectSumsAgree(usage);
});

test('for a fallback to another model, the top level is the sum of both parts', () => {
  const usage = normalizeUsage({
    model: 'claude-opus-5',
    usage: {
      input_tokens: 300,
      output_tokens: 12,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 100, output_tokens: 2 },
        { type: 'message', model: 'claude-opus-5', input_tokens: 200, output_tokens: 10 },
      ],
    },
  });
  expect(byModel(usage)).toEqual({ 'claude-opus-5': [200, 10], 'claude-fable-5': [100, 2] });
  expect(usage.warnings).toEqual([]);
  expectSumsAgree(usage);
});

test('an answer that only another model than the called one gave belongs to that model', () => {
  const usage = normalizeUsage(
    {
      usage: {
        input_tokens: 300,
        output_tokens: 12,
        iterations: [{ type: 'fallback', model: 'claude-opus-5', input_tokens: 300, output_tokens: 12 }],
      },
    },
    { model: 'claude-haiku-4-5' },
  );
  expect(byModel(usage)).toEqual({ 'claude-opus-5': [300, 12] });
  expect(usage).toMatchObject({ input: 300, output: 12, warnings: [] });
  expectSumsAgree(usage);
});

test('the only model of a map by model is named where the caller does not name one', () => {
  const counts = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
  const byName = { 'openai/gpt-4o-mini': counts };
  expect(byModel(normalizeUsage(byName))).toEqual({ 'openai/gpt-4o-mini': [20, 10] });
  expect(byModel(normalizeUsage({ type: 'result', modelUsage: { 'gpt-4o-mini': counts } }))).toEqual({
    'gpt-4o-mini': [20, 10],
  });
  expect(normalizeUsage(byName, { model: 'gpt-4o-mini' })).not.toHaveProperty('parts');
  expect(normalizeUsage({ wrapper: counts })).not.toHaveProperty('parts');
});

test('iterations that do not add up to the top level are a warning', () => {
  const usage = normalizeUsage({
    model: 'a',
    usage: {
      input_tokens: 7,
      output_tokens: 1,
      iterations: [
        { type: 'message', input_tokens: 100, output_tokens: 2 },
        { type: 'advisor_message', model: 'b', input_tokens: 200, output_tokens: 10 },
      ],
    },
  });
  expect(byModel(usage)).toEqual({ a: [100, 2], b: [200, 10] });
  expect(usage.warnings).toEqual(['iterations: their tokens do not add up to those of the response']);
});

test('the model of a part comes from the response, else from the hint, else it has no name', () => {
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    iterations: [
      { type: 'message', input_tokens: 1, output_tokens: 1 },
      { type: 'advisor_message', model: 'b', input_tokens: 2, output_tokens: 2 },
    ],
  };
  expect(byModel(normalizeUsage({ usage }, { model: 'a' }))).toEqual({ a: [1, 1], b: [2, 2] });
  expect(byModel(normalizeUsage({ usage }))).toEqual({ '': [1, 1], b: [2, 2] });
});

test('the Agent SDK counts its sub-models in `modelUsage` only, and its cost covers all of them', () => {
  const usage = normalizeUsage({
    type: 'result',
    total_cost_usd: 0.5,
    usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 },
    modelUsage: {
      'claude-opus-5': {
        inputTokens: 10,
        outputTokens: 5,
        cacheReadInputTokens: 100,
        cacheCreationInputTokens: 0,
        webSearchRequests: 1,
        costUSD: 0.4,
        contextWindow: 200_000,
        maxOutputTokens: 32_000,
      },
      'claude-haiku-4-5': {
        inputTokens: 900,
        outputTokens: 50,
        cacheReadInputTokens: 0,
        cacheCreationInputTokens: 0,
        costUSD: 0.1,
      },
    },
  });
  expect(byModel(usage)).toEqual({ 'claude-opus-5': [110, 5], 'claude-haiku-4-5': [900, 50] });
  expect(usage).toMatchObject({ input: 1010, output: 55, webSearches: 1, reportedCostUsd: 0.5 });
  expect(usage.parts!.map((part) => part.usage.reportedCostUsd)).toEqual([0.1, 0.4]);
  expect(usage.unconsumed).toBeUndefined();
  expectSumsAgree(usage);
});

const each = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
test.for<[string, unknown]>([
  [
    'Gemini CLI',
    {
      response: 'x',
      stats: {
        models: {
          a: { tokens: { prompt: 10, candidates: 2, thoughts: 0 } },
          b: { tokens: { prompt: 10, candidates: 2, thoughts: 0 } },
        },
      },
    },
  ],
  [
    'Inspect',
    {
      stats: {
        model_usage: { a: { input_tokens: 10, output_tokens: 2 }, b: { input_tokens: 10, output_tokens: 2 } },
      },
    },
  ],
  [
    'DashScope',
    {
      usage: {
        models: [
          { model_id: 'a', input_tokens: 10, output_tokens: 2 },
          { model_id: 'b', input_tokens: 10, output_tokens: 2 },
        ],
      },
    },
  ],
  [
    'LangChain callbacks',
    {
      usage_metadata: {
        a: { input_tokens: 10, output_tokens: 2 },
        b: { input_tokens: 10, output_tokens: 2 },
      },
    },
  ],
  ['a bare map', { a: each, b: each }],
  [
    'AutoGen',
    {
      usage_excluding_cached_inference: {
        total_cost: 0.3,
        a: { cost: 0.1, ...each },
        b: { cost: 0.2, ...each },
      },
    },
  ],
  [
    'a list of usages',
    {
      usages: [
        { model: 'a', usage: each },
        { model: 'b', usage: each },
      ],
    },
  ],
  [
    'a list of responses',
    [
      { id: '1', model: 'a', usage: each },
      { id: '2', model: 'b', usage: each },
    ],
  ],
  [
    'steps of the AI SDK',
    {
      totalUsage: { inputTokens: 20, outputTokens: 4, totalTokens: 24 },
      steps: [
        { response: { modelId: 'a' }, usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } },
        { response: { modelId: 'b' }, usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } },
      ],
    },
  ],
])('%s: each model is a part', ([, raw]) => {
  const usage = normalizeUsage(raw);
  expect(byModel(usage)).toEqual({ a: [10, 2], b: [10, 2] });
  expectSumsAgree(usage);
});

test('responses of the same model are one usage without parts', () => {
  const usage = normalizeUsage([
    { id: '1', model: 'a', usage: each },
    { id: '2', model: 'a', usage: each },
  ]);
  expect(usage).toMatchObject({ input: 20, output: 4, total: 24 });
  expect(usage.parts).toBeUndefined();
});

test('a sum of requests keeps the largest input, which selects the rates', () => {
  const steps = [120_000, 90_000].map((inputTokens) => ({ usage: { inputTokens, outputTokens: 5 } }));
  const totalUsage = { inputTokens: 210_000, outputTokens: 10, totalTokens: 210_010 };
  expect(normalizeUsage({ totalUsage, steps })).toMatchObject({ input: 210_000, largestInput: 120_000 });
  expect(normalizeUsage({ totalUsage, steps: steps.slice(1) })).not.toHaveProperty('largestInput');
  const listed = {
    requests: 2,
    inputTokens: 210_000,
    outputTokens: 10,
    inputTokensDetails: [{ cached_tokens: 0 }, {}],
    requestUsageEntries: [{ inputTokens: 120_000 }, { inputTokens: 90_000 }],
  };
  expect(normalizeUsage(listed)).toMatchObject({ input: 210_000, requests: 2, largestInput: 120_000 });
});
