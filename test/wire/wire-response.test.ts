import { expect, test } from 'vitest';
import { parseWireRequest } from '../../src/wire/wire-request.js';
import { parseWireResponse } from '../../src/wire/wire-response.js';
import type { WireRequest, WireResponse } from '../../src/wire/wire-call.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function request(url: string, body: object = { model: 'm' }): WireRequest {
  return parseWireRequest({ method: 'POST', url, headers: {}, body: bytes(JSON.stringify(body)) })!;
}

const chat = request('https://api.openai.com/v1/chat/completions', { model: 'gpt-5' });
const messages = request('https://api.anthropic.com/v1/messages', { model: 'claude-sonnet-5' });
const responses = request('https://api.openai.com/v1/responses', { model: 'gpt-5' });

type Options = { of?: WireRequest; status?: number; headers?: Record<string, string>; complete?: boolean };

function parse(body: string | Uint8Array, options: Options = {}): WireResponse {
  const { of = chat, status = 200, headers = {}, complete = true } = options;
  return parseWireResponse(
    { status, headers, body: typeof body === 'string' ? bytes(body) : body, complete },
    of,
  );
}

const sse = (...events: unknown[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const stream = { headers: { 'content-type': 'text/event-stream' } };

test('a chat completion is parsed into text, reasoning, tool calls, finish reason and usage', () => {
  const body = {
    id: 'chatcmpl-1',
    model: 'gpt-5-2025-08-07',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: 'Let me look.',
          reasoning_content: 'I need the weather.',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          ],
        },
      },
    ],
    usage: {
      prompt_tokens: 1000,
      completion_tokens: 200,
      total_tokens: 1200,
      prompt_tokens_details: { cached_tokens: 800 },
    },
  };
  expect(parse(JSON.stringify(body), { headers: { 'x-request-id': 'req_7' } })).toMatchObject({
    id: 'chatcmpl-1',
    requestId: 'req_7',
    model: 'gpt-5-2025-08-07',
    text: 'Let me look.',
    reasoning: 'I need the weather.',
    toolCalls: [{ id: 'call_1', name: 'weather', arguments: { city: 'Rome' } }],
    finishReason: 'tool_calls',
    usage: { input: 1000, cacheRead: 800, output: 200 },
    rawUsage: { prompt_tokens: 1000 },
    incomplete: false,
  });
});

const chunk = (delta: object, more: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'gpt-5',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});

test('chunks of a chat stream are merged into one response, with tool call arguments concatenated', () => {
  const body = sse(
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] }),
    chunk({ tool_calls: [{ index: 1, id: 'b', function: { name: 'g', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
    chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
    chunk({}, { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } }),
  );
  expect(parse(`${body}data: [DONE]\n\n`, stream)).toMatchObject({
    text: 'Hello',
    toolCalls: [
      { id: 'a', name: 'f', arguments: { x: 1 } },
      { id: 'b', name: 'g', arguments: {} },
    ],
    finishReason: 'tool_calls',
    usage: { input: 7, output: 3 },
    incomplete: false,
  });
});

test.each([
  ['without its end', sse(chunk({ content: 'Hi' }))],
  ['within an event', `${sse(chunk({ content: 'Hi' }))}data: {"id":"c","choi`],
  [
    'after an error',
    sse(chunk({ content: 'Hi' }), { error: { message: 'overloaded', type: 'server_error' } }),
  ],
])('a chat stream that closes %s is incomplete', (_how, body) => {
  const { incomplete, text, usage } = parse(body, stream);
  expect({ incomplete, text, usage }).toEqual({ incomplete: true, text: 'Hi', usage: null });
});

test('a stream aborted before its usage is incomplete, even after its finish reason', () => {
  const body = sse(
    chunk({ content: 'Hi' }),
    chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  );
  expect(parse(body, { ...stream, complete: false }).incomplete).toBe(true);
  expect(parse(body, stream).incomplete).toBe(false);
});

test("the text of a reasoning model's response is that of its message, not of its first item", () => {
  const body = {
    object: 'response',
    id: 'resp_1',
    status: 'completed',
    model: 'gpt-5',
    incomplete_details: null,
    error: null,
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Thinking.' }] },
      { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"x":1}' },
    ],
    usage: {
      input_tokens: 10,
      output_tokens: 20,
      total_tokens: 30,
      output_tokens_details: { reasoning_tokens: 15 },
    },
  };
  expect(parse(JSON.stringify(body), { of: responses })).toMatchObject({
    text: 'Hello',
    reasoning: 'Thinking.',
    toolCalls: [{ id: 'call_1', name: 'f', arguments: { x: 1 } }],
    finishReason: 'completed',
    usage: { input: 10, output: 20, reasoning: 15 },
  });
});

