import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { http } from '../../../src/nodes/http/http-node.js';
import { failureOf, runNode } from '../../support/run-node.js';

const servers: Server[] = [];
afterEach(() =>
  servers.splice(0).forEach((server) => server.closeAllConnections() === undefined && server.close()),
);

/** Starts a loopback server and returns its URL. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (type: string, body: string | Uint8Array) =>
  serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(body));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** A server that responds with the request it received. */
const mirror = () =>
  serve(async (request, response) => {
    const { method, url, headers } = request;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ method, url, headers, body: await bodyOf(request) }));
  });

const outputs = async (params: Record<string, unknown>) => (await runNode(http, params)).outputs;

test('a JSON response is parsed', async () => {
  const url = await answering('application/problem+json; charset=utf-8', '{"a": [1]}');
  const { action, outputs } = await runNode(http, { url });
  expect(action).toBe('default');
  expect(outputs).toMatchObject({
    response: { a: [1] },
    text: '{"a": [1]}',
    status_code: 200,
    response_is_binary: false,
    response_time: expect.any(Number) as number,
  });
  expect(outputs['response_headers']).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
  });
});

test('an invalid JSON response is returned as text', async () => {
  expect(await outputs({ url: await answering('application/json', '{oops') })).toMatchObject({
    response: '{oops',
  });
});

test('a text response is decoded with its charset', async () => {
  expect(
    await outputs({ url: await answering('text/plain; charset=iso-8859-1', Uint8Array.from([0xfc])) }),
  ).toMatchObject({ response: 'ü', text: 'ü' });
  expect(await outputs({ url: await answering('text/plain', Uint8Array.from([0xfc])) })).toMatchObject({
    response: 'ü',
  });
  expect(await outputs({ url: await answering('text/plain', 'ü') })).toMatchObject({ response: 'ü' });
});

test('a binary response is returned as base64', async () => {
  const result = await outputs({ url: await answering('image/png', Uint8Array.from([0x89, 0])) });
  expect(result).toMatchObject({ response: 'iQA=', response_is_binary: true });
  expect(result).not.toHaveProperty('text');
});

test('a web page is also returned as readable text', async () => {
  const paragraph = (n: number) =>
    `<p>Paragraph ${n} of the article tells, at some length, of things that are worth <b>reading</b> about, one after the other.</p>`;
  const html = `<!doctype html><html><head><title>T</title><style>p{}</style><meta charset="utf-8"></head><body>
    <nav><a href="/">Home</a></nav><article><h1>News</h1>${[1, 2, 3, 4, 5, 6].map(paragraph).join('')}<ul><li>one</li><li>two</li></ul></article>
    <script>alert("x")</script></body></html>`;
  const result = await outputs({ url: await answering('text/html', html) });
  expect(result['response']).toBe(html);
  expect(result['text']).toMatch(
    /Paragraph 1 of the article tells, at some length, of things that are worth reading about, one after the other\.\n\nParagraph 2/,
  );
  expect(result['text']).toMatch(/- one\n+- two/);
  expect(result['text']).not.toMatch(/alert|Home|p\{\}/);
});

test.each([
  ['a fragment', '<p>Just <i>this</i>.</p><script>x()</script>', 'Just this.'],
  ['empty', '', ''],
  ['plain text', 'a < b', 'a < b'],
])('a page that is %s is converted to text', async (_name, html, text) => {
  expect((await outputs({ url: await answering('text/html', html) }))['text']).toBe(text);
});

