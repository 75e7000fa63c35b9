import { expect, test } from 'vitest';
import { normalizeUsage } from '../../../src/usage/normalize.js';
import {
  isChatChunk,
  mergeValue,
  modelOf,
  responseIdOf,
  textOf,
  unwrapEvent,
} from '../../../src/usage/stream/stream-event.js';

const chunk = { choices: [{ delta: { content: 'a' } }] };
const finished = { choices: [{ delta: {}, finish_reason: 'stop' }] };

function chat(prompt_tokens: number, completion_tokens: number, rest: object = {}): object {
  return {
    ...rest,
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

test('events of one chat stream are one response, whatever ids its chunks have', () => {
  const events = [chat(5, 1, { ...chunk, id: 'a' }), chat(5, 4, { ...finished, id: 'b' })];
  expect(normalizeUsage(events)).toMatchObject({ input: 5, output: 4, total: 9 });
  expect(normalizeUsage(events)).not.toHaveProperty('incomplete');
});

test('a chat stream that reports continuously and never finishes is a lower bound', () => {
  const open = [chat(5, 1, chunk), chat(5, 2, chunk)];
  expect(normalizeUsage(open)).toMatchObject({ output: 2, incomplete: true });
  expect(normalizeUsage([...open, chat(5, 3, { choices: [] })])).not.toHaveProperty('incomplete');
  expect(normalizeUsage([chat(5, 3, { choices: [] }), ...open])).toMatchObject({ incomplete: true });
});

test('responses with ids of their own add up; reports of one id are one response', () => {
  expect(
    normalizeUsage([chat(5, 1, { id: 'a' }), chat(5, 4, { id: 'a' }), chat(7, 1, { id: 'b' })]),
  ).toMatchObject({
    input: 12,
    output: 5,
    total: 17,
  });
  expect(normalizeUsage([chat(5, 1), chat(5, 4)])).toMatchObject({ input: 10, output: 5 });
});

test('steps of the AI SDK and responses of a realtime session add up, other events of a type are one', () => {
  const usage = { inputTokens: 5, outputTokens: 1, totalTokens: 6 };
  for (const type of ['finish-step', 'step-finish', 'response.done']) {
    expect(
      normalizeUsage([
        { type, usage },
        { type, usage },
      ]),
    ).toMatchObject({ input: 10, output: 2 });
  }
  for (const type of ['x-finish-step', 'finish-steps', 'progress']) {
    expect(
      normalizeUsage([
        { type, usage },
        { type, usage },
      ]),
    ).toMatchObject({ input: 5, output: 1 });
  }
});

test('the sum at the end of an AI SDK stream takes the place of its steps', () => {
  const step = { type: 'finish-step', usage: { inputTokens: 5, outputTokens: 1, totalTokens: 6 } };
  const totalUsage = { inputTokens: 11, outputTokens: 3, totalTokens: 14 };
  expect(normalizeUsage([step, step, { type: 'finish', totalUsage }])).toMatchObject({
    input: 11,
    output: 3,
  });
  expect(normalizeUsage([step, step, { type: 'finish', usage: totalUsage }])).toMatchObject({
    input: 11,
    output: 3,
  });
  expect(normalizeUsage([step, { ...step }, { type: 'finish' }])).toMatchObject({ input: 10, output: 2 });
});

test('a later report keeps what only an earlier one of the same response has', () => {
  const merged = normalizeUsage([
    {
      id: 'a',
      service_tier: 'flex',
      usage: {
        prompt_tokens: 5,
        completion_tokens: 1,
        completion_tokens_details: { reasoning_tokens: 1 },
        cost: 0.5,
        odd_tokens: 3,
      },
    },
    { id: 'a', usage: { prompt_tokens: 0, completion_tokens: 4 } },
  ]);
  expect(merged).toMatchObject({
    input: 5,
    output: 4,
    total: 9,
    reasoning: 1,
    serviceTier: 'flex',
    reportedCostUsd: 0.5,
    unconsumed: { odd_tokens: 3 },
  });
  const replaced = normalizeUsage([
    { id: 'a', service_tier: 'flex', usage: { prompt_tokens: 5, completion_tokens: 1, cost: 0.5 } },
    { id: 'a', service_tier: 'priority', usage: { prompt_tokens: 5, completion_tokens: 4, cost: 0.75 } },
  ]);
  expect(replaced).toMatchObject({ serviceTier: 'priority', reportedCostUsd: 0.75 });
});

test('the warnings of all reports of a response are kept once', () => {
  const usage = { prompt_tokens: 'x', completion_tokens: 4 };
  expect(
    normalizeUsage([
      { id: 'a', usage },
      { id: 'a', usage },
    ]).warnings,
  ).toEqual(['input: "x" is not a count']);
  const first = { id: 'a', usage: { prompt_tokens: 'y', completion_tokens: 1 } };
  expect(normalizeUsage([first, { id: 'a', usage }]).warnings).toEqual([
    'input: "y" is not a count',
    'input: "x" is not a count',
  ]);
});

test('a list without counts keeps the reason of its first event', () => {
  const events = [
    { id: 'a', usage: { prompt_tokens: 'x' } },
    { id: 'b', usage: { prompt_tokens: 'z' } },
  ];
  expect(normalizeUsage(events).warnings).toEqual(['input: "x" is not a count']);
});

test('each message of an Anthropic stream has its deltas; one without any broke off', () => {
  const start = (input_tokens: number): object => ({
    type: 'message_start',
    message: { model: 'claude-sonnet-4-5', usage: { input_tokens, output_tokens: 1 } },
  });
  const delta = { type: 'message_delta', usage: { output_tokens: 9 } };
  expect(normalizeUsage([start(5), delta, start(7), delta])).toMatchObject({ input: 12, output: 18 });
  expect(normalizeUsage([start(5), delta, start(7), delta])).not.toHaveProperty('incomplete');
  expect(normalizeUsage([start(5)])).toMatchObject({ input: 5, output: 1, incomplete: true });
  expect(normalizeUsage([start(5), { type: 'message_delta' }])).toMatchObject({ incomplete: true });
  expect(normalizeUsage([delta, start(5), delta])).toMatchObject({ input: 5, output: 9 });
  expect(normalizeUsage([start(5), { type: 'ping', usage: { output_tokens: 50 } }, delta])).toMatchObject({
    output: 9,
  });
});

test('the chunks of a Gemini turn repeat its sums; the turns of a live session add up', () => {
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
  const turn = [
    { serverContent: { modelTurn: {} } },
    { usageMetadata: { promptTokenCount: 5 } },
    { usageMetadata, serverContent: { turnComplete: true } },
  ];
  expect(normalizeUsage(turn)).toMatchObject({ input: 5, output: 2 });
  expect(normalizeUsage([...turn, ...turn])).toMatchObject({ input: 10, output: 4 });
  expect(normalizeUsage([...turn, { serverContent: {} }])).toMatchObject({ input: 5, output: 2 });
});

test('a Gemini stream whose candidates never finish is a lower bound', () => {
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
  const open = { modelVersion: 'gemini-2.5-pro', candidates: [{ content: {} }], usageMetadata };
  const end = { ...open, candidates: [{ content: {} }, { finishReason: 'STOP' }] };
  expect(normalizeUsage([open, open])).toMatchObject({ output: 2, incomplete: true });
  expect(normalizeUsage([open, end])).not.toHaveProperty('incomplete');
  expect(normalizeUsage([end, open])).not.toHaveProperty('incomplete');
  expect(normalizeUsage([{ usageMetadata }, { usageMetadata }])).not.toHaveProperty('incomplete');
});

test('a search that grounds any candidate of a Gemini stream is counted', () => {
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
  const grounded = {
    modelVersion: 'gemini-2.5-pro',
    candidates: [{}, { finishReason: 'STOP', groundingMetadata: { webSearchQueries: ['a'] } }],
    usageMetadata,
  };
  const stream = normalizeUsage([grounded, { usageMetadata, candidates: [{}] }]);
  expect(stream.webSearches).toBe(normalizeUsage(grounded).webSearches);
  expect(stream.webSearches).toBe(1);
});

test('the chunks of LangChain add up in every detail, and their last metadata names the model', () => {
  const chunkOf = (input_tokens: number, output_tokens: number, cache_read: number): object => ({
    usage_metadata: {
      input_tokens,
      output_tokens,
      total_tokens: input_tokens + output_tokens,
      input_token_details: { cache_read },
    },
  });
  expect(normalizeUsage([chunkOf(10, 1, 4), { content: 'a' }, chunkOf(0, 6, 0)])).toMatchObject({
    input: 10,
    cacheRead: 4,
    output: 7,
    total: 17,
    source: 'langchain',
  });
  expect(normalizeUsage([chunkOf(10, 1, 4)])).toMatchObject({ input: 10, output: 1 });
  expect(normalizeUsage([chunkOf(10, 1, 4), chunkOf(20, 2, 0), chunkOf(30, 3, 0)])).toMatchObject({
    input: 60,
    output: 6,
  });
  const thought = { usage_metadata: { input_tokens: 1, output_tokens: 1, total_tokens: 12 } };
  const google = { response_metadata: { model_name: 'gemini-2.5-pro' } };
  expect(normalizeUsage([thought, { ...thought, ...google }])).toMatchObject({
    input: 2,
    output: 22,
    total: 24,
  });
});

test('an event may be in an envelope', () => {
  const event = { type: 'message_start' };
  expect(unwrapEvent({ type: 'stream_event', event })).toBe(event);
  expect(unwrapEvent({ data: event })).toBe(event);
  expect(unwrapEvent({ data: JSON.stringify(event) })).toEqual(event);
  const own = { data: event, usage: { tokens: 1 } };
  expect(unwrapEvent(own)).toBe(own);
  const text = { data: '[DONE]' };
  expect(unwrapEvent(text)).toBe(text);
});

test('model and id of a response are text that is not empty, the nearest first', () => {
  expect(modelOf({ model: 'a', response: { model: 'b' } })).toBe('a');
  expect(modelOf({ modelVersion: 'a' })).toBe('a');
  expect(modelOf({ response: { modelId: 'b' }, message: { model: 'c' } })).toBe('b');
  expect(modelOf({ message: { model: 'c' } })).toBe('c');
  expect(modelOf({ model: '' })).toBeUndefined();
  expect(modelOf({ model: 5 })).toBeUndefined();
  expect(responseIdOf({ response: { id: 'a' }, message: { id: 'b' }, id: 'c' })).toBe('a');
  expect(responseIdOf({ message: { id: 'b' }, id: 'c' })).toBe('b');
  expect(responseIdOf({ responseId: 'd' })).toBe('d');
  expect(responseIdOf({ id: 7 })).toBeUndefined();
  expect(textOf('')).toBeUndefined();
  expect(textOf('a')).toBe('a');
});

test('a chunk of a chat stream is known by its object or by a delta', () => {
  expect(isChatChunk({ object: 'chat.completion.chunk' })).toBe(true);
  expect(isChatChunk({ choices: [{}, { delta: {} }] })).toBe(true);
  expect(isChatChunk({ object: 'chunked' })).toBe(false);
  expect(isChatChunk({ choices: [{ message: {} }] })).toBe(false);
  expect(isChatChunk({})).toBe(false);
});

test.for<[earlier: unknown, later: unknown, merged: unknown]>([
  [1, 2, 2],
  [1, 0, 1],
  [0, 0, 0],
  [1, null, 1],
  [1, undefined, 1],
  [undefined, 0, 0],
  ['a', 0, 0],
  [[1], [], [1]],
  [undefined, [], []],
  [[1], [2], [2]],
  [{ a: 1 }, 5, 5],
  [5, { a: 1 }, { a: 1 }],
  [
    { a: 1, b: { c: 2 } },
    { b: { c: 0, d: 3 }, e: 4 },
    { a: 1, b: { c: 2, d: 3 }, e: 4 },
  ],
])('%j and then %j is reported as %j', ([earlier, later, merged]) => {
  expect(mergeValue(earlier, later)).toEqual(merged);
});
