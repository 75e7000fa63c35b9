/** Sends a fetch request through a proxy, following redirects as fetch does. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Proxy } from './find-proxy.js';
import { openProxied } from './proxied-request.js';

const MOST_REDIRECTS = 5;

/** Sends the request's body as a whole; the response streams. */
export async function sendProxied(first: Request, proxy: Proxy): Promise<Response> {
  const body = first.body ? Buffer.from(await first.arrayBuffer()) : undefined;
  let request: Sent = {
    url: new URL(first.url),
    method: first.method,
    headers: new Headers(first.headers),
    body,
  };
  for (let redirects = 0; ; redirects++) {
    const response = await send(request, proxy, first.signal);
    const location = response.headers.get('location');
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!isRedirect || first.redirect !== 'follow') return response;
    await response.body?.cancel();
    if (redirects === MOST_REDIRECTS)
      throw new TypeError('fetch failed', { cause: new Error('too many redirects') });
    request = redirected(request, new URL(location, request.url), response.status);
  }
}

type Sent = Readonly<{ url: URL; method: string; headers: Headers; body: Buffer | undefined }>;

/** As fetch does: only 307 and 308 repeat the body, and credentials stay with their origin. */
function redirected({ url: from, method, headers: given, body }: Sent, url: URL, status: number): Sent {
  const headers = new Headers(given);
  if (url.origin !== from.origin) headers.delete('authorization');
  const isRepeated = status === 307 || status === 308 || method === 'GET';
  return { url, headers, method: isRepeated ? method : 'GET', body: isRepeated ? body : undefined };
}

async function send(
  { url, method, headers, body }: Sent,
  proxy: Proxy,
  signal: AbortSignal,
): Promise<Response> {
  const given = Object.fromEntries(headers);
  const request = openProxied(url, proxy, {
    method,
    headers: { ...given, ...(body ? { 'content-length': `${body.length}` } : {}) },
    signal,
  });
  request.end(body);
  return readResponse(request, await headOf(request, signal));
}

async function headOf(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  } catch (cause) {
    signal.throwIfAborted();
    // The form in which fetch reports errors of the network.
    throw new TypeError('fetch failed', { cause });
  }
}

function readResponse(request: ClientRequest, message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers))
    for (const each of [value ?? []].flat()) headers.append(name, each);
  const status = message.statusCode ?? 0;
  // Errors after the head are those of the body.
  request.on('error', () => {});
  const isEmpty = [204, 205, 304].includes(status);
  if (isEmpty) message.resume();
  return new Response(isEmpty ? null : (Readable.toWeb(decode(message)) as ReadableStream<Uint8Array>), {
    status,
    statusText: message.statusMessage ?? '',
    headers,
  });
}

function decode(message: IncomingMessage): Readable {
  const decoder = decoderOf(message.headers['content-encoding'] ?? '');
  // An error of either stream destroys the other, and the reader receives it.
  return decoder ? pipeline(message, decoder, () => {}) : message;
}

function decoderOf(coding: string): Transform | undefined {
  switch (coding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
