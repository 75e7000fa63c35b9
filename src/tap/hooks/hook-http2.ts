/** Observes the requests of HTTP/2 sessions. */

import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Exchange } from '../exchange/exchange.js';
import { mayBeAnswered, normalizeHeaders, openExchange } from '../exchange/open-exchange.js';
import { patchMethod, shadowMethod } from './patch.js';

/** HTTP/2's code for a stream that its client no longer wants. */
const CANCEL = 8;

/** Hooks the class of sessions as soon as one is made: `discover` is called with objects that may be one. */
export function hookHttp2(): { discover: (emitter: object) => void; undo: () => void } {
  let undo = (): void => {};
  let patched = false;
  return {
    discover(emitter) {
      const prototype = Object.getPrototypeOf(emitter) as object;
      if (
        patched ||
        prototype.constructor.name !== 'ClientHttp2Session' ||
        !Object.hasOwn(prototype, 'request')
      )
        return;
      patched = true;
      undo = patchMethod(
        prototype,
        'request',
        (original) =>
          function (this: unknown, ...args) {
            refuseHeld(this as ClientHttp2Session, args[0]);
            const stream = original.apply(this, args) as ClientHttp2Stream;
            try {
              observe(stream, this as ClientHttp2Session, args[1]);
            } catch {
              // The program must not notice.
            }
            return stream;
          },
      );
    },
    undo: () => undo(),
  };
}

function observe(stream: ClientHttp2Stream, session: ClientHttp2Session, options: unknown): void {
  const headers = (stream.sentHeaders ?? {}) as Readonly<Record<string, unknown>>;
  const exchange = open(session, headers);
  if (!exchange) return;
  observeRequest(stream, exchange, (options as { endStream?: unknown } | undefined)?.endStream === true);
  observeResponse(stream, exchange);
}

function open(session: ClientHttp2Session, headers: Readonly<Record<string, unknown>>): Exchange | undefined {
  if (headers[':method'] !== 'POST') return undefined;
  const authority = headers[':authority'] ?? headers['host'] ?? originOf(session);
  const url = `${String(headers[':scheme'] ?? 'https')}://${String(authority)}${String(headers[':path'])}`;
  return openExchange('http2', 'POST', url, () => normalizeHeaders(headers));
}

/** Throws for a request that is to be answered, which this transport cannot do, before anything of it is sent. */
function refuseHeld(session: ClientHttp2Session, headers: unknown): void {
  if (!mayBeAnswered()) return;
  const exchange = open(session, (headers ?? {}) as Readonly<Record<string, unknown>>);
  if (!exchange?.isHeld) return;
  const error = new Error('A request to a model over HTTP/2 cannot be replayed. Use a client over HTTP/1.1.');
  exchange.fail(error, false);
  throw error;
}

function originOf(session: ClientHttp2Session): string {
  const [origin] = session.originSet ?? [];
  return origin === undefined ? '' : new URL(origin).host;
}

function observeRequest(stream: ClientHttp2Stream, exchange: Exchange, endStream: boolean): void {
  if (endStream) return exchange.sent();
  shadowMethod(
    stream,
    'write',
    (original) =>
      function (this: unknown, ...args) {
        exchange.send(args[0], args[1]);
        return original.apply(this, args);
      },
  );
  shadowMethod(
    stream,
    'end',
    (original) =>
      function (this: unknown, ...args) {
        const [chunk, encoding] = args;
        if (typeof chunk !== 'function' && chunk !== undefined && chunk !== null)
          exchange.send(chunk, encoding);
        exchange.sent();
        return original.apply(this, args);
      },
  );
}

function observeResponse(stream: ClientHttp2Stream, exchange: Exchange): void {
  stream.prependListener('response', (headers: IncomingHttpHeaders & { ':status'?: number }) =>
    exchange.respond(Number(headers[':status']), normalizeHeaders(headers)),
  );
  shadowMethod(
    stream,
    'push',
    (original) =>
      function (this: unknown, ...args) {
        if (args[0] !== null) exchange.receive(args[0], args[1]);
        // A stream that the server resets with an error ends like a complete one, but for its code.
        else if (exchange.hasResponse && !stream.aborted && !stream.rstCode) exchange.finish();
        return original.apply(this, args);
      },
  );
  stream.prependListener('close', () => {
    const error: unknown = stream.errored ?? undefined;
    exchange.fail(error, error === undefined || stream.rstCode === CANCEL ? true : undefined);
  });
}