test('the request is built from the parameters', async () => {
  const url = await mirror();
  expect(
    (await outputs({ url: `${url}/path?a=1`, params: { b: 'x y', c: [1, 2] }, headers: { 'X-Own': 5 } }))[
      'response'
    ],
  ).toMatchObject({
    method: 'GET',
    url: '/path?a=1&b=x+y&c=1&c=2',
    headers: { 'x-own': '5', 'user-agent': 'pflow' },
  });
  expect((await outputs({ url, body: { a: 1 } }))['response']).toMatchObject({
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  });
  expect((await outputs({ url, method: 'put', body: 'plain' }))['response']).toMatchObject({
    method: 'PUT',
    body: 'plain',
  });
  expect((await outputs({ url, auth_token: 'T' }))['response']).toMatchObject({
    headers: { authorization: 'Bearer T' },
  });
  expect((await outputs({ url, api_key: 'K' }))['response']).toMatchObject({ headers: { 'x-api-key': 'K' } });
  expect((await outputs({ url, api_key: 'K', api_key_header: 'X-Mine' }))['response']).toMatchObject({
    headers: { 'x-mine': 'K' },
  });
});

test('redirects are followed', async () => {
  const target = await answering('text/plain', 'there');
  const url = await serve((_request, response) => response.writeHead(302, { location: target }).end());
  expect(await outputs({ url })).toMatchObject({ status_code: 200, response: 'there' });
});

test('an error status takes the "error" edge with the response', async () => {
  const url = await serve((_request, response) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"why": "gone"}'),
  );
  const { action, outputs } = await runNode(http, { url });
  expect(action).toBe('error');
  expect(outputs).toMatchObject({
    status_code: 404,
    response: { why: 'gone' },
    error: 'The server answered 404 Not Found.',
  });
});

test('a request that cannot be sent is reported with the reason', async () => {
  expect(await failureOf(http, { url: 'example.org' })).toBe("'example.org' is not a web address.");
  expect(await failureOf(http, { url: 'file:///etc/passwd' })).toBe(
    "'file:///etc/passwd' is not a web address.",
  );
  expect(await failureOf(http, { url: 'http://127.0.0.1:1', method: 'FETCH' })).toMatch(
    /^'FETCH' is not an HTTP method\. There are: GET, POST/,
  );
  expect(await failureOf(http, { url: 'http://127.0.0.1:1', auth_token: 'a', api_key: 'b' })).toBe(
    'Give auth_token or api_key, not both.',
  );
  expect(await failureOf(http, { url: 'http://127.0.0.1:1', headers: { 'bad name': 'x' } })).toBe(
    "The header 'bad name' has a name or a value that HTTP does not allow.",
  );
});

test('an unreachable server is reported without secrets from the URL', async () => {
  const url = await answering('text/plain', '');
  servers.splice(0).forEach((server) => server.close());
  expect(await failureOf(http, { url: `${url}/path?key=secret` })).toBe(
    `Cannot reach ${url}/path: the connection was refused.`,
  );
});

test('a broken connection is reported with the reason', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('part');
    response.destroy();
  });
  expect(await failureOf(http, { url })).toBe(
    `Cannot reach ${url}/: the connection was closed before the response was complete.`,
  );
});

test('a server that does not respond before the timeout is an error', async () => {
  const url = await serve(() => {});
  expect(await failureOf(http, { url, timeout: 0.2 })).toBe(`${url}/ did not answer within 200ms.`);
});

