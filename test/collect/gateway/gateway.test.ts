import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ObservedExchange } from '../../../src/collect/calls/observed-exchange.js';
import { createGateway, type GatewayOptions } from '../../../src/collect/gateway/gateway.js';
import { listUpstreams, resolveUpstream } from '../../../src/collect/gateway/providers.js';
import { listenOnLoopback } from '../../../src/collect/loopback-server.js';
import { closedAddress } from '../../support/llm-server.js';
import { serveTls } from '../../support/tls-server.js';
import { memorySink } from '../../support/tracing.js';

const CHAT = '/openai/v1/chat/completions';
const BODY = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] });
const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
});

/** A gateway whose provider `openai` (and any other name given) is at this address. */
async function openGateway(origin: string, more: Partial<GatewayOptions> = {}) {
  const sink = memorySink();
  const gateway = createGateway({
    upstreams: { openai: origin, anthropic: origin, ollama: origin, mistral: origin },
    listener: {
      onRequest: (request, exchange) =>
        new ObservedExchange(request, exchange, {
          sink,
          seenBy: 'gateway',
          openParent: () => 0,
          onFinished: () => {},
        }),
    },
    ...more,
  });
  const server = await listenOnLoopback(
    {
      request(path, request, response) {
        if (!gateway.request(path, request, response)) response.writeHead(404).end();
      },
      upgrade(path, request, socket, head) {
        if (!gateway.upgrade(path, request, socket, head)) socket.destroy();
      },
    },
    { secret: 'secret' },
  );
  onTestFinished(async () => {
    await server.close();
    gateway.close();
  });
  const responses = () => sink.of('llm.response');
  return { ...server, sink, responses };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('requests to a provider go through the proxy of the environment', async () => {
  const seen: string[] = [];
  const { url } = await serveTls((_request, response) => response.end(ANSWER));
  const proxy = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
    response.end(ANSWER);
  });
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    const upstream = net.connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const each of [upstream, socket]) each.on('error', () => {});
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
    vi.unstubAllEnvs();
  });
  const { port } = proxy.address() as AddressInfo;
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'NO_PROXY', 'ALL_PROXY'])
    vi.stubEnv(name, '');
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`);
  vi.stubEnv('HTTP_PROXY', `http://me:pw@127.0.0.1:${port}`);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const gateway = await openGateway('https://models.test', {
    upstreams: { openai: 'https://models.test', mistral: 'http://plain.test' },
  });
  expect(await (await post(`${gateway.url}${CHAT}`)).text()).toBe(ANSWER);
  expect(await (await post(`${gateway.url}/mistral/v1/chat/completions`)).text()).toBe(ANSWER);
  expect(seen).toEqual([
    'CONNECT models.test:443',
    `POST http://plain.test/v1/chat/completions Basic ${Buffer.from('me:pw').toString('base64')}`,
  ]);
  expect(gateway.responses()).toHaveLength(2);
});

const post = (url: string, more: RequestInit = {}) => fetch(url, { method: 'POST', body: BODY, ...more });

test('a request is forwarded unchanged, and its call is recorded without the key', async () => {
  let seen: IncomingMessage | undefined;
  let body = '';
  const upstream = await serve(async (request, response) => {
    seen = request;
    body = await text(request);
    response.writeHead(200, { 'content-type': 'application/json', 'X-Request-Id': 'req_1' }).end(ANSWER);
  });
  const gateway = await openGateway(upstream);
  const response = await post(`${gateway.url}${CHAT}?a=b`, { headers: { authorization: 'Bearer sk-key-1' } });
  expect(await response.text()).toBe(ANSWER);
  expect(seen!.url).toBe('/v1/chat/completions?a=b');
  expect(seen!.headers).toMatchObject({ authorization: 'Bearer sk-key-1', host: new URL(upstream).host });
  expect(body).toBe(BODY);
  await vi.waitFor(() => expect(gateway.responses()).toHaveLength(1));
  expect(gateway.responses()).toMatchObject([
    { usage: { input: 8, output: 2 }, usageOrigin: 'reported', ids: { request: 'req_1' } },
  ]);
  expect(gateway.sink.of('llm.request')).toMatchObject([{ seenBy: 'gateway', host: new URL(upstream).host }]);
  expect(JSON.stringify(gateway.sink.events)).not.toContain('sk-key-1');
});

test('each chunk of a stream is forwarded before the next one is sent', async () => {
  let release: () => void = () => {};
  const upstream = await serve(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const piece of ['one', 'two', 'three']) {
      await new Promise<void>((resolve) => (release = resolve));
      response.write(`data: {"choices":[{"delta":{"content":"${piece}"}}]}\n\n`);
    }
    response.end('data: [DONE]\n\n');
  });
  const gateway = await openGateway(upstream);
  // The head is received before any byte of the body.
  const response = await post(`${gateway.url}${CHAT}`);
  const reader = response.body!.getReader();
  for (const piece of ['one', 'two', 'three']) {
    release();
    expect(Buffer.from((await reader.read()).value!).toString()).toContain(piece);
  }
});

test.each([
  ['gzip', gzipSync(ANSWER)],
  ['br', brotliCompressSync(ANSWER)],
])('a body compressed with %s is forwarded unchanged and decoded from the copy', async (coding, bytes) => {
  const upstream = await serve(
    (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding })
        .end(bytes),
  );
  const gateway = await openGateway(upstream);
  const received = await new Promise<Buffer>((resolve, reject) => {
    const request = http.request(`${gateway.url}${CHAT}`, { method: 'POST' }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', reject).end(BODY);
  });
  expect(received.equals(bytes)).toBe(true);
  await vi.waitFor(() => expect(gateway.responses()).toMatchObject([{ usage: { input: 8, output: 2 } }]));
});

