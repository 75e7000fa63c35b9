import { expect, test } from 'vitest';
import { normalizeUsage } from '../../src/usage/normalize.js';

test('OpenAI reports in one last chunk without choices', () => {
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
  'OpenAI Responses reports in %s',
  (type) => {
    const events = [
      { type: 'response.created', response: { usage: null } },
      { type: 'response.output_text.delta', delta: 'a' },
      { type, response: { usage: { input_tokens: 7, output_tokens: 2, total_tokens: 9 } } },
    ];
    expect(normalizeUsage(events)).toMatchObject({ input: 7, output: 2, source: 'openai-responses' });
  },
);

test('Anthropic is cumulative: the last value of each field holds and nothing is added', () => {
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

test('Gemini is cumulative, and a field that the last chunk drops stays', () => {
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

test('LangChain splits usage over chunks', () => {
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
] as const)('%s reports at the end', ([, last]) => {
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