test('a response that exceeds the size limit is aborted', async () => {
  const url = await serve((_request, response) => {
    const chunk = Buffer.alloc(1_000_000);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  expect(await failureOf(http, { url })).toBe(`The response of ${url}/ is larger than 50.0 MB.`);
});

test('cancelling the run aborts the request', async () => {
  const controller = new AbortController();
  let disconnected = false;
  const url = await serve((request) => {
    request.on('close', () => (disconnected = true));
    controller.abort();
  });
  expect(await failureOf(http, { url }, { signal: controller.signal })).toBe('The run was cancelled.');
  await vi.waitUntil(() => disconnected, { timeout: 30_000 });
});

test('only GET and HEAD requests without a body count as reading', () => {
  expect(http.effectsOf?.({ url: 'x' })).toEqual(['reads']);
  expect(http.effectsOf?.({ url: 'x', method: 'head' })).toEqual(['reads']);
  expect(http.effectsOf?.({ url: 'x', body: '${a.b}' })).toEqual(['sends']);
  expect(http.effectsOf?.({ url: 'x', method: '${method}' })).toEqual(['sends']);
});

/** A server that responds with these statuses in order and then repeats the last one. */
async function answeringInTurn(statuses: readonly number[], headers: Record<string, string> = {}) {
  const requests: string[] = [];
  const url = await serve((request, response) => {
    requests.push(request.method ?? '');
    const status = statuses[Math.min(requests.length, statuses.length) - 1]!;
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`answer ${requests.length}`);
  });
  return { url, requests };
}

test('an overloaded server is retried up to the configured number', async () => {
  const { url, requests } = await answeringInTurn([503, 429, 200]);
  const run = await runNode(http, { url, retries: 2, retry_wait: 0.001 });
  expect(run.outputs).toMatchObject({ status_code: 200, response: 'answer 3' });
  expect(requests).toHaveLength(3);
  expect(run.logs).toEqual([
    'warning: The server answered 503. Retry 1 of 2 in 1ms.',
    'warning: The server answered 429. Retry 2 of 2 in 2ms.',
  ]);
});

test('the last response is returned after all retries, and the first one without retries', async () => {
  const busy = await answeringInTurn([500]);
  expect(await runNode(http, { url: busy.url, retries: 1, retry_wait: 0 })).toMatchObject({
    action: 'error',
    outputs: { status_code: 500, response: 'answer 2' },
  });
  await runNode(http, { url: busy.url });
  expect(busy.requests).toHaveLength(3);
});

test('a client error is not retried', async () => {
  const { url, requests } = await answeringInTurn([404]);
  await runNode(http, { url, retries: 3 });
  expect(requests).toHaveLength(1);
});

test('Retry-After overrides the configured wait', async () => {
  const { url } = await answeringInTurn([503, 200], { 'retry-after': '0' });
  const { logs } = await runNode(http, { url, retries: 1, retry_wait: 600 });
  expect(logs).toEqual(['warning: The server answered 503. Retry 1 of 1 in 0s.']);
});

test('a closed connection is retried', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    if (++requests === 1) request.socket.destroy();
    else response.end('there');
  });
  expect((await outputs({ url, retries: 1, retry_wait: 0 }))['response']).toBe('there');
});

test('cancelling the run interrupts the wait before a retry', async () => {
  const { url } = await answeringInTurn([503]);
  const stop = new AbortController();
  const failure = failureOf(http, { url, retries: 5, retry_wait: 600 }, { signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  expect(await failure).toBe('The run was cancelled.');
});

test('a proxy of the environment is used, and its redirect to this machine is refused', async () => {
  const own = await answering('text/plain', 'of this machine');
  const seen: (string | undefined)[] = [];
  const proxy = await serve((request, response) => {
    seen.push(request.url);
    if (request.url === 'http://shop.invalid/away') response.writeHead(302, { location: own }).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('of the proxy');
  });
  vi.stubEnv('http_proxy', proxy);
  expect(await outputs({ url: 'http://shop.invalid/a?b=1' })).toMatchObject({ response: 'of the proxy' });
  expect(await failureOf(http, { url: 'http://shop.invalid/away' })).toContain('private address');
  expect(await outputs({ url: own })).toMatchObject({ response: 'of this machine' });
  vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
  vi.stubEnv('https_proxy', 'http://127.0.0.1:1');
  expect(await failureOf(http, { url: 'https://shop.invalid/' })).toBe(
    'Cannot reach https://shop.invalid/: the proxy 127.0.0.1:1 (https_proxy) cannot be reached: ECONNREFUSED.',
  );
  vi.unstubAllEnvs();
  expect(seen).toEqual(['http://shop.invalid/a?b=1', 'http://shop.invalid/away']);
});