test('a Responses stream is merged from its deltas, and its status marks the end', () => {
  const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 };
  const events = [
    {
      type: 'response.created',
      response: { id: 'resp_1', status: 'in_progress', model: 'gpt-5', output: [], usage: null },
    },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm.' },
    { type: 'response.output_text.delta', output_index: 1, delta: 'Hel' },
    { type: 'response.output_text.delta', output_index: 1, delta: 'lo' },
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
    },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"x":' },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: '1}' },
    {
      type: 'response.output_item.done',
      output_index: 2,
      item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"x":1}' },
    },
  ];
  const end = {
    type: 'response.incomplete',
    response: {
      id: 'resp_1',
      status: 'incomplete',
      model: 'gpt-5',
      incomplete_details: { reason: 'max_output_tokens' },
      usage,
    },
  };
  expect(parse(sse(...events, end), { of: responses, ...stream })).toMatchObject({
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ id: 'c', name: 'f', arguments: { x: 1 } }],
    finishReason: 'max_output_tokens',
    usage: { input: 10, output: 20 },
    incomplete: false,
  });
  expect(parse(sse(...events), { of: responses, ...stream })).toMatchObject({
    text: 'Hello',
    incomplete: true,
    usage: null,
  });
});

const anthropicEvents = [
  {
    type: 'message_start',
    message: {
      type: 'message',
      id: 'msg_1',
      model: 'claude-sonnet-5',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 1300,
        output_tokens: 1,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
      },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hello' } },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
  },
  {
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '{"query":"x"}' },
  },
  {
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
  },
  { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"x":1}' } },
];
const anthropicEnd = [
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 42 } },
  { type: 'message_stop' },
];

test("an Anthropic stream is parsed into text without thinking and calls of the user's tools only", () => {
  expect(parse(sse(...anthropicEvents, ...anthropicEnd), { of: messages, ...stream })).toMatchObject({
    id: 'msg_1',
    model: 'claude-sonnet-5',
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ id: 't', name: 'f', arguments: { x: 1 } }],
    finishReason: 'tool_use',
    usage: { input: 1300, output: 42 },
    incomplete: false,
  });
});

test('an aborted Anthropic stream keeps the reported counts as a lower bound', () => {
  expect(parse(sse(...anthropicEvents), { of: messages, ...stream, complete: false })).toMatchObject({
    text: 'Hello',
    usage: { input: 1300, output: 1, incomplete: true },
    incomplete: true,
  });
});

test('an Anthropic message with thinking is parsed into its text and its reasoning', () => {
  const body = {
    type: 'message',
    id: 'msg_1',
    model: 'claude-sonnet-5',
    stop_reason: 'end_turn',
    content: [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Hello' },
    ],
    usage: { input_tokens: 3, output_tokens: 5 },
  };
  expect(parse(JSON.stringify(body), { of: messages })).toMatchObject({
    text: 'Hello',
    reasoning: 'Hm.',
    finishReason: 'end_turn',
  });
});

const gemini = request(
  'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent',
  { contents: [] },
);
const candidate = (parts: object[], finishReason?: string) => ({
  candidates: [{ content: { parts }, ...(finishReason ? { finishReason } : {}) }],
  usageMetadata: {
    promptTokenCount: 10,
    candidatesTokenCount: 4,
    thoughtsTokenCount: 9,
    totalTokenCount: 23,
  },
  modelVersion: 'gemini-2.5-pro',
});

