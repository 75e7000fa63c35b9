import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { findProxy } from '../../../src/lib/proxy/find-proxy.js';
import { proxiedFetch } from '../../../src/lib/proxy/proxied-fetch.js';
import { sendOtlp } from '../../../src/export/otlp/live/send-otlp.js';
import { createModelSource } from '../../../src/llm/providers/ai-sdk-models.js';
import { serveTls } from '../../support/tls-server.js';

beforeEach(() => {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'])
    for (const each of [name, name.toUpperCase()]) vi.stubEnv(each, '');
});
afterEach(() => vi.unstubAllEnvs());

type Seen = { method: string; url: string; headers: IncomingHttpHeaders };

/** A proxy that connects every host name to the given local port. */
async function startProxy(
  port: number,
  status = 200,
  forward: RequestListener = (_request, response) => response.end(),
): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method!, url: request.url!, headers: request.headers });
    forward(request, response);
  });
  server.on('connect', (request, socket) => {
    seen.push({ method: 'CONNECT', url: request.url!, headers: request.headers });
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} Proxy Authentication Required\r\n\r\n`);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const each of [upstream, socket]) each.on('error', () => {});
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const portOf = (url: string): number => Number(new URL(url).port);

test.each([
  [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'https://x.test/', 'http://a:1/'],
  [{ HTTPS_PROXY: 'b:1' }, 'https://x.test/', 'http://b:1/'],
  [{ HTTPS_PROXY: 'http://b:1' }, 'http://x.test/', undefined],
  [{ HTTP_PROXY: 'http://c:1' }, 'http://x.test/', 'http://c:1/'],
  [{ ALL_PROXY: 'http://d:1' }, 'https://x.test/', 'http://d:1/'],
  [{ HTTPS_PROXY: 'http://b:1' }, 'https://localhost/', undefined],
  [{ HTTPS_PROXY: 'http://b:1' }, 'https://127.0.0.1:8/', undefined],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: '*' }, 'https://x.test/', undefined],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'y.test, .x.test' }, 'https://api.x.test/', undefined],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: '*.x.test' }, 'https://api.x.test/', undefined],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'x.test' }, 'https://api.x.test/', undefined],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'x.test' }, 'https://notx.test/', 'http://b:1/'],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'x.test:444' }, 'https://x.test/', 'http://b:1/'],
  [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'x.test:443' }, 'https://x.test/', undefined],
])('with %o, %s goes through %s', (env, url, proxy) => {
  expect(findProxy(new URL(url), env)?.url.href).toBe(proxy);
});

test('an address that is no HTTP proxy is an error that names the variable', async () => {
  vi.stubEnv('HTTPS_PROXY', 'socks5://a:1');
  const error = await proxiedFetch('https://x.test/').catch((cause: unknown) => cause);
  expect((error as Error).cause).toMatchObject({ message: expect.stringContaining('HTTPS_PROXY is not') });
});

test('https goes through a tunnel with the credentials of the proxy, http through the proxy itself', async () => {
  const { url } = await serveTls(async (request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(`${request.method} ${request.url} ${await text(request)}`));
  });
  const { address, seen } = await startProxy(portOf(url), 200, (_request, response) => response.end('plain'));
  vi.stubEnv('HTTPS_PROXY', `http://me:p%40ss@${address}`);
  vi.stubEnv('HTTP_PROXY', `http://${address}`);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const response = await proxiedFetch('https://x.test/a?b=1', { method: 'POST', body: 'body' });
  expect([response.status, await response.text()]).toEqual([200, 'POST /a?b=1 body']);
  expect(await (await proxiedFetch('http://y.test/c')).text()).toBe('plain');
  expect(seen).toMatchObject([
    {
      method: 'CONNECT',
      url: 'x.test:443',
      headers: { 'proxy-authorization': `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    },
    { method: 'GET', url: 'http://y.test/c', headers: { host: 'y.test' } },
  ]);
});

test('telemetry is exported through the proxy, and an untrusted certificate is explained', async () => {
  const { url } = await serveTls((_request, response) => response.end());
  const { address, seen } = await startProxy(portOf(url));
  vi.stubEnv('HTTP_PROXY', address);
  const settings = { encoding: 'json', headers: {}, gzip: false, timeoutMs: 900 } as const;
  const { signal } = new AbortController();
  await sendOtlp({}, 'traces', { ...settings, url: 'http://collector.test:4318/v1/traces' }, signal);
  expect(seen).toMatchObject([{ method: 'POST', url: 'http://collector.test:4318/v1/traces' }]);
  await expect(sendOtlp({}, 'traces', { ...settings, url }, signal)).rejects.toThrow('NODE_EXTRA_CA_CERTS');
});

test('a redirect is followed without the credentials of another origin, and an abort ends the request', async () => {
  const { address, seen } = await startProxy(1, 200, (request, response) => {
    if (request.url === 'http://x.test/slow') return;
    if (request.url === 'http://x.test/') response.writeHead(307, { location: 'http://y.test/' }).end();
    else response.end('there');
  });
  vi.stubEnv('HTTP_PROXY', address);
  const headers = { authorization: 'Bearer secret' };
  expect(await (await proxiedFetch('http://x.test/', { headers })).text()).toBe('there');
  expect(seen.map((each) => each.headers.authorization)).toEqual(['Bearer secret', undefined]);
  expect((await proxiedFetch('http://x.test/', { redirect: 'manual' })).status).toBe(307);
  const slow = proxiedFetch('http://x.test/slow', { signal: AbortSignal.timeout(50) });
  await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' });
});

async function failWith(env: Record<string, string>): Promise<unknown> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const choice = { provider: 'openai', model: 'm', reason: '', free: false, baseUrl: 'https://x.test/v1' };
  const models = createModelSource(choice, { env: { OPENAI_API_KEY: 'k' }, skills: {} });
  const client = await models.client();
  const request = client.request({ prompt: 'Hi' }, { signal: new AbortController().signal });
  return request.catch((error: unknown) => error);
}

test('our model client reports what a proxy refused, and a certificate that is not trusted, with what to set', async () => {
  const refusing = await startProxy(1, 407);
  expect(await failWith({ HTTPS_PROXY: refusing.address })).toMatchObject({
    message: `OpenAI was not reached: the proxy ${refusing.address} (HTTPS_PROXY) refused the connection to x.test:443: 407 Proxy Authentication Required: put user and password into its address.`,
    hint: 'Check HTTPS_PROXY and HTTP_PROXY, or list the host in NO_PROXY.',
  });
  const { url } = await serveTls((_request, response) => response.end());
  const inspecting = await startProxy(portOf(url));
  expect(await failWith({ HTTPS_PROXY: inspecting.address })).toMatchObject({
    message: 'OpenAI was not reached at https://x.test/v1: its certificate is self-signed.',
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS=/path/to/ca.pem'),
    retryable: false,
  });
});
