import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { ChatOpenAI } from '@langchain/openai';
import { OpenAI as LlamaIndexOpenAI } from '@llamaindex/openai';
import { Mistral } from '@mistralai/mistralai';
import axios from 'axios';
import { CohereClientV2 } from 'cohere-ai';
import { got } from 'got';
import Groq from 'groq-sdk';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import http2, { type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Ollama } from 'ollama';
import Together from 'together-ai';
import { request as undiciRequest } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseWireRequest } from '../../src/wire/wire-request.js';
import { parseWireResponse } from '../../src/wire/wire-response.js';
import { listenToTap } from '../support/tapped.js';

let server: Server;
let base: string;
/** Bedrock's client speaks HTTP/2. */
let bedrock: Http2Server;
let bedrockBase: string;
let coding = '';

const counts = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
const chat = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  usage: counts,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
};
const answers: readonly (readonly [RegExp, unknown])[] = [
  [
    /converse$/,
    {
      output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 100, outputTokens: 10, totalTokens: 110 },
      metrics: { latencyMs: 1 },
    },
  ],
  [
    /generateContent/,
    {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
    },
  ],
  [
    /\/v2\/chat/,
    {
      id: 'c',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
      usage: { billed_units: { input_tokens: 100, output_tokens: 10 } },
    },
  ],
  [
    /\/api\/chat/,
    {
      model: 'm',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'Hello' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 100,
      eval_count: 10,
    },
  ],
  [/./, chat],
];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    await text(request);
    const body = JSON.stringify(answers.find(([path]) => path.test(request.url!))![1]);
    const bytes = coding === 'gzip' ? gzipSync(body) : coding === 'br' ? brotliCompressSync(body) : body;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(coding ? { 'content-encoding': coding } : {}),
    });
    response.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeAll(async () => {
  bedrock = http2.createServer(async (request, response) => {
    await text(request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[0]![1]));
  });
  bedrock.listen(0, '127.0.0.1');
  await once(bedrock, 'listening');
  bedrockBase = `http://127.0.0.1:${(bedrock.address() as AddressInfo).port}`;
});
afterAll(async () => {
  bedrock.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const messages = [{ role: 'user' as const, content: 'Hi' }];
const body = { model: 'm', messages };

const clients: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['groq-sdk', () => new Groq({ apiKey: 'k', baseURL: base }).chat.completions.create(body)],
  ['together-ai', () => new Together({ apiKey: 'k', baseURL: base }).chat.completions.create(body)],
  ['@mistralai/mistralai', () => new Mistral({ apiKey: 'k', serverURL: base }).chat.complete(body)],
  ['cohere-ai', () => new CohereClientV2({ token: 'k', environment: base }).chat(body)],
  ['ollama', () => new Ollama({ host: base }).chat(body)],
  [
    '@google/genai',
    () =>
      new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: base } }).models.generateContent({
        model: 'm',
        contents: 'Hi',
      }),
  ],
  [
    '@langchain/openai',
    () => new ChatOpenAI({ model: 'm', apiKey: 'k', configuration: { baseURL: `${base}/v1` } }).invoke('Hi'),
  ],
  [
    '@llamaindex/openai',
    () => new LlamaIndexOpenAI({ model: 'm', apiKey: 'k', baseURL: `${base}/v1` }).chat({ messages }),
  ],
  [
    '@aws-sdk/client-bedrock-runtime',
    () => {
      const client = new BedrockRuntimeClient({
        region: 'us-east-1',
        endpoint: bedrockBase,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      return client.send(
        new ConverseCommand({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
      );
    },
  ],
  ['axios', () => axios.post(`${base}/v1/chat/completions`, body)],
  ['got', () => got.post(`${base}/v1/chat/completions`, { json: body }).json()],
  [
    'undici',
    async () => {
      const { body: answer } = await undiciRequest(`${base}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return answer.text();
    },
  ],
];

test.each(clients.flatMap(([name, call]) => ['', 'gzip', 'br'].map((each) => [name, each, call] as const)))(
  'a call made by %s is captured once, with its usage, with response compression %j',
  async (name, each, call) => {
    // Neither the AWS SDK over HTTP/2 nor undici's own request decodes what it did not ask for.
    const isRaw = name.startsWith('@aws') || name === 'undici';
    coding = isRaw ? '' : each;
    const tap = listenToTap();
    try {
      await call();
      await expect.poll(() => tap.heard[0]?.end).toBeDefined();
    } finally {
      tap.stop();
    }
    expect(tap.heard).toHaveLength(1);
    const { request: head, body: sent, end } = tap.heard[0]!;
    const request = parseWireRequest({ ...head, body: Buffer.from(sent!) })!;
    const { status, headers, body: received, bodyComplete } = end!;
    expect(
      parseWireResponse({ status: status!, headers, body: received, complete: bodyComplete }, request),
    ).toMatchObject({
      text: 'Hello',
      incomplete: false,
      usage: { input: 100, output: 10 },
    });
    expect(request.model).toBe('m');
  },
);
