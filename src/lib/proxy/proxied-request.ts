/** Opens HTTP requests through a proxy: a tunnel (CONNECT) for https, the proxy itself for http. */

import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Proxy } from './find-proxy.js';

/** How long a proxy may take to open a tunnel, in ms. */
const CONNECT_MS = 30_000;

/** Creates a request to `target` that goes through the proxy. */
export function openProxied(target: URL, proxy: Proxy, options: RequestOptions): ClientRequest {
  if (target.protocol === 'https:')
    return https.request(target, { ...options, agent: new TunnelAgent(proxy, target) });
  const { url } = proxy;
  const send = url.protocol === 'https:' ? https.request : http.request;
  return send({
    ...options,
    agent: false,
    host: url.hostname,
    port: url.port || undefined,
    path: target.href.replace(/#.*/, ''),
    headers: { ...(options.headers as object), host: target.host, ...authorize(url) },
  });
}

/** The agent of requests to an https address through the proxy. */
export function createTunnelAgent(proxy: Proxy, target: URL): https.Agent {
  return new TunnelAgent(proxy, target);
}

/** Connects each request through a tunnel of its own. */
class TunnelAgent extends https.Agent {
  readonly #proxy: Proxy;
  readonly #target: URL;

  constructor(proxy: Proxy, target: URL) {
    super({ keepAlive: false });
    this.#proxy = proxy;
    this.#target = target;
  }

  override createConnection(
    options: tls.ConnectionOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const { hostname } = this.#target;
    const fail = (error: Error): void => callback?.(error, undefined as unknown as Duplex);
    openTunnel(this.#proxy, this.#target, fail, (socket) =>
      callback?.(
        null,
        tls.connect({ ...options, socket, servername: hostname, ALPNProtocols: ['http/1.1'] }),
      ),
    );
    return undefined;
  }
}

/** Calls one of the two callbacks, once. */
function openTunnel(
  { url, variable }: Proxy,
  target: URL,
  onError: (error: Error) => void,
  onOpen: (socket: tls.TLSSocket) => void,
): void {
  const address = `${target.hostname}:${target.port || 443}`;
  let isDone = false;
  const fail = (what: string, cause?: unknown): void => {
    if (isDone) return;
    isDone = true;
    const error = new Error(`the proxy ${url.host} (${variable}) ${what}`, { cause });
    onError(Object.assign(error, { code: 'PROXY_FAILED' }));
  };
  const connect = (url.protocol === 'https:' ? https.request : http.request)({
    host: url.hostname,
    port: url.port || undefined,
    method: 'CONNECT',
    path: address,
    agent: false,
    headers: { host: address, ...authorize(url) },
    timeout: CONNECT_MS,
  });
  connect.once('connect', ({ statusCode, statusMessage }, socket) => {
    if (statusCode === 200 && !isDone) {
      isDone = true;
      return onOpen(socket as tls.TLSSocket);
    }
    socket.destroy();
    const hint = statusCode === 407 ? ': put user and password into its address' : '';
    fail(`refused the connection to ${address}: ${statusCode} ${statusMessage ?? ''}${hint}`);
  });
  // A proxy that does not know CONNECT answers like a web server.
  connect.once('response', ({ statusCode }) => {
    connect.destroy();
    fail(`opens no connections to other hosts: it answered CONNECT with ${statusCode}`);
  });
  connect.once('timeout', () => connect.destroy(new Error('it did not answer')));
  connect.on('error', (cause: NodeJS.ErrnoException) =>
    fail(`cannot be reached: ${cause.code ?? cause.message}`, cause),
  );
  connect.end();
}

/** The header that names the user to the proxy; none without one in its address. */
export function authorize({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
