/** A server that only programs of this machine can reach, and web pages cannot. */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the server does with the requests that it accepts; `path` is without the secret. */
export type LoopbackHandler = Readonly<{
  request(path: string, request: IncomingMessage, response: ServerResponse): void;
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}>;

export type LoopbackServer = Readonly<{
  /** `http://127.0.0.1:<port>`, with the secret as its path if there is one. */
  url: string;
  port: number;
  /** Waits until the clients have closed their connections, at most this long, in ms: the requests of one that has exited are handled. */
  drain(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}>;

/**
 * Listens on 127.0.0.1; port 0 is any free one. Rejects with the system's error if the port is in use. A name that resolves to this
 * machine is no way in (DNS rebinding): the Host header must be a loopback address with the port. With a `secret`, all other
 * paths are not found.
 */
export async function listenOnLoopback(
  handler: LoopbackHandler,
  { port = 0, secret }: Readonly<{ port?: number; secret?: string }> = {},
): Promise<LoopbackServer> {
  // A model may think for longer than Node's limits for a request.
  const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  server.timeout = 0;
  const prefix = secret === undefined ? '' : `/${secret}`;
  const pathOf = (request: IncomingMessage): string | undefined => {
    const { url = '' } = request;
    return url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : undefined;
  };
  server.on('request', (request, response) => {
    if (!isLocal(request, boundPort(server))) return reject(request, response, 403, 'Not a local address.');
    const path = pathOf(request);
    if (path === undefined) return reject(request, response, 404, 'Not found.');
    handler.request(path, request, response);
  });
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const path = isLocal(request, boundPort(server)) ? pathOf(request) : undefined;
    if (path === undefined) socket.destroy();
    else handler.upgrade(path, request, socket, head);
  });
  const sockets = new Set<Socket>();
  let notifyDrained = (): void => {};
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) notifyDrained();
    });
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${boundPort(server)}${prefix}`,
    port: boundPort(server),
    async drain(timeoutMs) {
      if (sockets.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        notifyDrained = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function boundPort(server: http.Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

/** A browser names the page that sends a request; a page of this machine is as good as a program. */
function isLocal(request: IncomingMessage, port: number): boolean {
  const { host, origin } = request.headers;
  const local = (name: string): boolean =>
    ['127.0.0.1', 'localhost', '[::1]'].some((each) => name === `${each}:${port}` || name === each);
  if (host === undefined || !local(host)) return false;
  return origin === undefined || /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(origin);
}

function reject(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  request.resume();
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${message}\n`);
}
