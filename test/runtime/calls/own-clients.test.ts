import Anthropic from '@anthropic-ai/sdk';
import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { observeCalls } from '../../../src/runtime/calls/observe-calls.js';
import type { RunContext, Shared } from '../../../src/runtime/contract/runnable.js';
import { NamespacedWrapper } from '../../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import { tableOf } from '../../support/prices.js';
import { memorySink, nodeOf, testContext, tracedStore, type MemorySink } from '../../support/tracing.js';

let server: Server;
let base: string;
let answer: RequestListener;
let stop: () => void;

// Created before calls are observed, as in the READMEs of the SDKs.
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const chunk of request) void chunk;
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  openai = new OpenAI({ apiKey: 'key', baseURL: `${base}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: 'key', baseURL: base, maxRetries: 0 });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => void (stop = observeCalls()));
afterEach(() => stop());

const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** An event stream; without `end`, the connection is closed (`cut`) or held open (`hold`) after the events. */
const stream =
  (events: unknown[], how: 'end' | 'cut' | 'hold' = 'end'): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = events
      .map(
        (event) => `event: ${String((event as { type?: string }).type)}\ndata: ${JSON.stringify(event)}\n\n`,
      )
      .join('');
    response.write(text, () => {
      if (how === 'end') response.end();
      if (how === 'cut') response.destroy();
    });
  };

const prices = tableOf({
  'openai/gpt-4.1': { input: 2, cacheRead: 0.5, output: 8 },
  'anthropic/claude-sonnet-4-5': { input: 3, cacheRead: 0.3, cacheWrite: 3.75, output: 15 },
});

type Ran = { sink: MemorySink; error: unknown; ms: number };

/** Runs `exec` as a node and waits for its pending calls, as a run does. */
async function runNode(
  exec: (context: RunContext) => unknown,
  post?: (shared: Shared) => void,
): Promise<Ran> {
  const memory = memorySink();
  const pending: Promise<void>[] = [];
  const sink = Object.defineProperty(
    { ...memory, settling: (promise: Promise<void>) => void pending.push(promise) },
    'events',
    { get: () => memory.events },
  ) as MemorySink;
  const node = nodeOf('own', {
    exec: async (_prepared, context) => void (await exec(context)),
    post: (shared) => post?.(shared),
  });
  const startedAt = performance.now();
  const error = await new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'own' })
    .run(tracedStore(sink), testContext())
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  while (pending.length > 0) await Promise.all(pending.splice(0));
  return { sink, error, ms: performance.now() - startedAt };
}

/** The calls of a run as reduced from its events. */
function callsOf({ sink }: Ran) {
  const state = reduceEvents(sink.events, { prices });
  const calls = [...state.spans.values()].filter(({ kind }) => kind === 'llm');
  return calls.map(({ status, error, call }) => ({
    status,
    error: error?.message,
    model: call!.model ?? call!.requestedModel,
    input: call!.usage?.input,
    output: call!.usage?.output,
    origin: call!.usageOrigin,
    state: call!.cost?.state,
    usd: call!.cost?.usd,
    text: call!.response?.text,
  }));
}

const ask = { model: 'gpt-4.1', messages: [{ role: 'user' as const, content: 'Hi' }] };
const chat = (more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4.1',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
  usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  ...more,
});
const chunk = (delta: object, more: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'gpt-4.1',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});
const messageStart = {
  type: 'message_start',
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 1300,
      output_tokens: 1,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
    },
  },
};
const blockStart = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const textDelta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } };

test('calls of clients created before the run are observed once each', async () => {
  const ran = await runNode(async () => {
    answer = json(chat());
    await openai.chat.completions.create(ask);
    answer = json({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 100, output_tokens: 10 },
    });
    await anthropic.messages.create({ ...ask, model: 'claude-sonnet-4-5', max_tokens: 9 });
  });
  expect(callsOf(ran)).toMatchObject([
    { model: 'gpt-4.1', status: 'ok', input: 100, output: 10, origin: 'reported', text: 'Hello' },
    { model: 'claude-sonnet-4-5', status: 'ok', input: 100, output: 10, origin: 'reported', text: 'Hello' },
  ]);
});

test('a call is recorded with its tools, format, thinking, reasoning, tool calls, ids and status', async () => {
  answer = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_1' }).end(
      JSON.stringify(
        chat({
          choices: [
            {
              index: 0,
              finish_reason: 'tool_calls',
              message: {
                role: 'assistant',
                content: null,
                reasoning_content: 'Hm.',
                tool_calls: [
                  { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
                ],
              },
            },
          ],
        }),
      ),
    );
  const { sink } = await runNode(() =>
    openai.chat.completions.create({
      ...ask,
      reasoning_effort: 'high',
      response_format: { type: 'json_object' },
      tools: [{ type: 'function', function: { name: 'weather' } }],
    }),
  );
  expect(sink.of('llm.request')).toMatchObject([
    {
      api: 'chat',
      host: new URL(base).host,
      seenBy: 'tap',
      thinking: 'high',
      responseFormat: { type: 'json_object' },
      tools: [{ name: 'weather', bytes: 49 }],
    },
  ]);
  expect(sink.of('llm.response')).toMatchObject([
    {
      finishReason: 'tool_calls',
      reasoning: 'Hm.',
      toolCalls: [{ id: 'a', name: 'weather', arguments: { city: 'Rome' } }],
      ids: { request: 'req_1', response: 'chatcmpl-1' },
      status: 200,
    },
  ]);
});

test('a stream that breaks off keeps its counts as a lower bound and is never free', async () => {
  answer = stream([messageStart, blockStart, textDelta], 'cut');
  const ran = await runNode(() =>
    anthropic.messages
      .stream({ ...ask, model: 'claude-sonnet-4-5', max_tokens: 9 })
      .finalMessage()
      .catch(() => {}),
  );
  expect(callsOf(ran)).toMatchObject([
    { status: 'failed', input: 1300, output: 1, origin: 'reported', text: 'Hello' },
  ]);
  expect(ran.sink.of('llm.response')).toMatchObject([{ incomplete: true, usage: { incomplete: true } }]);
});

test('a stream that breaks off without counts is estimated from its text, as a bound', async () => {
  answer = stream([chunk({ content: 'Hello there' })], 'cut');
  const ran = await runNode(async () => {
    const parts = await openai.chat.completions.create({ ...ask, stream: true });
    for await (const part of parts) void part;
  }).catch((error: unknown) => error as Ran);
  const [call] = callsOf(ran);
  expect(call).toMatchObject({ status: 'failed', origin: 'estimated', output: 2, text: 'Hello there' });
  expect(ran.sink.of('llm.response').at(-1)).toMatchObject({ usage: { incomplete: true } });
});

test('a stream without usage is estimated, with the reason and the remedy', async () => {
  answer = stream([
    chunk({ content: 'Hello there' }),
    chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  ]);
  const ran = await runNode(async () => {
    for await (const part of await openai.chat.completions.create({ ...ask, stream: true })) void part;
  });
  expect(callsOf(ran)).toMatchObject([
    { status: 'ok', origin: 'estimated', input: 1, output: 2, text: 'Hello there' },
  ]);
  expect(ran.sink.of('llm.response').at(-1)).toMatchObject({
    usageNote: 'The stream reported no usage: set stream_options.include_usage in the request.',
  });
});

test.each([
  [
    'cancels its reader',
    async (body: ReadableStream<Uint8Array>) => {
      const reader = body.getReader();
      await reader.read();
      await reader.cancel();
    },
  ],
  [
    'leaves its loop',
    async (body: ReadableStream<Uint8Array>) => {
      // eslint-disable-next-line no-unreachable-loop
      for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
        void part;
        break;
      }
    },
  ],
])('a node that %s ends the request and the run', async (_how, read) => {
  let gone = false;
  answer = (request, response) => {
    response.on('close', () => (gone = true));
    stream([messageStart, blockStart, textDelta], 'hold')(request, response);
  };
  const ran = await runNode(async () => {
    const response = await fetch(`${base}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ ...ask, model: 'claude-sonnet-4-5' }),
    });
    await read(response.body!);
  });
  await expect.poll(() => gone).toBe(true);
  expect(ran.ms).toBeLessThan(10_000);
  expect(callsOf(ran)).toMatchObject([{ status: 'cancelled', input: 1300, origin: 'reported' }]);
});

