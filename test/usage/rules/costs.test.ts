import { expect, test } from 'vitest';
import { findCost } from '../../../src/usage/fields/find-cost.js';
import { normalizeUsage } from '../../../src/usage/normalize.js';

const tokens = { input_tokens: 10, output_tokens: 5 };

test.for<[fields: object, usd: unknown, source: string]>([
  [{ cost: 0.5 }, 0.5, 'provider'],
  [{ cost: 0 }, 0, 'provider'],
  [{ cost: 0.5, currency: 'USD' }, 0.5, 'provider'],
  [{ cost: 0.5, currency: '$' }, 0.5, 'provider'],
  [{ cost: { total_cost: 0.5 } }, 0.5, 'provider'],
  [{ cost: { total: 0.5 } }, 0.5, 'tool'],
  [{ cost: { amount: 0.5, currency: 'usd' } }, 0.5, 'tool'],
  [{ cost_in_usd_ticks: 5e9 }, 0.5, 'provider'],
  [{ cost_in_usd_ticks: 5e9, cost: 7 }, 0.5, 'provider'],
  [{ estimated_cost: 0.5 }, 0.5, 'provider'],
  [{ total_cost_usd: 0.5 }, 0.5, 'tool'],
  [{ cost_details: { total: 0.5 } }, 0.5, 'tool'],
  [{ 'mlflow.llm.cost': '{"total_cost": 0.5}' }, 0.5, 'tool'],
  [{ cost: 0.1, is_byok: true, cost_details: { upstream_inference_cost: 0.4 } }, 0.5, 'provider'],
  [{ cost: 0, costDetails: { upstreamInferenceCost: 0.4 } }, 0.4, 'provider'],
  [{ cost: 0.5, cost_details: { upstream_inference_cost: 0.4 } }, 0.5, 'provider'],
  [{ cost: 0, is_byok: false, cost_details: { upstream_inference_cost: 0.4 } }, 0, 'provider'],
])('the cost in %j is %d by the %s', ([fields, usd, source]) => {
  expect(findCost(fields as never, [])).toEqual({ usd, source });
});

test('where no cost is reported, none is found', () => {
  for (const fields of [
    { tokens: 1 },
    { cost: null },
    { cost: {} },
    { costly: true },
    { estimated_cost: 'much' },
  ]) {
    expect(findCost(fields as never, [])).toBeUndefined();
  }
});

test('a cost in another currency is not used', () => {
  for (const currency of ['EUR', 'AUSD', 'USDC', 'a currency with a long name']) {
    expect(findCost({ cost: 0.5, currency }, [])).toEqual({
      note: `the reported cost is in ${currency.slice(0, 20)}, not in USD: it is not used`,
    });
  }
});

test('a cost next to a usage was calculated by a program; the nearest holds', () => {
  expect(findCost({}, [{ cost: 0.5 }, { cost: 0.7 }])).toEqual({ usd: 0.5, source: 'tool' });
  expect(findCost({}, [{}, { cost: 0.7 }])).toEqual({ usd: 0.7, source: 'tool' });
  expect(findCost({ cost: 0.2 }, [{ cost: 0.5 }])).toEqual({ usd: 0.2, source: 'provider' });
  const bare = { note: 1 };
  expect(findCost(bare, [bare])).toBeUndefined();
});

test("LiteLLM's cost is that of a gateway, wherever it is", () => {
  const gateway = { usd: '0.5', source: 'gateway' };
  const header = 'x-litellm-response-cost';
  for (const parent of [
    { response_cost: '0.5' },
    { _hidden_params: { response_cost: '0.5' } },
    { headers: { [header]: '0.5' } },
    { responseHeaders: { [header]: '0.5' } },
    { headers: new Headers({ [header]: '0.5' }) },
  ]) {
    expect(findCost({}, [parent])).toEqual(gateway);
  }
  for (const parent of [
    { headers: {} },
    { headers: new Headers() },
    { headers: 'none' },
    { _hidden_params: {} },
  ]) {
    expect(findCost({}, [parent])).toBeUndefined();
  }
});

test("the AI SDK's gateway reports a cost, or the market's where the key is the user's own", () => {
  const at = (gateway: object): object => ({ providerMetadata: { gateway } });
  expect(findCost({}, [at({ cost: '0.5', marketCost: '0.7' }) as never])).toEqual({
    usd: '0.5',
    source: 'gateway',
  });
  expect(findCost({}, [at({ cost: '0', marketCost: '0.7' }) as never])).toEqual({
    usd: '0.7',
    source: 'gateway',
  });
  expect(findCost({}, [at({ cost: '0' }) as never])).toEqual({ usd: '0', source: 'gateway' });
  expect(findCost({}, [at({}) as never])).toBeUndefined();
  expect(findCost({}, [{ experimental_providerMetadata: { openrouter: { usage: { cost: 0.5 } } } }])).toEqual(
    {
      usd: 0.5,
      source: 'provider',
    },
  );
  expect(findCost({}, [{ providerMetadata: { note: 'x', empty: {}, perplexity: { cost: 0.5 } } }])).toEqual({
    usd: 0.5,
    source: 'provider',
  });
  expect(findCost({}, [{ providerMetadata: 'none' }])).toBeUndefined();
});

