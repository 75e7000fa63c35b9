/** Passes a connection that is upgraded, such as a WebSocket, through to its provider. */

import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../../tap/exchange/exchange.js';
import { normalizeHeaders } from '../../tap/exchange/open-exchange.js';
import { openUpstream, type Agents } from './forward.js';

/**
 * Requests the same upgrade from the provider and connects both sockets. What passes is not read: the exchange begins with the
 * provider's consent and finishes with the connection, its usage unknown.
 */
export function tunnelUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { target, agents, exchange }: Readonly<{ target: URL; agents: Agents; exchange: Exchange | undefined }>,
): void {
  const upstream = openUpstream(request, target, agents, [
    'Connection',
    'Upgrade',
    'Upgrade',
    request.headers.upgrade ?? 'websocket',
  ]);
  exchange?.sent();
  const fail = (error?: unknown): void => {
    exchange?.fail(error);
    upstream.destroy();
    socket.destroy();
  };
  upstream.on('error', fail);
  socket.on('error', fail);
  socket.on('close', () => fail());
  upstream.on('upgrade', (answer, provider: Duplex, providerHead: Buffer) => {
    exchange?.respond(200, {});
    provider.on('error', fail);
    provider.on('close', () => fail());
    socket.write(formatHead(answer));
    if (providerHead.length > 0) socket.write(providerHead);
    if (head.length > 0) provider.write(head);
    provider.pipe(socket).pipe(provider);
  });
  // The provider refuses: its response is passed on as it is.
  upstream.on('response', (answer) => {
    exchange?.respond(answer.statusCode ?? 0, normalizeHeaders(answer.headers));
    answer.on('data', (chunk: Buffer) => exchange?.receive(chunk));
    answer.on('end', () => exchange?.finish());
    socket.write(formatHead(answer, ['Connection', 'close']));
    answer.pipe(socket);
  });
  upstream.end();
}

function formatHead(answer: IncomingMessage, more: readonly string[] = []): string {
  const status = answer.statusCode ?? 502;
  const isUpgrade = status === 101;
  const lines = [`HTTP/1.1 ${status} ${answer.statusMessage ?? STATUS_CODES[status] ?? ''}`];
  const headers = [...answer.rawHeaders, ...more];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    // Without an upgrade, the end of the connection is the end of the body.
    if (!isUpgrade && i < answer.rawHeaders.length && /^(?:transfer-encoding|connection)$/i.test(headers[i]!))
      continue;
    lines.push(`${headers[i]}: ${headers[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