test.each([
  [
    'complete',
    JSON.stringify(
      candidate(
        [{ text: 'Hm.', thought: true }, { text: 'Hello' }, { functionCall: { name: 'f', args: { x: 1 } } }],
        'STOP',
      ),
    ),
    {},
  ],
  [
    'server-sent events',
    sse(
      candidate([{ text: 'Hm.', thought: true }]),
      candidate([{ text: 'Hello' }, { functionCall: { name: 'f', args: { x: 1 } } }], 'STOP'),
    ),
    stream,
  ],
  [
    'streamed JSON array',
    JSON.stringify(
      [
        candidate([{ text: 'Hm.', thought: true }, { text: 'Hel' }]),
        candidate([{ text: 'lo' }, { functionCall: { name: 'f', args: { x: 1 } } }], 'STOP'),
      ],
      null,
      2,
    ),
    {},
  ],
])('a Gemini response is parsed into text, reasoning, tool calls and usage: %s', (_how, body, how) => {
  expect(parse(body, { of: gemini, ...how })).toMatchObject({
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ name: 'f', arguments: { x: 1 } }],
    finishReason: 'STOP',
    model: 'gemini-2.5-pro',
    usage: { input: 10, output: 13, reasoning: 9 },
    incomplete: false,
  });
});

test('a truncated Gemini array keeps its complete chunks', () => {
  const whole = JSON.stringify(
    [candidate([{ text: 'a "quoted" {brace' }]), candidate([{ text: 'b' }], 'STOP')],
    null,
    2,
  );
  expect(parse(whole.slice(0, -60), { of: gemini, complete: false })).toMatchObject({
    text: 'a "quoted" {brace',
    usage: { input: 10, output: 13, incomplete: true },
    incomplete: true,
  });
});

const cohere = request('https://api.cohere.com/v2/chat', { model: 'command-a-03-2025' });

test('Cohere responses are parsed, complete and streamed', () => {
  const usage = {
    billed_units: { input_tokens: 8, output_tokens: 50 },
    tokens: { input_tokens: 1394, output_tokens: 54 },
  };
  const message = {
    content: [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Hello' },
    ],
    tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }],
  };
  const expected = {
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ id: 'a', name: 'f', arguments: { x: 1 } }],
    finishReason: 'COMPLETE',
    usage: { input: 8, output: 50 },
    incomplete: false,
  };
  expect(
    parse(JSON.stringify({ id: 'i', message, finish_reason: 'COMPLETE', usage }), { of: cohere }),
  ).toMatchObject(expected);
  const events = [
    { type: 'message-start', id: 'i', delta: { message: { role: 'assistant', content: [] } } },
    { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'Hm.' } } } },
    { type: 'content-delta', index: 1, delta: { message: { content: { text: 'Hello' } } } },
    {
      type: 'tool-call-start',
      index: 0,
      delta: { message: { tool_calls: { id: 'a', function: { name: 'f', arguments: '' } } } },
    },
    {
      type: 'tool-call-delta',
      index: 0,
      delta: { message: { tool_calls: { function: { arguments: '{"x":1}' } } } },
    },
    { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } },
  ];
  expect(parse(sse(...events), { of: cohere, ...stream })).toMatchObject(expected);
});

test('Ollama lines are merged into one response, and the server is identified', () => {
  const ollama = request('http://127.0.0.1:11434/api/chat', { model: 'llama3.2' });
  const line = (message: object, more: object = { done: false }) =>
    `${JSON.stringify({ model: 'llama3.2', created_at: '2026-01-01T00:00:00Z', message, ...more })}\n`;
  const body =
    line({ content: '', thinking: 'Hm.' }) +
    line({ content: 'Hel' }) +
    line({ content: 'lo', tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }] }) +
    line({ content: '' }, { done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 298 });
  expect(parse(body, { of: ollama, headers: { 'content-type': 'application/x-ndjson' } })).toMatchObject({
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ name: 'f', arguments: { x: 1 } }],
    finishReason: 'stop',
    usage: { input: 26, output: 298 },
    localServer: 'ollama',
    incomplete: false,
  });
});