test("the gateway connects over TLS and verifies the provider's certificate", async () => {
  const upstream = await serveTls((_request, response) => void response.end(ANSWER));
  const trusting = await openGateway(upstream.url, { ca: upstream.ca });
  expect(await (await post(`${trusting.url}${CHAT}`)).text()).toBe(ANSWER);
  const strict = await openGateway(upstream.url);
  await expect(post(`${strict.url}${CHAT}`)).rejects.toThrow('fetch failed');
});

test("an upstream connection that fails makes the client's request fail, before or within the response", async () => {
  const nowhere = await openGateway(await closedAddress());
  await expect(post(`${nowhere.url}${CHAT}`)).rejects.toThrow('fetch failed');
  expect(nowhere.sink.of('span.finished')).toMatchObject([{ status: 'failed' }]);
  const cutting = await openGateway(
    await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"choices', () => response.destroy());
    }),
  );
  await expect(post(`${cutting.url}${CHAT}`).then((response) => response.text())).rejects.toThrow();
  expect(cutting.sink.of('span.finished')).toMatchObject([{ status: 'failed' }]);
});

test('an aborted client request aborts the request to the provider', async () => {
  const closed = vi.fn<() => void>();
  const gateway = await openGateway(
    await serve((request, response) => {
      request.resume();
      response.on('close', closed);
    }),
  );
  const abort = new AbortController();
  const pending = post(`${gateway.url}${CHAT}`, { signal: abort.signal });
  await vi.waitFor(() => expect(gateway.sink.of('llm.request')).toHaveLength(1));
  abort.abort();
  await expect(pending).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  expect(gateway.sink.of('span.finished')).toMatchObject([{ status: 'cancelled' }]);
});

test('a WebSocket is forwarded in both directions and recorded as a call of unknown usage', async () => {
  const server = http.createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (_request, socket, head) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello ',
    );
    if (head.length > 0) socket.write(head);
    socket.pipe(socket);
  });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway = await openGateway(origin);
  const socket = net.connect(gateway.port, '127.0.0.1');
  socket.write(
    `GET /secret/openai/v1/responses HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nping',
  );
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += String(chunk)));
  await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 101 Switching Protocols[^]*hello ping$/));
  socket.end();
  await vi.waitFor(() =>
    expect(gateway.responses()).toMatchObject([{ usage: null, usageOrigin: 'none', incomplete: true }]),
  );
});

test('a foreign Host, a foreign Origin and an unknown path are rejected', async () => {
  const gateway = await openGateway(await serve((_request, response) => void response.end(ANSWER)));
  const statusOf = (path: string, headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      http
        .request({ port: gateway.port, path, method: 'POST', headers }, (response) =>
          resolve(response.statusCode),
        )
        .on('error', reject)
        .end(BODY);
    });
  expect(await statusOf(`/secret${CHAT}`, { host: 'pflow.example' })).toBe(403);
  expect(await statusOf(`/secret${CHAT}`, { origin: 'https://pflow.example' })).toBe(403);
  expect(await statusOf(CHAT, {})).toBe(404);
  expect(await statusOf(`/wrong${CHAT}`, {})).toBe(404);
  expect(await statusOf('/secret/nobody/v1/chat/completions', {})).toBe(404);
  expect(await statusOf(`/secret${CHAT}`, {})).toBe(200);
});

test('over the limit, the OpenAI, Anthropic and Vercel SDKs make exactly one request and report the reason', async () => {
  const forwarded = vi.fn<() => void>();
  const upstream = await serve((_request, response) => {
    forwarded();
    response.end(ANSWER);
  });
  const refusal = vi.fn<() => string>(() => 'The limit of $1 is reached.');
  const { url } = await openGateway(upstream, { refusal });
  const openai = new OpenAI({ apiKey: 'k', baseURL: `${url}/openai/v1` });
  const anthropic = new Anthropic({ apiKey: 'k', baseURL: `${url}/anthropic` });
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const attempts = [
    () => openai.chat.completions.create({ model: 'gpt-5', messages }),
    () => openai.responses.create({ model: 'gpt-5', input: 'Hi' }),
    () => anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 9, messages }),
    () =>
      generateText({
        model: createOpenAI({ apiKey: 'k', baseURL: `${url}/openai/v1` })('gpt-5'),
        prompt: 'Hi',
      }),
    () =>
      generateText({
        model: createAnthropic({ apiKey: 'k', baseURL: `${url}/anthropic/v1` })('claude-haiku-4-5'),
        prompt: 'Hi',
      }),
  ];
  for (const [index, attempt] of attempts.entries()) {
    await expect(attempt()).rejects.toThrow('The limit of $1 is reached.');
    expect(refusal).toHaveBeenCalledTimes(index + 1);
  }
  expect(forwarded).not.toHaveBeenCalled();
  // A request that is not a model call is not refused.
  expect((await fetch(`${url}/openai/v1/models`)).status).toBe(200);
});

test('base URLs with and without the API version resolve to the same upstream URL', () => {
  const upstreams = listUpstreams({ internal: 'https://llm.example/proxy/' });
  const hrefOf = (path: string) => resolveUpstream(path, upstreams)?.href;
  expect(hrefOf('/anthropic/messages?beta=true')).toBe('https://api.anthropic.com/v1/messages?beta=true');
  expect(hrefOf('/anthropic/v1/messages')).toBe('https://api.anthropic.com/v1/messages');
  expect(hrefOf('/internal/v1/chat/completions')).toBe('https://llm.example/proxy/v1/chat/completions');
  expect(hrefOf('/ollama/api/chat')).toBe('http://127.0.0.1:11434/api/chat');
  expect(hrefOf('/constructor/x')).toBeUndefined();
  expect(hrefOf('/')).toBeUndefined();
});