test('the costs of steps add up where each has one', () => {
  const step = (cost: number): object => ({ providerMetadata: { gateway: { cost } } });
  const last = step(0.25) as Record<string, unknown>;
  expect(findCost({}, [{ ...last, steps: [step(0.5), step(0.25)] }])).toEqual({
    usd: 0.75,
    source: 'gateway',
  });
  expect(findCost({}, [{ ...last, steps: [step(0.5), {}] }])).toEqual({
    note: 'a cost was reported for 1 of 2 steps only: it is not used',
  });
  expect(findCost({}, [{ ...last, steps: [{}, 'noise'] }])).toEqual({ usd: 0.25, source: 'gateway' });
  expect(findCost({}, [{ ...last, steps: [step(0.5)] }])).toEqual({ usd: 0.25, source: 'gateway' });
});

test('an invalid amount becomes a warning', () => {
  expect(normalizeUsage({ usage: { ...tokens, cost: 'cheap' } }).warnings).toEqual([
    'reportedCostUsd: "cheap" is not an amount',
  ]);
  expect(normalizeUsage({ usage: { ...tokens, cost: -1 } }).warnings).toEqual([
    'reportedCostUsd: a value of type number is not an amount',
  ]);
});

test("the tools of an OpenAI response are counted; opening a page is no search, and an image is another model's", () => {
  const output = [
    { type: 'web_search_call', action: { type: 'search' } },
    { type: 'web_search_call' },
    { type: 'web_search_call', action: { type: 'open_page' } },
    { type: 'file_search_call' },
    { type: 'code_interpreter_call', container_id: 'a' },
    { type: 'code_interpreter_call', container_id: 'a' },
  ];
  const usage = { ...tokens, total_tokens: 15 };
  expect(normalizeUsage({ output, usage })).toMatchObject({
    webSearches: 2,
    fileSearches: 1,
    codeCalls: 2,
    containers: 1,
    source: 'openai-responses',
    warnings: [],
  });
  const plain = normalizeUsage({ output: [{ type: 'message' }], usage });
  for (const name of ['webSearches', 'fileSearches', 'codeCalls', 'containers', 'unconsumed'])
    expect(plain).not.toHaveProperty(name);
  const opened = normalizeUsage({ output: output.slice(2, 3), usage });
  expect(opened.webSearches).toBe(0);
  const drawn = normalizeUsage({ output: [{ type: 'image_generation_call' }], usage });
  expect(drawn.unconsumed).toEqual({ 'output.image_generation_call': 1 });
});

test('the output of the images API is images', () => {
  const usage = { ...tokens, total_tokens: 15 };
  expect(normalizeUsage({ data: [{ b64_json: 'x' }], usage })).toMatchObject({ outputImage: 5 });
  expect(normalizeUsage({ data: [{ text: 'x' }], usage })).not.toHaveProperty('outputImage');
  const listed = { ...usage, output_tokens_details: { image_tokens: 4 } };
  expect(normalizeUsage({ data: [{ b64_json: 'x' }], usage: listed })).toMatchObject({ outputImage: 4 });
});

test('the last result of each session of an agent holds', () => {
  const result = (session_id: string, input_tokens: number): object => ({
    type: 'result',
    session_id,
    total_cost_usd: 0.5,
    usage: { input_tokens, output_tokens: 1 },
  });
  expect(normalizeUsage([result('a', 5), result('a', 9), result('b', 3)])).toMatchObject({
    input: 12,
    reportedCostUsd: 1,
  });
  const message = {
    type: 'assistant',
    message: { id: 'm', model: 'claude-sonnet-4-5', usage: { ...tokens } },
  };
  expect(normalizeUsage([message, result('a', 5)])).toMatchObject({ input: 5 });
});

test('without a result the messages of an agent add up, the last line of each holds', () => {
  const message = (id: string | undefined, output_tokens: number): object => ({
    type: 'assistant',
    message: { id, model: 'claude-sonnet-4-5', usage: { input_tokens: 10, output_tokens } },
  });
  expect(
    normalizeUsage([message('a', 1), message('a', 5), message('b', 2), { type: 'assistant' }]),
  ).toMatchObject({
    input: 20,
    output: 7,
    source: 'anthropic',
  });
  expect(normalizeUsage([message(undefined, 1), message(undefined, 5)])).toMatchObject({
    input: 20,
    output: 6,
  });
  const user = { type: 'user', message: { id: 'c', usage: { input_tokens: 99, output_tokens: 1 } } };
  expect(normalizeUsage([message('a', 5), user])).toMatchObject({ input: 10 });
});

test("Codex's sums start again after a compaction: the last of each segment holds", () => {
  const sum = (total: number): object => ({
    type: 'event_msg',
    payload: {
      info: { total_token_usage: { input_tokens: total - 1, output_tokens: 1, total_tokens: total } },
    },
  });
  expect(normalizeUsage([sum(10), sum(30), sum(5), sum(8)])).toMatchObject({
    input: 36,
    output: 2,
    total: 38,
  });
  expect(normalizeUsage([sum(10), sum(10)])).toMatchObject({ total: 10 });
  const turn = {
    type: 'turn.completed',
    usage: { input_tokens: 4, cached_input_tokens: 1, output_tokens: 1 },
  };
  expect(normalizeUsage([turn])).toMatchObject({ input: 4, output: 1 });
});