/** One message of AWS's event stream; the checksums are not read. */
function message(headers: Record<string, string>, payload: unknown): Uint8Array {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7, value.length >> 8, value.length & 255]),
        Buffer.from(value),
      ]),
    ),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const bytes = Buffer.alloc(16 + head.length + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  head.copy(bytes, 12);
  body.copy(bytes, 12 + head.length);
  return bytes;
}
const event = (type: string, payload: unknown) =>
  message({ ':message-type': 'event', ':event-type': type }, payload);
const binary = { headers: { 'content-type': 'application/vnd.amazon.eventstream' } };

test('a Bedrock Converse stream is parsed, also when it is truncated within a message', () => {
  const converse = request(
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse-stream',
  );
  const body = Buffer.concat([
    event('messageStart', { role: 'assistant' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm.' } } }),
    event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Hello' } }),
    event('contentBlockStart', { contentBlockIndex: 2, start: { toolUse: { toolUseId: 't', name: 'f' } } }),
    event('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"x":1}' } } }),
    event('messageStop', { stopReason: 'tool_use' }),
    event('metadata', {
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      metrics: { latencyMs: 1 },
    }),
  ]);
  const expected = {
    text: 'Hello',
    reasoning: 'Hm.',
    toolCalls: [{ id: 't', name: 'f', arguments: { x: 1 } }],
    finishReason: 'tool_use',
  };
  expect(parse(body, { of: converse, ...binary })).toMatchObject({
    ...expected,
    usage: { input: 10, output: 5 },
    incomplete: false,
  });
  expect(
    parse(body.subarray(0, body.length - 20), { of: converse, ...binary, complete: false }),
  ).toMatchObject({ ...expected, usage: null, incomplete: true });
});

test('an exception in an event stream becomes the error of the call', () => {
  const exception = message(
    { ':message-type': 'exception', ':exception-type': 'throttlingException' },
    { message: 'Too many tokens' },
  );
  expect(parse(exception, { ...binary })).toMatchObject({
    error: { message: 'Too many tokens', type: 'throttlingException' },
    incomplete: true,
  });
});

test("an InvokeModel stream contains events in the model's own format", () => {
  const invoke = request(
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-x/invoke-with-response-stream',
  );
  const metrics = {
    type: 'message_stop',
    'amazon-bedrock-invocationMetrics': { inputTokenCount: 1300, outputTokenCount: 42 },
  };
  const body = [...anthropicEvents, anthropicEnd[0], metrics].map((each) =>
    event('chunk', { bytes: Buffer.from(JSON.stringify(each)).toString('base64') }),
  );
  expect(parse(Buffer.concat(body), { of: invoke, ...binary })).toMatchObject({
    text: 'Hello',
    usage: { input: 1300, output: 42 },
    incomplete: false,
  });
});

test('InvokeModel token counts come from the headers when the body has no usage', () => {
  const invoke = request('https://bedrock-runtime.us-east-1.amazonaws.com/model/mistral.mistral-7b/invoke');
  const headers = { 'x-amzn-bedrock-input-token-count': '12', 'x-amzn-bedrock-output-token-count': '34' };
  expect(parse('{"outputs":[{"text":"Hello","stop_reason":"stop"}]}', { of: invoke, headers })).toMatchObject(
    {
      text: 'Hello',
      finishReason: 'stop',
      usage: { input: 12, output: 34 },
    },
  );
});

