import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import http, { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepTap, tapRequests } from '../../src/tap/tap.js';
import { listenToTap } from '../support/tapped.js';

// Saved before any subscriber exists, as a module-level SDK client saves it.
const savedFetch = globalThis.fetch;
const context = new AsyncLocalStorage<string>();
const BODY = '{"model":"m","messages":[]}';
const ANSWER = '{"choices":[{"message":{"content":"Hello"}}]}';

let server: Server;
let url: string;
let answer: RequestListener;
let tap: ReturnType<typeof listenToTap>;

beforeEach(async () => {
  answer = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
  server = createServer(async (request, response) => {
    await text(request);
    answer(request, response);
  });
  await listen(server);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  tap = listenToTap(() => context.getStore());
});

afterEach(async () => {
  tap.stop();
  (server as http.Server).closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(each: Server): Promise<void> {
  each.listen(0, '127.0.0.1');
  await once(each, 'listening');
}

const post = (body: NonNullable<RequestInit['body']>, more: RequestInit = {}) =>
  fetch(url, { method: 'POST', body, ...more });

const bodies: [string, () => NonNullable<RequestInit['body']>][] = [
  ['text', () => BODY],
  ['bytes', () => Buffer.from(BODY)],
  ['an ArrayBuffer', () => new TextEncoder().encode(BODY).buffer],
  ['a Blob', () => new Blob([BODY])],
  ['a stream', () => new Blob([BODY.slice(0, 9), BODY.slice(9)]).stream()],
];

test.each(bodies)('a fetch request with %s as its body is captured once', async (_what, body) => {
  const response = await post(body(), { duplex: 'half' } as RequestInit);
  expect(await response.text()).toBe(ANSWER);
  expect(tap.heard).toMatchObject([
    { body: BODY, status: 200, received: ANSWER.length, end: { outcome: 'complete', bodyComplete: true } },
  ]);
  expect(Buffer.from(tap.heard[0]!.end!.body).toString()).toBe(ANSWER);
});

test('a Request object, a form and a fetch function saved earlier are each captured once', async () => {
  const form = new FormData();
  form.set('model', 'whisper-1');
  await (await fetch(new Request(url, { method: 'POST', body: BODY }))).text();
  await (await post(form)).text();
  await (await savedFetch(url, { method: 'POST', body: BODY })).text();
  expect(tap.heard.map(({ body, end }) => [body?.includes('whisper') ? 'form' : body, end?.outcome])).toEqual(
    [
      [BODY, 'complete'],
      ['form', 'complete'],
      [BODY, 'complete'],
    ],
  );
});

test('a request is captured in the async context of its caller', async () => {
  await Promise.all(['a', 'b'].map((name) => context.run(name, async () => (await post(BODY)).text())));
  await context.run('c', () => viaHttp(BODY));
  expect(tap.heard.map((each) => each.context).toSorted()).toEqual(['a', 'b', 'c']);
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
])('a response compressed with %s is decoded from the copied bytes only', async (coding, compress) => {
  answer = (_request, response) =>
    void response.writeHead(200, { 'content-encoding': coding }).end(compress(Buffer.from(ANSWER)));
  expect(await (await post(BODY)).text()).toBe(ANSWER);
  await viaHttp(BODY);
  expect(tap.heard.map(({ end }) => [Buffer.from(end!.body).toString(), end!.bodyComplete])).toEqual([
    [ANSWER, true],
    [ANSWER, true],
  ]);
});

test('a compressed request body is decoded', async () => {
  await (await post(gzipSync(BODY), { headers: { 'content-encoding': 'gzip' } })).text();
  expect(tap.heard).toMatchObject([{ body: BODY }]);
});

/** A request of node:http in two pieces. */
async function viaHttp(body: string, to = url): Promise<string> {
  const request = http.request(to, { method: 'POST' });
  request.write(body.slice(0, 5));
  request.end(Buffer.from(body.slice(5)));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

test('a node:http request is captured with all of its chunks, also when it is piped', async () => {
  await viaHttp(BODY);
  const request = http.request(url, { method: 'POST' });
  Readable.from([BODY]).pipe(request);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  expect(tap.heard).toMatchObject([
    { request: { client: 'http', url }, body: BODY, end: { outcome: 'complete' } },
    { request: { client: 'http' }, body: BODY, end: { outcome: 'complete' } },
  ]);
});

test('an HTTP/2 request is captured even if the program saved http2.connect before the tap was installed', async () => {
  const { connect } = http2;
  const plain = http2.createServer(async (request, response) => {
    await text(request);
    response.end(ANSWER);
  });
  await listen(plain as unknown as Server);
  const session = connect(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`);
  const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions' });
  stream.write(BODY.slice(0, 5));
  stream.end(BODY.slice(5));
  expect(await text(stream)).toBe(ANSWER);
  await expect.poll(() => tap.heard[0]?.end).toBeDefined();
  expect(tap.heard).toMatchObject([
    {
      request: { client: 'http2' },
      body: BODY,
      status: 200,
      end: { outcome: 'complete', bodyComplete: true },
    },
  ]);
  session.close();
  await new Promise((resolve) => plain.close(resolve));
});

test('a request that is not a model call is not captured', async () => {
  const elsewhere = url.replace('/v1/chat/completions', '/v1/users');
  await (await fetch(elsewhere, { method: 'POST', body: BODY })).text();
  await (await fetch(url)).text();
  await viaHttp(BODY, elsewhere);
  expect(tap.heard).toEqual([]);
});

/** Responds with one chunk and withholds the rest; resolves when the client has disconnected. */
function holdBack(): Promise<void> {
  return new Promise((resolve) => {
    answer = (_request, response) => {
      response.on('close', resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"choices":[]}\n\n');
    };
  });
}

test('cancelling the reader aborts the request with fetch', async () => {
  const gone = holdBack();
  const response = await post(BODY);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await gone;
  await expect
    .poll(() => tap.heard[0]?.end)
    .toMatchObject({ outcome: 'abandoned', status: 200, bodyComplete: false });
  expect(Buffer.from(tap.heard[0]!.end!.body).toString()).toContain('choices');
});

test('destroying the response aborts the request with node:http', async () => {
  const gone = holdBack();
  const request = http.request(url, { method: 'POST' });
  request.end(BODY);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'data');
  response.destroy();
  await gone;
  await expect.poll(() => tap.heard[0]?.end).toMatchObject({ outcome: 'abandoned', status: 200 });
});

test('a request aborted before its response has the outcome "abandoned", with fetch and node:http', async () => {
  answer = () => {};
  const controller = new AbortController();
  const pending = post(BODY, { signal: controller.signal });
  const request = http.request(url, { method: 'POST' });
  request.end(BODY);
  request.on('error', () => {});
  await expect.poll(() => tap.heard.filter(({ body }) => body !== undefined).length).toBe(2);
  controller.abort();
  request.destroy();
  await expect(pending).rejects.toThrow('aborted');
  await expect.poll(() => tap.heard.map(({ end }) => end?.outcome)).toEqual(['abandoned', 'abandoned']);
  expect(tap.heard.map(({ end }) => end?.status)).toEqual([undefined, undefined]);
});

test('a connection closed within a response has the outcome "cut", with fetch and node:http', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('data: 1', () => response.destroy());
  };
  await expect((await post(BODY)).text()).rejects.toThrow();
  await expect(viaHttp(BODY)).rejects.toThrow('aborted');
  expect(
    tap.heard.map(({ end }) => [end?.outcome, Buffer.from(end!.body).toString(), end?.bodyComplete]),
  ).toEqual([
    ['cut', 'data: 1', false],
    ['cut', 'data: 1', false],
  ]);
});

test('a request that cannot connect has the outcome "failed" and its body', async () => {
  const closed = createServer();
  await listen(closed);
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const to = `http://127.0.0.1:${port}/v1/chat/completions`;
  await expect(fetch(to, { method: 'POST', body: BODY })).rejects.toThrow('fetch failed');
  await expect(viaHttp(BODY, to)).rejects.toThrow('ECONNREFUSED');
  expect(tap.heard).toMatchObject([
    { body: BODY, end: { outcome: 'failed', error: { code: 'ECONNREFUSED' } } },
    { body: BODY, end: { outcome: 'failed', error: { code: 'ECONNREFUSED' } } },
  ]);
});

test('backpressure from a slow reader reaches the server, with and without a subscriber', async () => {
  const sent = async (): Promise<boolean> => {
    const state = { drained: false };
    answer = (request, response) => {
      response.writeHead(200);
      if (request.url === '/other') return void response.end();
      // Far more than the buffers of two sockets and a stream can hold.
      response.write(Buffer.alloc(32 * 1024 * 1024), () => (state.drained = true));
    };
    const response = await post(BODY);
    const reader = response.body!.getReader();
    await reader.read();
    // A separate request completes in the meantime.
    await (await fetch(new URL('/other', url))).text();
    const { drained } = state;
    await reader.cancel();
    return drained;
  };
  expect(await sent()).toBe(false);
  expect(tap.heard[0]!.received).toBeLessThan(32 * 1024 * 1024);
  tap.stop();
  expect(await sent()).toBe(false);
});

test('requests and responses look the same to a program with and without the tap', async () => {
  const seen = async () => {
    const response = await post(BODY);
    const request = http.request(url, { method: 'POST' });
    request.end(BODY);
    const [incoming] = (await once(request, 'response')) as [IncomingMessage];
    incoming.resume();
    return {
      url: response.url,
      isResponse: response instanceof Response,
      text: await response.text(),
      fetch: globalThis.fetch === savedFetch,
      isRequest: request instanceof http.ClientRequest,
      keys: [Object.keys(request).length, Object.keys(incoming).length],
      write: [request.write.name, request.write.length, request.end.name],
      listeners: [
        request.listenerCount('close'),
        incoming.listenerCount('close'),
        incoming.listenerCount('error'),
      ],
    };
  };
  const tapped = await seen();
  tap.stop();
  expect(tapped).toEqual(await seen());
  expect(tap.heard).toHaveLength(2);
});

test('an exception in any subscriber callback does not affect the request', async () => {
  const fail = () => {
    throw new Error('a listener failed');
  };
  const stops = [
    tapRequests({ onRequest: fail }),
    tapRequests({
      onRequest: () => ({ onRequestBody: fail, onResponse: fail, onResponseData: fail, onEnd: fail }),
    }),
  ];
  expect(await (await post(BODY)).text()).toBe(ANSWER);
  expect(await viaHttp(BODY)).toBe(ANSWER);
  for (const stop of stops) stop();
});

test('removing the last subscriber restores every patched function', async () => {
  tap.stop();
  const patchable = () => {
    const dispatcher = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1')) as object;
    return [
      (EventEmitter as unknown as { init: unknown }).init,
      ...Reflect.ownKeys(http.ClientRequest.prototype),
      Reflect.get(dispatcher, 'dispatch'),
      globalThis.fetch,
      ...Object.getOwnPropertySymbols(globalThis),
    ];
  };
  const before = patchable();
  const [first, second] = [listenToTap(), listenToTap()];
  first.stop();
  first.stop();
  await (await post(BODY)).text();
  expect([first.heard.length, second.heard.length]).toEqual([0, 1]);
  expect(patchable()).not.toEqual(before);
  second.stop();
  expect(patchable()).toEqual(before);
  await (await post(BODY)).text();
  expect(second.heard).toHaveLength(1);
});

test("a foreign patch over the tap's own is kept, and the removed tap captures nothing", async () => {
  const { prototype } = http.ClientRequest;
  const before = Object.getOwnPropertyDescriptor(prototype, 'end');
  const ours = prototype.end;
  let calls = 0;
  prototype.end = function (this: http.ClientRequest, ...args: unknown[]) {
    calls++;
    return Reflect.apply(ours, this, args) as typeof this;
  } as typeof ours;
  tap.stop();
  expect(await viaHttp(BODY)).toBe(ANSWER);
  expect({ calls, heard: tap.heard }).toEqual({ calls: 1, heard: [] });
  if (before) delete (prototype as { end?: unknown }).end;
});

test('a kept tap leaves its patches installed while subscribers come and go', async () => {
  tap.stop();
  keepTap();
  const { write } = http.ClientRequest.prototype;
  const later = listenToTap();
  await viaHttp(BODY);
  later.stop();
  expect(later.heard).toHaveLength(1);
  expect(http.ClientRequest.prototype.write).toBe(write);
});