test('an abandoned response body does not delay the end of the run', async () => {
  answer = stream([messageStart, blockStart, textDelta], 'hold');
  const ran = await runNode(async () => {
    const response = await fetch(`${base}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ ...ask, model: 'claude-sonnet-4-5' }),
    });
    await response.body!.getReader().read();
  });
  expect(callsOf(ran)).toMatchObject([
    {
      status: 'cancelled',
      input: 1300,
      error: expect.stringContaining('The node finished during the answer'),
    },
  ]);
});

test('pending calls of a failed node are finished immediately with the text received so far', async () => {
  answer = stream([messageStart, blockStart, textDelta], 'hold');
  const ran = await runNode(async () => {
    const response = await fetch(`${base}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ ...ask, model: 'claude-sonnet-4-5' }),
    });
    await response.body!.getReader().read();
    throw new Error('the node fails');
  });
  expect(ran.error).toMatchObject({ message: 'the node fails' });
  expect(ran.ms).toBeLessThan(900);
  expect(callsOf(ran)).toMatchObject([{ status: 'cancelled', input: 1300 }]);
});

test("a provider's error costs nothing and keeps its message, and an error within a stream makes the cost a bound", async () => {
  const ran = await runNode(async () => {
    answer = json({ error: { message: 'The engine is overloaded', type: 'server_error' } }, 503);
    await openai.chat.completions.create(ask).catch(() => {});
    answer = stream([
      messageStart,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ]);
    await anthropic.messages
      .stream({ ...ask, model: 'claude-sonnet-4-5', max_tokens: 9 })
      .finalMessage()
      .catch(() => {});
  });
  expect(callsOf(ran)).toMatchObject([
    {
      status: 'failed',
      error: expect.stringContaining('The engine is overloaded'),
      input: undefined,
      usd: undefined,
    },
    { status: 'failed', error: expect.stringContaining('Overloaded'), input: 1300 },
  ]);
});

