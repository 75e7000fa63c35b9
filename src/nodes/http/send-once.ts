/** Sends one HTTP request and reads its response, without following redirects. */

import { lookup as resolveName, promises, type LookupAddress, type LookupOptions } from 'node:dns';
import {
  Agent as HttpAgent,
  request as requestHttp,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  constants,
  gunzip,
  inflate,
  inflateRaw,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib';
import { PflowError } from '../../lib/error.js';
import { findProxy } from '../../lib/proxy/find-proxy.js';
import { openProxied } from '../../lib/proxy/proxied-request.js';
import { formatBytes } from '../../lib/text/format.js';

export type Exchange = Readonly<{
  url: URL;
  method: string;
  headers: Headers;
  body: string | undefined;
  signal: AbortSignal;
  /** Which addresses may be connected to; absent means all. A name is resolved once, and the address that was checked is used. */
  mayConnect?: (address: string) => boolean;
}>;

export type Answer = Readonly<{
  status: number;
  statusText: string;
  headers: Headers;
  bytes: Buffer;
  /** The address that was connected to; empty if the connection is gone. */
  address: string;
  /** Whether a proxy made the connection: the address is not known then. */
  viaProxy?: boolean;
}>;

/** Maximum response size in bytes, also after decompression. */
const MOST_BYTES = 50_000_000;

/** An address that the policy of a request forbids. */
export class ForbiddenAddress extends Error {
  constructor(readonly host: string) {
    super(`'${host}' is not a public address.`);
  }
}

/** Sends a request and reads the complete, decompressed response. Rejects with the error of the socket, or a PflowError above the size limit. */
export async function sendOnce(exchange: Exchange): Promise<Answer> {
  const { url, mayConnect } = exchange;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // net does not look up literal addresses, so they are checked here.
  if (mayConnect && isIP(host) && !mayConnect(host)) throw new ForbiddenAddress(host);
  try {
    return await exchangeOn(exchange, false);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return exchangeOn(exchange, true);
  }
}

/** The server closed an idle pooled connection just as the request was sent on it. */
class StaleConnection extends Error {}

async function exchangeOn(exchange: Exchange, fresh: boolean): Promise<Answer> {
  const { url, method, headers, body, signal } = exchange;
  const proxy = findProxy(url);
  // The proxy resolves the name, and may know names that are unknown here: those it is left to permit.
  if (proxy && exchange.mayConnect) await requirePermitted(url.hostname, exchange.mayConnect);
  const mayConnect = proxy ? undefined : exchange.mayConnect;
  const secure = url.protocol === 'https:';
  const sent = new Headers(headers);
  for (const [name, value] of Object.entries(defaults)) if (!sent.has(name)) sent.set(name, value);
  if (body !== undefined && !sent.has('content-type')) sent.set('content-type', 'text/plain;charset=UTF-8');
  // Node computes the length from the body; another value would desynchronize the connection.
  for (const name of ['content-length', 'transfer-encoding']) sent.delete(name);
  const options: RequestOptions = {
    method,
    headers: Object.fromEntries(sent),
    signal,
    ...(mayConnect ? { lookup: checkedLookup(mayConnect) } : {}),
    // A pooled connection was not made under this policy.
    ...(mayConnect || fresh ? { agent: secure ? new HttpsAgent() : new HttpAgent() } : {}),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = proxy
      ? openProxied(url, proxy, options)
      : (secure ? requestHttps : requestHttp)(url, options);
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      reject(stale && ['GET', 'HEAD', 'OPTIONS'].includes(method) ? new StaleConnection() : error);
    });
    request.end(body);
  });
  const address = response.socket.remoteAddress ?? '';
  if (mayConnect && !mayConnect(address)) {
    response.destroy();
    throw new ForbiddenAddress(url.hostname);
  }
  const status = response.statusCode ?? 0;
  const bytes = await readBody(response, url);
  return {
    status,
    statusText: response.statusMessage ?? '',
    headers: headersOf(response),
    bytes: method === 'HEAD' ? bytes : await decompress(bytes, response.headers['content-encoding'], url),
    address,
    ...(proxy ? { viaProxy: true } : {}),
  };
}

/** Throws a ForbiddenAddress if a name resolves to an address that is not permitted. */
async function requirePermitted(host: string, mayConnect: (address: string) => boolean): Promise<void> {
  const found = await promises.lookup(host, { all: true }).catch(() => []);
  if (!found.every(({ address }) => mayConnect(address))) throw new ForbiddenAddress(host);
}

const defaults = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'accept-language': '*' };

/** Resolves a name to its permitted addresses only, so that the connection uses an address that was checked. */
function checkedLookup(mayConnect: (address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    const all: LookupOptions & { all: true } = { ...options, all: true };
    resolveName(host, all, (error, found: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const permitted = found.filter(({ address }) => mayConnect(address));
      const [first] = permitted;
      if (!first) return callback(new ForbiddenAddress(host), '', 0);
      if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}

async function readBody(response: IncomingMessage, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) throw tooLarge(url);
  }
  return Buffer.concat(chunks);
}

type Decoder = (bytes: Buffer) => Promise<Buffer>;

const limits = { maxOutputLength: MOST_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const unzipGzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const unzipZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const unzipRaw = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
const unzipBrotli = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: (bytes) => unzipGzip(bytes, limits),
  'x-gzip': (bytes) => unzipGzip(bytes, limits),
  // Some servers send a raw stream under this name; a zlib header has 8 as its low four bits.
  deflate: (bytes) => ((bytes[0]! & 0x0f) === 8 ? unzipZlib : unzipRaw)(bytes, limits),
  br: (bytes) => unzipBrotli(bytes, { maxOutputLength: MOST_BYTES }),
};

async function decompress(bytes: Buffer, encoding: string | undefined, url: URL): Promise<Buffer> {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  let decoded = bytes;
  for (const name of names.toReversed()) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (!decode || decoded.length === 0) continue;
    try {
      decoded = await decode(decoded);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url);
      throw new PflowError('node_failed', `The response of ${shownUrl(url)} is not valid ${name} data.`);
    }
  }
  return decoded;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    try {
      headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
    } catch {
      // Node's parser is more lenient than the class: such a header is no use to anyone.
    }
  }
  return headers;
}

function tooLarge(url: URL): PflowError {
  return new PflowError(
    'node_failed',
    `The response of ${shownUrl(url)} is larger than ${formatBytes(MOST_BYTES)}.`,
  );
}

/** The URL without user, password and query, which may be secret. */
export function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}
