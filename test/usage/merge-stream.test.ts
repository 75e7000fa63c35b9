import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';

test('OpenAI reports the usage in a last chunk without choices', () => {
  const events = [
    { choices: [{ delta: { content: 'a' } }], usage: null },
    { choices: [{ delta: {}, finish_reason: 'stop' }], usage: null },
    {
      choices: [],
      service_tier: 'default',
      usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
    },
  ];
  expect(normalizeUsage(events)).toMatchObject({
    input: 7,
    output: 2,
    serviceTier: 'default',
    source: 'openai-chat',
  });
  expect(normalizeUsage(events.slice(0, 2)).source).toBe('unknown');
});

test.for(['response.completed', 'response.incomplete', 'response.failed'])(
  'OpenAI Responses reports the usage in %s',
  (type) => {
    const events = [
      { type: 'response.created', response: { usage: null } },
      { type: 'response.output_text.delta', delta: 'a' },
      { type, response: { usage: { input_tokens: 7, output_tokens: 2, total_tokens: 9 } } },
    ];
    expect(normalizeUsage(events)).toMatchObject({ input: 7, output: 2, source: 'openai-responses' });
  },
);

test('Anthropic counts are cumulative: the last value of each field is used, and nothing is added', () => {
  const events = [
    {
      type: 'message_start',
      message: {
        model: 'claude-sonnet-4-5',
        usage: {
          input_tokens: 25,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
          output_tokens: 1,
        },
      },
    },
    { type: 'content_block_delta', delta: { text: 'a' } },
    { type: 'message_delta', usage: { output_tokens: 12 } },
    {
      type: 'message_delta',
      usage: { input_tokens: 30, output_tokens: 15, server_tool_use: { web_search_requests: 1 } },
    },
    { type: 'message_stop' },
  ];
  expect(normalizeUsage(events)).toMatchObject({
    input: 130,
    cacheRead: 100,
    output: 15,
    webSearches: 1,
    total: 145,
  });
  expect(normalizeUsage(events.slice(0, 2))).toMatchObject({ input: 125, output: 1 });
});

test('Gemini counts are cumulative, and a field missing from the last chunk keeps its value', () => {
  const events = [
    { usageMetadata: { promptTokenCount: 10, cachedContentTokenCount: 4, totalTokenCount: 10 } },
    { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 } },
    {
      modelVersion: 'gemini-2.5-pro',
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 9, totalTokenCount: 19 },
    },
    { candidates: [] },
  ];
  expect(normalizeUsage(events)).toMatchObject({ input: 10, cacheRead: 4, output: 9, total: 19 });
});

test('LangChain splits the usage over several chunks', () => {
  const events = [
    {
      content: '',
      usage_metadata: {
        input_tokens: 50,
        output_tokens: 0,
        total_tokens: 50,
        input_token_details: { cache_read: 20 },
      },
    },
    { content: 'a' },
    {
      content: '',
      usage_metadata: {
        input_tokens: 0,
        output_tokens: 8,
        total_tokens: 8,
        output_token_details: { reasoning: 3 },
      },
    },
  ];
  expect(normalizeUsage(events)).toMatchObject({
    input: 50,
    cacheRead: 20,
    output: 8,
    reasoning: 3,
    total: 58,
  });
});

test.for([
  [
    'Bedrock Converse',
    { metadata: { usage: { inputTokens: 7, outputTokens: 2, totalTokens: 9 }, metrics: { latencyMs: 1 } } },
  ],
  [
    'Bedrock InvokeModel',
    { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 2 } },
  ],
  [
    'Cohere v2',
    { type: 'message-end', delta: { usage: { billed_units: { input_tokens: 7, output_tokens: 2 } } } },
  ],
  [
    'Cohere v1',
    { event_type: 'stream-end', response: { meta: { billed_units: { input_tokens: 7, output_tokens: 2 } } } },
  ],
  ['Groq', { choices: [], x_groq: { usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } } }],
  ['Ollama', { done: true, prompt_eval_count: 7, eval_count: 2 }],
  ['AI SDK', { type: 'finish', totalUsage: { inputTokens: 7, outputTokens: 2, totalTokens: 9 } }],
  ['Claude Agent SDK', { type: 'result', total_cost_usd: 1, usage: { input_tokens: 7, output_tokens: 2 } }],
] as const)('%s reports the usage at the end', ([, last]) => {
  const events = [
    { type: 'start' },
    { type: 'text-delta', delta: 'a' },
    'noise',
    null,
    last,
    { type: 'done' },
  ];
  expect(normalizeUsage(events)).toMatchObject({ input: 7, output: 2, total: 9 });
});

const start = (usage: object) => ({ type: 'message_start', message: { model: 'c', usage } });
const delta = (usage: object) => ({ type: 'message_delta', usage });

test('a later 0 or null does not erase an earlier count', () => {
  const anthropic = [
    start({
      input_tokens: 15,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 5 },
      output_tokens: 1,
    }),
    delta({ input_tokens: 0, cache_read_input_tokens: null, cache_creation: null, output_tokens: 20 }),
    delta({ cache_creation: { ephemeral_1h_input_tokens: 0 }, output_tokens: null }),
  ];
  expect(normalizeUsage(anthropic)).toMatchObject({ input: 27, cacheRead: 7, cacheWrite1h: 5, output: 20 });
  const chat = [
    {
      choices: [{ delta: {} }],
      usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16, cost: 0.5 },
    },
    { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0 } },
  ];
  expect(normalizeUsage(chat)).toMatchObject({ input: 7, output: 9, total: 16, reportedCostUsd: 0.5 });
  const gemini = [
    {
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 4,
        totalTokenCount: 19,
      },
    },
    {
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 0,
        thoughtsTokenCount: null,
        totalTokenCount: 19,
      },
    },
  ];
  expect(normalizeUsage(gemini)).toMatchObject({ input: 10, output: 9, reasoning: 4 });
});