test('each retry is a separate call, and only the successful one has a usage', async () => {
  let tries = 0;
  answer = (request, response) =>
    json(++tries < 3 ? { error: { message: 'busy' } } : chat(), tries < 3 ? 503 : 200)(request, response);
  const retrying = new OpenAI({ apiKey: 'key', baseURL: `${base}/v1`, maxRetries: 2 });
  const ran = await runNode(() =>
    retrying.chat.completions.create(ask, { headers: { 'x-stainless-retry-delay': '1' } }),
  );
  expect(callsOf(ran).map(({ status, input }) => [status, input])).toEqual([
    ['failed', undefined],
    ['failed', undefined],
    ['ok', 100],
  ]);
});

test('a connection lost before the response leaves the cost unknown, and a failed connection costs nothing', async () => {
  answer = (request) => request.socket.destroy();
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const ran = await runNode(async () => {
    await openai.chat.completions.create(ask).catch(() => {});
    await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(ask),
    }).catch(() => {});
  });
  expect(callsOf(ran)).toMatchObject([
    { status: 'failed', state: 'unknown', usd: null },
    { status: 'failed', state: undefined, model: 'gpt-4.1' },
  ]);
});

test('node:http requests, embeddings and calls with unreadable bodies are recorded', async () => {
  const post = async (path: string, body: string | Buffer) => {
    const request = http.request(`${base}${path}`, { method: 'POST' });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
  };
  const ran = await runNode(async () => {
    answer = json(chat());
    await post('/v1/chat/completions', JSON.stringify(ask));
    answer = json({
      object: 'list',
      model: 'text-embedding-3-small',
      data: [],
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    await post('/v1/embeddings', JSON.stringify({ model: 'text-embedding-3-small', input: 'x' }));
    answer = json({});
    await post('/v1/chat/completions', Buffer.from([0xff, 0xfe, 0, 1]));
  });
  expect(callsOf(ran)).toMatchObject([
    { model: 'gpt-4.1', input: 100 },
    { model: 'text-embedding-3-small', input: 7 },
    { model: 'unknown', origin: 'none', state: 'unknown', usd: null },
  ]);
});

test('a server on this machine is free only if it identifies itself', async () => {
  const ran = await runNode(async () => {
    answer = json(chat({ system_fingerprint: 'fp_ollama' }));
    await openai.chat.completions.create(ask);
    answer = json(chat());
    await openai.chat.completions.create(ask);
  });
  const [local, unknown] = callsOf(ran);
  expect(local).toMatchObject({ state: 'free', usd: 0 });
  expect(unknown!.state).not.toBe('free');
});

const left = (usage: object) => (shared: Shared) => void (shared['llm_usage'] = usage);
const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
const twice = async () => {
  answer = json(chat());
  await openai.chat.completions.create(ask);
  await openai.chat.completions.create(ask);
};
const modelsOf = (ran: Ran) => callsOf(ran).map(({ model, input }) => [model, input]);

test("a reported usage equal to an observed call's or to the sum of its model is counted once", async () => {
  const seen = [
    ['gpt-4.1', 100],
    ['gpt-4.1', 100],
  ];
  expect(modelsOf(await runNode(twice, left({ model: 'gpt-4.1', ...usage })))).toEqual(seen);
  expect(modelsOf(await runNode(twice, left([usage, usage])))).toEqual(seen);
  expect(
    modelsOf(await runNode(twice, left({ prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 }))),
  ).toEqual(seen);
});

test('a reported usage of another model is a call that only the node has seen', async () => {
  const ran = await runNode(twice, left({ model: 'amazon.nova-pro', ...usage }));
  expect(modelsOf(ran)).toEqual([
    ['gpt-4.1', 100],
    ['gpt-4.1', 100],
    ['amazon.nova-pro', 100],
  ]);
  expect(ran.sink.of('llm.request').map(({ seenBy }) => seenBy)).toEqual(['tap', 'tap', 'node']);
});

test('a reported usage that matches no observed call is counted in addition, with a warning', async () => {
  const ran = await runNode(
    twice,
    left({ model: 'gpt-4.1', prompt_tokens: 7, completion_tokens: 1, total_tokens: 8 }),
  );
  expect(modelsOf(ran)).toEqual([
    ['gpt-4.1', 100],
    ['gpt-4.1', 100],
    ['gpt-4.1', 7],
  ]);
  expect(ran.sink.of('llm.response').at(-1)!.usage).toMatchObject({
    mayOverlap: true,
    warnings: [expect.stringContaining('neither that of an observed call nor their sum')],
  });
});

test('a usage reported by the node replaces an estimate', async () => {
  answer = stream([
    chunk({ content: 'Hello there' }),
    chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  ]);
  const ran = await runNode(
    async () => {
      for await (const part of await openai.chat.completions.create({ ...ask, stream: true })) void part;
    },
    left({ model: 'gpt-4.1', ...usage }),
  );
  expect(callsOf(ran)).toMatchObject([{ origin: 'reported', input: 100, output: 10, text: 'Hello there' }]);
});

test('a call that its node does not await is recorded and attributed to the node', async () => {
  answer = json(chat());
  const ran = await runNode(async () => {
    void openai.chat.completions.create(ask).catch(() => {});
    await turn();
  });
  expect(callsOf(ran)).toMatchObject([{ status: 'ok', input: 100 }]);
});