test.each([
  [
    'OpenAI',
    '{"error":{"message":"Rate limit reached","type":"tokens","code":"rate_limit_exceeded"}}',
    { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' },
  ],
  [
    'Anthropic',
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    { message: 'Overloaded', type: 'overloaded_error' },
  ],
  [
    'Gemini',
    '[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]',
    { message: 'API key not valid.', type: 'INVALID_ARGUMENT', code: '400' },
  ],
  ['Bedrock', '{"message":"The model is not ready"}', { message: 'The model is not ready' }],
  ['Ollama', '{"error":"model \'x\' not found"}', { message: "model 'x' not found" }],
  [
    'FastAPI',
    '{"detail":[{"loc":["body"],"msg":"Field required"},{"msg":"Too long"}]}',
    { message: 'Field required; Too long' },
  ],
  ['a proxy', '<html><head><title>502 Bad Gateway</title></head></html>', { message: '502 Bad Gateway' }],
  ['an empty body', '', { message: 'HTTP status 500' }],
])('the error message of %s is extracted', (_who, body, error) => {
  expect(parse(body, { status: 500 })).toMatchObject({ error, usage: null, text: '', incomplete: false });
});

test("the cost in LiteLLM's header is reported by the gateway, and 0 in a stream is ignored", () => {
  const body = '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}';
  const headers = { 'x-litellm-response-cost': '0.00021' };
  expect(parse(body, { headers }).usage).toMatchObject({
    reportedCostUsd: 0.00021,
    reportedCostSource: 'gateway',
  });
  const inStream = parse(sse(chunk({ content: 'Hi' })), {
    headers: { ...stream.headers, 'x-litellm-response-cost': '0.0' },
  });
  expect(inStream.usage).toBeNull();
});

test.each([
  [
    'api.openai.com/v1/embeddings',
    { model: 'text-embedding-3-small', input: 'x' },
    '{"data":[],"usage":{"prompt_tokens":7,"total_tokens":7}}',
    { input: 7 },
  ],
  ['api.openai.com/v1/audio/speech', { model: 'tts-1', input: 'Grüße' }, '\u0000\u0001', { characters: 5 }],
  [
    'api.openai.com/v1/images/generations',
    { model: 'dall-e-3', prompt: 'x' },
    '{"data":[{"url":"a"},{"url":"b"}]}',
    { images: 2 },
  ],
  [
    'api.openai.com/v1/audio/transcriptions',
    { model: 'whisper-1' },
    '{"text":"Hello","duration":12.5}',
    { seconds: 12.5 },
  ],
])('the usage of %s is parsed', (url, body, answer, usage) => {
  const headers = url.endsWith('speech') ? { 'content-type': 'audio/mpeg' } : {};
  expect(parse(answer, { of: request(`https://${url}`, body), headers }).usage).toMatchObject(usage);
});

test.each([
  ['{"system_fingerprint":"fp_ollama","choices":[]}', {}, 'ollama'],
  ['{"system_fingerprint":"b6123-a0f98dd1","choices":[]}', {}, 'llamacpp'],
  ['{"choices":[]}', { server: 'llama.cpp' }, 'llamacpp'],
  ['{"choices":[],"timings":{"predicted_n":9}}', {}, 'llamacpp'],
  ['{"model":"qwen/qwen3-4b","system_fingerprint":"qwen/qwen3-4b","choices":[]}', {}, 'lmstudio'],
  ['{"choices":[{"index":0}],"prompt_logprobs":null,"kv_transfer_params":null}', {}, 'vllm'],
  ['{"system_fingerprint":"fp_44709d6fcb","choices":[]}', {}, undefined],
])('the response %s with headers %j identifies the local server %s', (body, headers, server) => {
  expect(parse(body, { headers }).localServer).toBe(server);
});

test('a stream truncated at any byte parses without an exception, and is incomplete unless its last event arrived', () => {
  const whole = sse(...anthropicEvents, ...anthropicEnd);
  for (let length = 0; length < whole.length - 2; length++) {
    const cut = whole.slice(0, length);
    const { incomplete } = parse(cut, { of: messages, ...stream, complete: false });
    expect(incomplete).toBe(!cut.includes('message_stop"}'));
  }
});
