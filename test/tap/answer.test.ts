import axios from 'axios';
import { got } from 'got';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { Client, request as undiciRequest, fetch as undiciFetch } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, AnswerPiece } from '../../src/tap/exchange/deliver-answer.js';
import { tapRequests } from '../../src/tap/tap.js';
import { listenToTap } from '../support/tapped.js';

/** Nothing listens there, and no host of this name exists. */
const BASE = 'https://models.invalid';
const ADDRESS = `${BASE}/v1/chat/completions`;
const BODY = '{"model":"m","messages":[]}';
const savedFetch = globalThis.fetch;

let answer: (body: string) => Promise<Answer | undefined>;
let stop: () => void;
let tap: ReturnType<typeof listenToTap>;

beforeEach(() => {
  answer = async () => json({ text: 'Hello' });
  tap = listenToTap();
  stop = tapRequests({
    answers: true,
    onRequest() {
      let sent = '';
      return {
        onRequestBody: (body) => void (sent = Buffer.from(body ?? []).toString()),
        answer: () => answer(sent),
        onEnd() {},
      };
    },
  });
});

afterEach(() => {
  stop();
  tap.stop();
});

function json(body: unknown, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    headAfterMs: 0,
    pieces: [piece(JSON.stringify(body))],
  };
}

function stream(events: readonly unknown[], names: readonly string[] = []): Answer {
  const pieces = events.map((event, i) =>
    piece(`${names[i] === undefined ? '' : `event: ${names[i]}\n`}data: ${JSON.stringify(event)}\n\n`, 2),
  );
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, headAfterMs: 1, pieces };
}

function piece(data: string, afterMs = 0): AnswerPiece {
  return { afterMs, data: Buffer.from(data) };
}

async function viaHttp(module: typeof http | typeof https, options: http.RequestOptions = {}) {
  const url = module === http ? ADDRESS.replace('https', 'http') : ADDRESS;
  const request = module.request(url, { method: 'POST', ...options });
  request.write(BODY.slice(0, 5));
  request.end(BODY.slice(5));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return JSON.parse(await text(response)) as unknown;
}

class OwnAgent extends https.Agent {
  addRequest(...args: unknown[]): void {
    Reflect.apply(Reflect.get(https.Agent.prototype, 'addRequest') as () => void, this, args);
  }
}

const send = { method: 'POST', body: BODY };
const clients: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['fetch', async () => (await fetch(ADDRESS, send)).json()],
  ['a saved fetch', async () => (await savedFetch(ADDRESS, send)).json()],
  ['fetch with a blob', async () => (await fetch(ADDRESS, { ...send, body: new Blob([BODY]) })).json()],
  ['fetch of undici', async () => (await undiciFetch(ADDRESS, send)).json()],
  ['request of undici', async () => (await undiciRequest(ADDRESS, { ...send, method: 'POST' })).body.json()],
  [
    'a client of undici',
    async () =>
      (
        await new Client(BASE).request({ path: '/v1/chat/completions', method: 'POST', body: BODY })
      ).body.json(),
  ],
  ['node:http', () => viaHttp(http)],
  ['node:https', () => viaHttp(https)],
  ['node:https without keep-alive', () => viaHttp(https, { agent: false, timeout: 5000 })],
  ['an agent of its own', () => viaHttp(https, { agent: new OwnAgent() })],
  ['axios', async () => (await axios.post(ADDRESS, BODY)).data as unknown],
  ['got', async () => got.post(ADDRESS, { body: BODY }).json()],
];

test.each(clients)(
  '%s receives an answer without any connection, and is observed once',
  async (_name, call) => {
    const bodies: string[] = [];
    answer = async (body) => (bodies.push(body), json({ text: 'Hello' }));
    expect(await call()).toEqual({ text: 'Hello' });
    expect(bodies).toEqual([BODY]);
    expect(tap.heard).toMatchObject([
      { body: BODY, status: 200, end: { outcome: 'complete', bodyComplete: true } },
    ]);
  },
);

test.each(clients)('%s fails when its answer is rejected', async (_name, call) => {
  answer = () => Promise.reject(new Error('nothing recorded'));
  await expect(call()).rejects.toThrow();
  expect(tap.heard).toMatchObject([{ body: BODY, end: { outcome: 'failed' } }]);
});

