import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { OpenAI as LlamaIndexOpenAI } from '@llamaindex/openai';
import { Mistral } from '@mistralai/mistralai';
import axios from 'axios';
import { CohereClientV2 } from 'cohere-ai';
import { got } from 'got';
import Groq from 'groq-sdk';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import http2, { type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import Together from 'together-ai';
import { request as undiciRequest } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseWireRequest } from '../../src/wire/wire-request.js';
import { parseWireResponse } from '../../src/wire/wire-response.js';
import { listenToTap } from '../support/tapped.js';

// Every client streams from this server, which behaves as the test needs it.
type Mode = 'whole' | 'gzip' | 'cut' | 'endless' | 'busy';
let mode: Mode = 'whole';
let refused = 0;
let server: Server;
let base: string;

const data = (value: object, event?: string) =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: object, more: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});

type Script = Readonly<{ type: string; first: string; last: string }>;

const openaiScript: Script = {
  type: 'text/event-stream',
  first: data(chunk({ role: 'assistant', content: 'Hello' })),
  last: `${data(chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))}${data(
    chunk({}, { choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } }),
  )}data: [DONE]\n\n`,
};
const typed = (value: { type: string } & Record<string, unknown>) => data(value, value.type);
const anthropicScript: Script = {
  type: 'text/event-stream',
  first:
    typed({
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 1 },
      },
    }) +
    typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
    typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } }),
  last:
    typed({ type: 'content_block_stop', index: 0 }) +
    typed({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 10 },
    }) +
    typed({ type: 'message_stop' }),
};
const googleScript: Script = {
  type: 'text/event-stream',
  first: data({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] } }] }),
  last: data({
    candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
  }),
};
const cohereScript: Script = {
  type: 'text/event-stream',
  first:
    typed({ type: 'message-start', id: 'c', delta: { message: { role: 'assistant', content: [] } } }) +
    typed({ type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hello' } } } }),
  last: typed({
    type: 'message-end',
    id: 'c',
    delta: {
      finish_reason: 'COMPLETE',
      usage: { tokens: { input_tokens: 100, output_tokens: 10 } },
    },
  }),
};
const ollamaScript: Script = {
  type: 'application/x-ndjson',
  first: `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: 'Hello' }, done: false })}\n`,
  last: `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:01Z', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 100, eval_count: 10 })}\n`,
};
const scripts: readonly (readonly [RegExp, Script])[] = [
  [/\/messages/, anthropicScript],
  [/streamGenerateContent/, googleScript],
  [/\/v2\/chat/, cohereScript],
  [/\/api\/chat$/, ollamaScript],
  [/chat\/completions/, openaiScript],
];

/** CRC-32, which node:zlib offers only in newer versions. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A message of an event stream of AWS. */
function awsEvent(type: string, payload: object): Buffer {
  const head = Buffer.concat(
    Object.entries({
      ':message-type': 'event',
      ':event-type': type,
      ':content-type': 'application/json',
    }).map(([name, value]) =>
      Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7, 0, value.length]),
        Buffer.from(value),
      ]),
    ),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const bytes = Buffer.alloc(16 + head.length + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  head.copy(bytes, 12);
  body.copy(bytes, 12 + head.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

const awsFirst = Buffer.concat([
  awsEvent('messageStart', { role: 'assistant' }),
  awsEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello' } }),
]);
const awsLast = Buffer.concat([
  awsEvent('messageStop', { stopReason: 'end_turn' }),
  awsEvent('metadata', {
    usage: { inputTokens: 100, outputTokens: 10, totalTokens: 110 },
    metrics: { latencyMs: 1 },
  }),
]);

/** Bedrock's client speaks HTTP/2. */
let bedrock: Http2Server;

function respondAsBedrock(stream: http2.ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  if (mode === 'busy' && refused++ === 0) {
    stream.respond({
      ':status': 429,
      'content-type': 'application/json',
      'x-amzn-errortype': 'ThrottlingException',
    });
    return void stream.end('{"message":"too many requests"}');
  }
  stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' });
  stream.write(awsFirst);
  if (mode === 'endless') return;
  setImmediate(() => (mode === 'cut' ? stream.destroy(new Error('cut')) : stream.end(awsLast)));
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await text(request);
  if (mode === 'busy' && refused++ === 0) {
    response.writeHead(429, {
      'content-type': 'application/json',
      'retry-after-ms': '1',
      'retry-after': '0.001',
    });
    return void response.end(JSON.stringify({ error: { message: 'too many requests', code: 429 } }));
  }
  const { type, first, last } = scripts.find(([path]) => path.test(request.url!))![1];
  response.writeHead(200, {
    'content-type': type,
    ...(mode === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  });
  if (mode === 'gzip') {
    const gzip = createGzip();
    gzip.pipe(response);
    return void gzip.end(first + last);
  }
  response.write(first);
  if (mode === 'endless') return;
  setImmediate(() => (mode === 'cut' ? response.destroy() : response.end(last)));
}

beforeAll(async () => {
  server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeAll(async () => {
  bedrock = http2.createServer().on('stream', respondAsBedrock);
  bedrock.listen(0, '127.0.0.1');
  await once(bedrock, 'listening');
});
afterAll(async () => {
  bedrock.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => (refused = 0));

const messages = [{ role: 'user' as const, content: 'Hi' }];
const body = { model: 'm', messages, stream: true as const, stream_options: { include_usage: true } };
const address = () => `${base}/v1/chat/completions`;

type Chunks = AsyncIterable<unknown>;
/** Makes a client, which may be before the tap is installed, and returns the function that streams with it. */
type MakeClient = () => () => Promise<Chunks> | Chunks;

/** Whether the client retries a 429, or leaves the request open when its consumer stops reading. */
const rows: readonly (readonly [name: string, make: MakeClient, traits?: string])[] = [
  [
    'openai',
    () => {
      const client = new OpenAI({ apiKey: 'k', baseURL: `${base}/v1` });
      return () => client.chat.completions.create(body);
    },
    'retries',
  ],
  [
    '@anthropic-ai/sdk',
    () => {
      const client = new Anthropic({ apiKey: 'k', baseURL: base });
      return () => client.messages.create({ model: 'm', max_tokens: 9, messages, stream: true });
    },
    'retries',
  ],
  [
    'groq-sdk',
    () => {
      const client = new Groq({ apiKey: 'k', baseURL: base });
      return () => client.chat.completions.create({ model: 'm', messages, stream: true });
    },
    'retries',
  ],
  [
    'together-ai',
    () => {
      const client = new Together({ apiKey: 'k', baseURL: base });
      return () => client.chat.completions.create({ model: 'm', messages, stream: true });
    },
    'retries',
  ],
  [
    '@mistralai/mistralai',
    () => {
      const client = new Mistral({ apiKey: 'k', serverURL: base });
      return () => client.chat.stream({ model: 'm', messages });
    },
  ],
  [
    'cohere-ai',
    () => {
      const client = new CohereClientV2({ token: 'k', environment: base });
      return () => client.chatStream({ model: 'm', messages });
    },
    'retries',
  ],
  [
    'ollama',
    () => {
      const client = new Ollama({ host: base });
      return () => client.chat({ model: 'm', messages, stream: true });
    },
    'keeps open',
  ],
  [
    '@google/genai',
    () => {
      const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: base } });
      return () => client.models.generateContentStream({ model: 'm', contents: 'Hi' });
    },
    'keeps open',
  ],
  [
    '@langchain/openai',
    () => {
      const client = new ChatOpenAI({ model: 'm', apiKey: 'k', configuration: { baseURL: `${base}/v1` } });
      return () => client.stream('Hi');
    },
  ],
  [
    '@langchain/anthropic',
    () => {
      const client = new ChatAnthropic({ model: 'm', apiKey: 'k', anthropicApiUrl: base });
      return () => client.stream('Hi');
    },
  ],
  [
    '@llamaindex/openai',
    () => {
      const client = new LlamaIndexOpenAI({ model: 'm', apiKey: 'k', baseURL: `${base}/v1` });
      return () => client.chat({ messages, stream: true });
    },
    'keeps open',
  ],
  [
    '@aws-sdk/client-bedrock-runtime',
    () => {
      const client = new BedrockRuntimeClient({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${(bedrock.address() as AddressInfo).port}`,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      const input = { modelId: 'm', messages: [{ role: 'user' as const, content: [{ text: 'Hi' }] }] };
      return async () => (await client.send(new ConverseStreamCommand(input))).stream!;
    },
    'retries, keeps open',
  ],
  ['axios', () => async () => (await axios.post<Chunks>(address(), body, { responseType: 'stream' })).data],
  ['got', () => () => got.stream.post(address(), { json: body })],
  [
    'undici',
    () => async () => (await undiciRequest(address(), { method: 'POST', body: JSON.stringify(body) })).body,
  ],
];

const clients = rows.map(([name, make, traits = '']) => ({ name, make, traits }));

/** Streams with a client, `atMost` chunks. Its error is the client's own affair. */
async function consume(stream: () => Promise<Chunks> | Chunks, atMost = Infinity): Promise<void> {
  let count = 0;
  for await (const _ of await stream()) if (++count >= atMost) break;
}

type Tap = ReturnType<typeof listenToTap>;

/** What the tap saw of one exchange. */
function read({ heard }: Tap, index: number) {
  const { request: head, body: sent, end } = heard[index]!;
  const request = parseWireRequest({ ...head, body: Buffer.from(sent!) })!;
  const { status, headers, body: received, bodyComplete } = end!;
  const response = parseWireResponse(
    { status: status!, headers, body: received, complete: bodyComplete },
    request,
  );
  return { outcome: end!.outcome, status, response };
}

async function tapped(run: () => Promise<unknown>, count = 1): Promise<Tap> {
  const tap = listenToTap();
  try {
    await run();
    await expect.poll(() => tap.heard.filter(({ end }) => end !== undefined)).toHaveLength(count);
  } finally {
    tap.stop();
  }
  expect(tap.heard).toHaveLength(count);
  return tap;
}

/** Neither undici's own request nor the AWS SDK over HTTP/2 decodes what it did not ask for. */
const coded = clients.flatMap((client) =>
  (/^undici|^@aws/.test(client.name) ? ['whole' as const] : ['whole' as const, 'gzip' as const]).map(
    (how) => ({ ...client, how }),
  ),
);

test.each(coded)(
  'a stream of $name ($how), whose client is older than the tap, is one call with its usage',
  async ({ make, how }) => {
    mode = how;
    const stream = make();
    const tap = await tapped(() => consume(stream));
    expect(read(tap, 0).response).toMatchObject({
      text: 'Hello',
      incomplete: false,
      usage: { input: 100, output: 10 },
    });
  },
);

test.each(clients)('a stream of $name that is cut off is one incomplete call', async ({ make }) => {
  mode = 'cut';
  const tap = await tapped(() => consume(make()).catch(() => undefined));
  expect(read(tap, 0)).toMatchObject({ outcome: 'cut', response: { text: 'Hello', incomplete: true } });
});

test.each(clients.filter(({ traits }) => !traits.includes('keeps open')))(
  'a stream of $name that its consumer abandons is one incomplete call',
  async ({ make }) => {
    mode = 'endless';
    const tap = await tapped(() => consume(make(), 1));
    expect(read(tap, 0)).toMatchObject({ outcome: 'abandoned', response: { incomplete: true } });
  },
);

test.each(clients.filter(({ traits }) => traits.includes('keeps open')))(
  'a stream that $name leaves open when its consumer stops reading is one call without an end',
  async ({ make }) => {
    mode = 'endless';
    const tap = listenToTap();
    await consume(make(), 1);
    tap.stop();
    expect(tap.heard.map(({ status, end }) => [status, end])).toEqual([[200, undefined]]);
    expect(tap.heard[0]!.received).toBeGreaterThan(0);
  },
);

test.each(clients.filter(({ traits }) => traits.includes('retries')))(
  'a retry of $name is a call of its own',
  async ({ make }) => {
    mode = 'busy';
    const tap = await tapped(() => consume(make()), 2);
    expect(read(tap, 0).status).toBe(429);
    expect(read(tap, 1).response).toMatchObject({ text: 'Hello', usage: { input: 100, output: 10 } });
  },
);
