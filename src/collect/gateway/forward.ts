/** Forwards a request to its provider and streams the response back, while an observer receives copies. */

import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { findProxy, type Proxy } from '../../lib/proxy/find-proxy.js';
import { authorize, createTunnelAgent } from '../../lib/proxy/proxied-request.js';
import type { Exchange } from '../../tap/exchange/exchange.js';
import { normalizeHeaders } from '../../tap/exchange/open-exchange.js';
import { listForwarded } from './hop-headers.js';

/** The connections to providers, kept open for the next request as an SDK does. */
export type Agents = Readonly<{ http: http.Agent; https: https.Agent }>;

/**
 * Passes bytes in both directions as they are received; back pressure of either side reaches the other. A connection that fails
 * upstream fails for the client as well, as it would without a gateway: no response is invented.
 */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { target, agents, exchange }: Readonly<{ target: URL; agents: Agents; exchange: Exchange | undefined }>,
): void {
  const upstream = openUpstream(request, target, agents);
  let finished = false;
  const fail = (error: unknown): void => {
    if (finished) return;
    finished = true;
    exchange?.fail(error);
    upstream.destroy();
    response.destroy();
  };
  upstream.on('error', (error) => {
    // After the head of a response, its own stream tells how it ends.
    if (!response.headersSent) fail(error);
  });
  upstream.on('response', (answer) => {
    exchange?.respond(answer.statusCode ?? 0, normalizeHeaders(answer.headers));
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, listForwarded(answer.rawHeaders));
    // Otherwise the head waits for the first byte of the body, which a model may take long to send.
    response.flushHeaders();
    answer.on('data', (chunk: Buffer) => exchange?.receive(chunk));
    answer.on('error', fail);
    answer.on('end', () => {
      finished = true;
      exchange?.finish();
      if (answer.rawTrailers.length > 0) response.addTrailers(pairsOf(answer.rawTrailers));
    });
    answer.pipe(response);
  });
  request.on('data', (chunk: Buffer) => exchange?.send(chunk));
  request.on('end', () => exchange?.sent());
  request.on('error', fail);
  response.on('close', () => {
    if (finished) return;
    finished = true;
    exchange?.fail(undefined, true);
    upstream.destroy();
  });
  request.pipe(upstream);
}

/** Opens the request to the provider: same method, headers and query. */
export function openUpstream(
  request: IncomingMessage,
  target: URL,
  agents: Agents,
  more: readonly string[] = [],
): ClientRequest {
  const headers = [...listForwarded(request.rawHeaders, ['host']), 'Host', target.host, ...more];
  const options = {
    method: request.method,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port,
    path: `${target.pathname}${target.search}`,
    headers,
    setDefaultHeaders: false,
  };
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  if (isChunked) headers.push('Transfer-Encoding', 'chunked');
  const upstream =
    openThroughProxy(target, options) ??
    (target.protocol === 'https:'
      ? https.request({ ...options, agent: agents.https })
      : http.request({ ...options, agent: agents.http }));
  upstream.setNoDelay(true);
  return upstream;
}

/** The same request through the proxy of the environment; undefined without one for the address. */
function openThroughProxy(
  target: URL,
  options: Readonly<{ headers: readonly string[] }> & https.RequestOptions,
): ClientRequest | undefined {
  const proxy = readProxy(target);
  if (!proxy) return undefined;
  if (target.protocol === 'https:')
    return https.request({ ...options, agent: createTunnelAgent(proxy, target) });
  const { url } = proxy;
  const headers = [...options.headers, ...Object.entries(authorize(url)).flat()];
  const place = { hostname: url.hostname, port: url.port || undefined, path: target.href, agent: false };
  return (url.protocol === 'https:' ? https : http).request({ ...options, ...place, headers });
}

/** A variable that is not the address of a proxy is ignored: the gateway must not fail where the program's own client would not. */
function readProxy(target: URL): Proxy | undefined {
  try {
    return findProxy(target);
  } catch {
    return undefined;
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}