test.each([
  ['fetch', async (url: string) => (await fetch(url, send)).text()],
  ['node:http', async (url: string) => JSON.stringify((await axios.post(url, BODY)).data)],
])('%s sends a request with its body when no observer answers it', async (_name, post) => {
  const server = http.createServer(async (request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify([await text(request)])),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  answer = async () => undefined;
  const { port } = server.address() as { port: number };
  expect(await post(`http://127.0.0.1:${port}/v1/chat/completions`)).toBe(JSON.stringify([BODY]));
  expect(tap.heard).toMatchObject([{ body: BODY, status: 200, end: { outcome: 'complete' } }]);
  server.closeAllConnections();
  server.close();
});

test.each([
  ['fetch', async () => (await fetch(ADDRESS, send)).body!],
  ['undici', async () => (await undiciRequest(ADDRESS, { ...send, method: 'POST' })).body],
  [
    'node:https',
    async () => {
      const [response] = (await once(https.request(ADDRESS, { method: 'POST' }).end(BODY), 'response')) as [
        IncomingMessage,
      ];
      return response;
    },
  ],
])('the pieces of an answer reach %s at their times, and a cut is an error', async (_name, open) => {
  answer = async () => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
    headAfterMs: 0,
    pieces: [piece('a', 10), piece('b', 60)],
    cutAfterMs: 30,
  });
  const received: [string, number][] = [];
  const body = await open();
  const read = async (): Promise<void> => {
    for await (const chunk of body)
      received.push([Buffer.from(chunk as Uint8Array).toString(), performance.now()]);
  };
  await expect(read()).rejects.toThrow();
  expect(received.map(([data]) => data)).toEqual(['a', 'b']);
  expect(received[1]![1] - received[0]![1]).toBeGreaterThan(40);
  expect(tap.heard).toMatchObject([{ end: { outcome: 'cut' } }]);
});

test('a client that gives a request up ends the answer, before its head and within it', async () => {
  answer = async () => ({ ...json({}), headAfterMs: 60_000 });
  await expect(fetch(ADDRESS, { ...send, signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
  const request = https.request(ADDRESS, { method: 'POST' }).end(BODY);
  setTimeout(() => request.destroy(), 20);
  await expect(once(request, 'response')).rejects.toThrow('socket hang up');
  answer = async () => ({ ...json({}), pieces: [piece('a'), piece('b', 60_000)] });
  const response = await fetch(ADDRESS, send);
  await response.body!.cancel();
  const unsent = https.request(ADDRESS, { method: 'POST' });
  unsent.write(BODY);
  unsent.destroy();
  await expect(once(unsent, 'close')).rejects.toThrow('socket hang up');
  expect(tap.heard.map(({ end }) => end?.outcome)).toEqual(Array(4).fill('abandoned'));
});

test('a request over HTTP/2 is refused before it is sent', async () => {
  const requests: unknown[] = [];
  const server = http2.createServer((request, response) => (requests.push(request.url), response.end()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const session = http2.connect(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  const head = { ':method': 'POST', ':path': '/v1/chat/completions' };
  expect(() => session.request(head)).toThrow('cannot be replayed');
  await text(session.request({ ...head, ':path': '/other' }).end());
  expect(requests).toEqual(['/other']);
  session.close();
  server.close();
});

const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 };
const chunk = (delta: object, finish_reason: string | null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt',
  choices: [{ index: 0, delta, finish_reason }],
});
const openAiStream = [
  chunk({ role: 'assistant', content: 'Hel' }, null),
  chunk({ content: 'lo' }, null),
  { ...chunk({}, 'stop'), usage },
];
const openAiAnswer = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt',
  usage,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
};
const anthropicAnswer = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 1 },
};
const anthropicStream = [
  { type: 'message_start', message: { ...anthropicAnswer, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 1 },
  },
  { type: 'message_stop' },
];
const anthropicNames = anthropicStream.map(({ type }) => type);

test('the SDKs of OpenAI and Anthropic and the AI SDK accept answers, streamed and not', async () => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const openai = new OpenAI({ apiKey: 'k', baseURL: `${BASE}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: 'k', baseURL: BASE, maxRetries: 0 });
  const prompt = { max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hi' }] };
  const toOpenAi = createOpenAI({ apiKey: 'k', baseURL: `${BASE}/v1` }).chat('gpt');
  const toAnthropic = createAnthropic({ apiKey: 'k', baseURL: `${BASE}/v1` })('claude-haiku-4-5');

  answer = async () => json(openAiAnswer);
  const chat = await openai.chat.completions.create({ model: 'gpt', ...prompt });
  expect(chat.choices[0]!.message.content).toBe('Hello');
  expect((await generateText({ model: toOpenAi, prompt: 'Hi' })).text).toBe('Hello');
  answer = async () => stream(openAiStream);
  let streamed = '';
  for await (const part of await openai.chat.completions.create({ model: 'gpt', ...prompt, stream: true }))
    streamed += part.choices[0]?.delta.content ?? '';
  expect(streamed).toBe('Hello');
  expect(await streamText({ model: toOpenAi, prompt: 'Hi' }).text).toBe('Hello');

  answer = async () => json(anthropicAnswer);
  const message = await anthropic.messages.create({ model: 'claude-haiku-4-5', ...prompt });
  expect(message.content).toMatchObject([{ text: 'Hello' }]);
  expect((await generateText({ model: toAnthropic, prompt: 'Hi' })).text).toBe('Hello');
  answer = async () => stream(anthropicStream, anthropicNames);
  expect(await anthropic.messages.stream({ model: 'claude-haiku-4-5', ...prompt }).finalText()).toBe('Hello');
  expect(await streamText({ model: toAnthropic, prompt: 'Hi' }).text).toBe('Hello');
  expect(tap.heard.map(({ end }) => end?.outcome)).toEqual(Array(8).fill('complete'));
});
