import Anthropic from '@anthropic-ai/sdk';
import {
  ClientRequest,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observeCalls } from '../../../src/runtime/calls/observe-calls.js';
import { NamespacedWrapper } from '../../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import type { RunContext, Shared } from '../../../src/runtime/contract/runnable.js';
import { memorySink, nodeOf, testContext, tracedStore, type MemorySink } from '../../support/tracing.js';

let server: Server;
let base: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let unwatch: () => void;

beforeEach(async () => {
  unwatch = observeCalls();
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  unwatch();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json =
  (body: unknown, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const stream = (events: unknown[]) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) {
    const name = (event as { type?: string }).type;
    response.write(`${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
};

/** Runs `exec` as a traced node and waits for its pending calls. */
async function runNode(
  exec: (context: RunContext) => unknown,
  post?: (shared: Shared, result: unknown) => void,
): Promise<{ sink: MemorySink; result: unknown }> {
  const memory = memorySink();
  const pending: Promise<void>[] = [];
  const sink = Object.defineProperty(
    { ...memory, settling: (promise: Promise<void>) => void pending.push(promise) },
    'events',
    { get: () => memory.events },
  ) as MemorySink;
  let result: unknown;
  const node = nodeOf('own', {
    exec: async (_prepared, context) => (result = await exec(context)),
    post: (shared, _prepared, made) => post?.(shared, made),
  });
  await new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'own' }).run(
    tracedStore(sink),
    testContext(),
  );
  await Promise.all(pending);
  return { sink, result };
}

const chatUsage = {
  prompt_tokens: 1000,
  completion_tokens: 200,
  total_tokens: 1200,
  prompt_tokens_details: { cached_tokens: 800 },
};

test('a call of the openai client is observed in the span that made it, with its usage', async () => {
  answer = json({
    id: '1',
    object: 'chat.completion',
    model: 'gpt-5-2025-08-07',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
    usage: chatUsage,
  });
  const { sink, result } = await runNode(() =>
    new OpenAI({ apiKey: 'key', baseURL: `${base}/v1`, maxRetries: 0 }).chat.completions.create({
      model: 'gpt-5',
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  );
  expect(result).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  const exec = sink.of('span.started').find(({ name }) => name === 'exec')!;
  expect(sink.of('span.started').filter(({ kind }) => kind === 'llm')).toMatchObject([
    { parent: exec.span, model: 'gpt-5', provider: new URL(base).host },
  ]);
  expect(sink.of('llm.request')).toMatchObject([{ prompt: [{ role: 'user', content: 'Hi' }] }]);
  expect(sink.of('llm.response')).toMatchObject([
    {
      text: 'Hello',
      model: 'gpt-5-2025-08-07',
      usageOrigin: 'reported',
      usage: { input: 1000, cacheRead: 800, output: 200 },
    },
  ]);
});

test('a stream of the openai client reaches the node unchanged and has the usage of its last chunk', async () => {
  const chunk = (delta: object, more: object = {}) => ({
    id: '1',
    object: 'chat.completion.chunk',
    model: 'gpt-5',
    choices: [{ index: 0, delta }],
    usage: null,
    ...more,
  });
  answer = stream([
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    chunk({}, { choices: [], usage: chatUsage }),
  ]);
  const { sink, result } = await runNode(async () => {
    const client = new OpenAI({ apiKey: 'key', baseURL: `${base}/v1`, maxRetries: 0 });
    let text = '';
    for await (const part of await client.chat.completions.create({
      model: 'gpt-5',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Hi' }],
    }))
      text += part.choices[0]?.delta.content ?? '';
    return text;
  });
  expect(result).toBe('Hello');
  expect(sink.of('llm.response')).toMatchObject([
    { text: 'Hello', usage: { input: 1000, output: 200 }, firstTokenMs: expect.any(Number) },
  ]);
});

test("a stream of the anthropic client is merged by Anthropic's rules", async () => {
  answer = stream([
    {
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'claude-haiku-4-5',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: 3,
          cache_creation_input_tokens: 12304,
          cache_read_input_tokens: 0,
          output_tokens: 1,
        },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 550 },
    },
    { type: 'message_stop' },
  ]);
  const { sink, result } = await runNode(async () => {
    const client = new Anthropic({ apiKey: 'key', baseURL: base, maxRetries: 0 });
    return (
      await client.messages
        .stream({ model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] })
        .finalMessage()
    ).content;
  });
  expect(result).toMatchObject([{ type: 'text', text: 'Hello' }]);
  expect(sink.of('llm.response')).toMatchObject([
    { text: 'Hello', usage: { input: 12307, cacheWrite: 12304, output: 550 } },
  ]);
});

test('a non-streaming response of the anthropic client is recorded with its usage', async () => {
  answer = json({
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 97, output_tokens: 5 },
  });
  const { sink } = await runNode(() =>
    new Anthropic({ apiKey: 'key', baseURL: base, maxRetries: 0 }).messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  );
  expect(sink.of('llm.response')).toMatchObject([
    { text: 'Hello', usage: { input: 100, cacheRead: 97, output: 5 } },
  ]);
});

const geminiPart = (text: string, output: number) => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] } }],
  usageMetadata: {
    promptTokenCount: 10,
    candidatesTokenCount: output,
    thoughtsTokenCount: 9,
    totalTokenCount: 19 + output,
  },
  modelVersion: 'gemini-2.5-flash',
});

test.each([
  ['generateContent', 'whole', () => json(geminiPart('Hello', 4))],
  ['streamGenerateContent?alt=sse', 'as a stream', () => stream([geminiPart('Hel', 2), geminiPart('lo', 4)])],
])("Gemini's %s is recorded %s", async (method, _how, reply) => {
  answer = reply();
  const { sink } = await runNode(() =>
    fetch(`${base}/v1beta/models/gemini-2.5-flash:${method}`, {
      method: 'POST',
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    }).then((response) => response.text()),
  );
  expect(sink.of('llm.response')).toMatchObject([
    { text: 'Hello', model: 'gemini-2.5-flash', usage: { input: 10, output: 13, reasoning: 9 } },
  ]);
});

test('a rejected call costs nothing and fails its span, and the client receives the error', async () => {
  answer = json({ error: { message: 'slow down' } }, 429);
  const { sink, result } = await runNode(() =>
    new OpenAI({ apiKey: 'key', baseURL: `${base}/v1`, maxRetries: 0 }).chat.completions
      .create({ model: 'gpt-5', messages: [] })
      .catch((error: { status: number }) => error.status),
  );
  expect(result).toBe(429);
  expect(sink.of('llm.response')).toEqual([]);
  expect(sink.of('span.finished').find(({ error }) => error)?.error).toMatchObject({
    message: `429 from ${new URL(base).host}: slow down`,
  });
});

test('requests of a node that are not model calls are ignored', async () => {
  answer = json({ usage: { prompt_tokens: 1 } });
  const { sink } = await runNode(async () => {
    await fetch(`${base}/v1/messages/count`, { method: 'POST', body: '{"model":"x"}' });
    await fetch(`${base}/v1/messages`);
  });
  expect(sink.of('span.started').filter(({ kind }) => kind === 'llm')).toEqual([]);
});

test('requests outside of any node are not observed', async () => {
  answer = json({ model: 'gpt-5', choices: [], usage: chatUsage });
  const response = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    body: '{"model":"gpt-5","messages":[]}',
  });
  await expect(response.json()).resolves.toMatchObject({ usage: chatUsage });
});

test.each([
  ['an object', () => ({ model: 'gpt-5', ...chatUsage })],
  ['a function', () => () => ({ model: 'gpt-5', usage: chatUsage })],
  ['a promise', () => Promise.resolve({ usage: chatUsage })],
  ['an object with an async method', () => ({ model: 'gpt-5', usage: async () => chatUsage })],
])('usage left in the namespace as %s is counted once', async (_form, leave) => {
  const { sink } = await runNode(
    () => {},
    (shared) => void (shared['llm_usage'] = leave()),
  );
  expect(sink.of('llm.response')).toMatchObject([
    { usage: { input: 1000, cacheRead: 800, output: 200 }, usageOrigin: 'reported' },
  ]);
});

test.each([
  ['0b1d2c3e-1111-4222-8333-444455556666', { session: '0b1d2c3e-1111-4222-8333-444455556666' }],
  ['eyJhbGciOiJIUzI1NiJ9.e30.secret', undefined],
])('the session %s of an agent is recorded only if it has the form of an id', async (session_id, ids) => {
  const { sink } = await runNode(
    () => {},
    (shared) => void (shared['llm_usage'] = { ...chatUsage, num_turns: 3, session_id }),
  );
  expect(sink.of('llm.response').map((event) => event.ids)).toEqual([ids]);
});

test('usage left for an observed call is not counted again', async () => {
  answer = json({ model: 'gpt-5', choices: [], usage: chatUsage });
  const { sink } = await runNode(
    () => fetch(`${base}/v1/chat/completions`, { method: 'POST', body: '{"model":"gpt-5","messages":[]}' }),
    (shared) => void (shared['llm_usage'] = chatUsage),
  );
  expect(sink.of('llm.response')).toHaveLength(1);
});

test('two concurrent runs record a request once, and the last one restores the patched functions', async () => {
  const { prototype } = ClientRequest;
  const observed = prototype.emit;
  const second = observeCalls();
  answer = json({ model: 'gpt-5', choices: [], usage: chatUsage });
  const { sink } = await runNode(() =>
    fetch(`${base}/v1/chat/completions`, { method: 'POST', body: '{"model":"gpt-5","messages":[]}' }),
  );
  expect(sink.of('llm.response')).toHaveLength(1);
  second();
  second();
  expect(prototype.emit).toBe(observed);
  unwatch();
  expect(prototype.emit).not.toBe(observed);
});