test.for<[string, unknown[], boolean]>([
  [
    'Anthropic without a delta',
    [start({ input_tokens: 1300, output_tokens: 2 }), { type: 'content_block_delta' }],
    true,
  ],
  [
    'Anthropic with a delta',
    [start({ input_tokens: 1300, output_tokens: 2 }), delta({ output_tokens: 2 })],
    false,
  ],
  [
    'Gemini without a reason to finish',
    [{ candidates: [{}], usageMetadata: { promptTokenCount: 1300, candidatesTokenCount: 2 } }],
    true,
  ],
  [
    'Gemini with a reason to finish',
    [
      {
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 1300, candidatesTokenCount: 2 },
      },
    ],
    false,
  ],
  [
    'a chat that reports as it goes on',
    [{ choices: [{ delta: {} }], usage: { prompt_tokens: 1300, completion_tokens: 2 } }],
    true,
  ],
  [
    'a chat that finished',
    [
      {
        choices: [{ delta: {}, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1300, completion_tokens: 2 },
      },
    ],
    false,
  ],
])('counts reported before a stream broke off are a lower bound: %s', ([, events, incomplete]) => {
  const usage = normalizeUsage(events);
  expect(usage).toMatchObject({ input: 1300, output: 2 });
  expect(usage.incomplete).toBe(incomplete || undefined);
});

test('the caller can mark a stream as broken off', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  expect(normalizeUsage({ usage }, { incomplete: true }).incomplete).toBe(true);
  expect(normalizeUsage({ usage }).incomplete).toBeUndefined();
});

const realtime = (id: string, input: number) => ({
  type: 'response.done',
  response: { id, usage: { input_tokens: input, output_tokens: 5, total_tokens: input + 5 } },
});
const result = (session: string, cost: number, input: number) => ({
  type: 'result',
  session_id: session,
  total_cost_usd: cost,
  usage: { input_tokens: input, output_tokens: 5, cache_read_input_tokens: 0 },
});
const line = (id: string, input: number, output: number) => ({
  type: 'assistant',
  message: {
    id,
    model: 'c',
    usage: { input_tokens: input, output_tokens: output, cache_read_input_tokens: 0 },
  },
});
const codex = (total: number) => ({
  type: 'event_msg',
  payload: {
    type: 'token_count',
    info: {
      total_token_usage: {
        input_tokens: total,
        cached_input_tokens: 0,
        output_tokens: 0,
        total_tokens: total,
      },
    },
  },
});
const live = (input: number) => ({
  serverContent: { turnComplete: true },
  usageMetadata: { promptTokenCount: input, responseTokenCount: 5, totalTokenCount: input + 5 },
});
const step = (id: string, input: number) => ({
  type: 'finish-step',
  response: { id },
  usage: { inputTokens: input, outputTokens: 5, totalTokens: input + 5 },
});

test.for<[string, unknown[], number]>([
  ['responses of a realtime session', [realtime('a', 10), realtime('b', 20)], 30],
  ['turns of Gemini Live', [{ setupComplete: {} }, live(10), live(20)], 30],
  [
    'messages of Anthropic',
    [
      start({ input_tokens: 10 }),
      delta({ output_tokens: 1 }),
      start({ input_tokens: 20 }),
      delta({ output_tokens: 1 }),
    ],
    30,
  ],
  ['steps of the AI SDK before its end', [step('a', 10), step('b', 20)], 30],
  [
    'steps of the AI SDK and their total',
    [
      step('a', 10),
      step('b', 20),
      { type: 'finish', totalUsage: { inputTokens: 30, outputTokens: 10, totalTokens: 40 } },
    ],
    30,
  ],
  [
    'bare usages',
    [
      { prompt_tokens: 10, completion_tokens: 1 },
      { prompt_tokens: 20, completion_tokens: 1 },
    ],
    30,
  ],
])('usages of separate responses are summed: %s', ([, events, input]) => {
  expect(normalizeUsage(events).input).toBe(input);
});

test.for<[string, unknown[], number]>([
  ['results of a session of the Agent SDK', [result('s', 0.1, 10), result('s', 0.25, 20)], 20],
  ['results of two sessions', [result('s', 0.1, 10), result('t', 0.25, 20)], 30],
  [
    'lines of one message of Claude Code, then another',
    [line('a', 5, 1), line('a', 5, 9), line('b', 20, 1)],
    25,
  ],
  ['sums of a session of Codex', [codex(10), codex(30)], 30],
  ['sums of a session of Codex that was compacted', [codex(10), codex(30), codex(5), codex(8)], 38],
])('cumulative sums are not added: %s', ([, events, input]) => {
  expect(normalizeUsage(events).input).toBe(input);
});

test('the cost in the last result of a session is that of the whole session', () => {
  expect(normalizeUsage([result('s', 0.1, 10), result('s', 0.25, 20)]).reportedCostUsd).toBe(0.25);
});

test('server-sent events as objects and enveloped Claude Code events are read like plain events', () => {
  const events = [start({ input_tokens: 15, output_tokens: 1 }), delta({ output_tokens: 20 })];
  const sse = events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
  const wrapped = events.map((event) => ({ type: 'stream_event', event }));
  for (const stream of [events, sse, wrapped])
    expect(normalizeUsage(stream)).toMatchObject({ input: 15, output: 20 });
});
