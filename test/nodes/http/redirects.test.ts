import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { isPublicAddress } from '../../../src/nodes/http/address-kind.js';
import { followRedirects } from '../../../src/nodes/http/follow-redirects.js';
import { http } from '../../../src/nodes/http/http-node.js';
import { failureOf, runNode } from '../../support/run-node.js';

const servers: Server[] = [];
afterEach(() =>
  servers.splice(0).forEach((server) => server.closeAllConnections() === undefined && server.close()),
);

async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string };

/** A server that records its requests. */
async function recorder(host?: string) {
  const seen: Seen[] = [];
  const url = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
    response.end('there');
  }, host);
  return { url, seen };
}

const redirectTo = (location: () => string, status = 302) =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status, { location: location() }).end();
  });

const secrets = {
  Authorization: 'Bearer SECRET-1',
  Cookie: 'session=SECRET-2',
  'Proxy-Authorization': 'Basic SECRET-3',
  'X-Custom-Token': 'SECRET-4',
  'X-Auth': 'SECRET-5',
  'X-Anything': 'SECRET-6',
};

test.each([301, 302, 303, 307, 308])(
  "a %i to another origin drops every credential, whatever its header's name",
  async (status) => {
    const { url: target, seen } = await recorder();
    const url = await redirectTo(() => `${target}/next`, status);
    const headers = { ...secrets, Accept: 'text/plain' };
    const { outputs } = await runNode(http, { url, headers, api_key: 'SECRET-7', api_key_header: 'Mine' });
    expect(outputs).toMatchObject({ status_code: 200, response: 'there' });
    expect(JSON.stringify(seen)).not.toContain('SECRET');
    expect(seen[0]!.headers).toMatchObject({ accept: 'text/plain', 'user-agent': 'pflow' });
  },
);

test('a redirect within the origin keeps the headers, and a redirect back to it does not restore them', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const other = await redirectTo(() => `${url}/end`);
  const url = await serve((request, response) => {
    seen.push(request.headers);
    const location = { '/': '/second', '/second': other }[request.url!];
    if (location === undefined) response.end('there');
    else response.writeHead(307, { location }).end();
  });
  expect((await runNode(http, { url, auth_token: 'T' })).outputs).toMatchObject({ response: 'there' });
  expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer T', 'Bearer T', undefined]);
});

test('user and password of a URL are sent to its origin only', async () => {
  const { url: target, seen } = await recorder();
  const sent: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    sent.push(request.headers.authorization);
    response.writeHead(302, { location: target }).end();
  });
  await runNode(http, { url: url.replace('//', '//me:p%40ss@') });
  expect(sent).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  expect(seen[0]!.headers.authorization).toBeUndefined();
});

test.each([
  [301, 'POST', 'GET', ''],
  [302, 'POST', 'GET', ''],
  [303, 'PUT', 'GET', ''],
  [301, 'PUT', 'PUT', 'sent'],
  [307, 'POST', 'POST', 'sent'],
  [308, 'PATCH', 'PATCH', 'sent'],
])('a %i of %s is followed as %s', async (status, method, then, body) => {
  const { url: target, seen } = await recorder();
  const url = await redirectTo(() => target, status);
  await runNode(http, { url, method, body: 'sent' });
  expect(seen).toMatchObject([{ method: then, body }]);
  expect('content-type' in seen[0]!.headers).toBe(body !== '');
});

test('endless redirects and redirects to invalid URLs are errors, and one without a location is a response', async () => {
  const loop: string = await redirectTo(() => `${loop}/again`);
  expect(await failureOf(http, { url: loop })).toBe(`${loop}/ redirects more than 20 times.`);
  const file = await redirectTo(() => 'file:///etc/passwd');
  expect(await failureOf(http, { url: file })).toBe(
    `${file}/ redirects to something that is not a web address.`,
  );
  const nowhere = await serve((_request, response) => response.writeHead(302).end('stay'));
  expect((await runNode(http, { url: nowhere })).outputs).toMatchObject({
    status_code: 302,
    response: 'stay',
  });
});

/** Treats 127.0.0.1 as a public address, and other loopback addresses as private. */
const get = (url: string) =>
  followRedirects(
    {
      url: new URL(url),
      method: 'GET',
      headers: new Headers(),
      body: undefined,
      signal: AbortSignal.timeout(20_000),
    },
    (address) => address === '127.0.0.1',
  );

test('a public server cannot redirect to a private address, given as a number or by name', async () => {
  const { url: target, seen } = await recorder('127.0.0.2');
  const { url: v6, seen: seen6 } = await recorder('::1');
  const byNumber = await redirectTo(() => `${target}/latest/meta-data?secret`);
  await expect(get(byNumber)).rejects.toThrow(
    `A public server redirects to ${target}/latest/meta-data, which is a private address. That request was not sent.`,
  );
  const inTwo = await redirectTo(() => byNumber);
  await expect(get(inTwo)).rejects.toThrow('which is a private address');
  await expect(get(await redirectTo(() => v6))).rejects.toThrow('which is a private address');
  expect([...seen, ...seen6]).toEqual([]);
});

test('only the public addresses of a resolved name are connected to', async () => {
  const { url: target, seen } = await recorder();
  const { port } = new URL(target);
  const url = await redirectTo(() => `http://localhost:${port}/`);
  const never = followRedirects(
    {
      url: new URL(url),
      method: 'GET',
      headers: new Headers(),
      body: undefined,
      signal: AbortSignal.timeout(20_000),
    },
    // The first server counts as public at the time of the redirect, and the name resolves to private addresses only.
    (
      (calls) => () =>
        calls++ === 0
    )(0),
  );
  await expect(never).rejects.toThrow(`redirects to http://localhost:${port}/, which is a private address`);
  expect(seen).toEqual([]);
  expect((await get(url)).bytes.toString()).toBe('there');
});

test('a private server may redirect to a private address', async () => {
  const { url: target } = await recorder('127.0.0.2');
  const url = await redirectTo(() => target);
  expect((await runNode(http, { url })).outputs).toMatchObject({ response: 'there' });
});

test.each([
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['2606:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::808:808', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['192.168.0.1', false],
  ['100.100.100.200', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['192.0.0.192', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['[::1]', false],
  ['fd00:ec2::254', false],
  ['fe80::1%eth0', false],
  ['::ffff:169.254.169.254', false],
  ['::ffff:7f00:1', false],
  ['::127.0.0.1', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['2002:7f00:1::', false],
  ['', false],
  ['localhost', false],
])('the address %s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['gzip, br', (text: Buffer) => brotliCompressSync(gzipSync(text))],
])('a response with content encoding %s is decompressed', async (encoding, compress) => {
  const url = await serve((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding })
      .end(compress(Buffer.from('some text'))),
  );
  expect((await runNode(http, { url })).outputs).toMatchObject({ response: 'some text' });
  expect((await runNode(http, { url, method: 'HEAD' })).outputs).toMatchObject({ response: '' });
});

test('a compressed response that exceeds the limit when decompressed is aborted', async () => {
  const bomb = gzipSync(Buffer.alloc(60_000_000));
  const url = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  );
  expect(await failureOf(http, { url })).toBe(`The response of ${url}/ is larger than 50.0 MB.`);
});
