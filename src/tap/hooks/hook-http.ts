/** Observes the requests of node:http and node:https, and of the clients built on them. */

import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { answerHeld, endHeld, holdRequest } from './answer-http.js';
import type { Exchange } from '../exchange/exchange.js';
import {
  mayBeAnswered,
  mayBeAnyRequest,
  mayBeModelRequest,
  normalizeHeaders,
  openExchange,
} from '../exchange/open-exchange.js';
import { patchMethod, shadowMethod, type Method } from './patch.js';

/** Requests that were looked at; null for those that no listener wants. */
const exchanges = new WeakMap<ClientRequest, Exchange | null>();

/** Hooks all requests, from any code and regardless of when its module was loaded. Returns the function that restores the originals. */
export function hookHttp(): { discover: (emitter: object) => void; undo: () => void } {
  const { prototype } = http.ClientRequest;
  const agents = new Set<object>();
  const undos: (() => void)[] = [];
  /** Agents of a class of their own may override how a request gets its connection. */
  const discover = (emitter: object): void => {
    for (
      let each = Object.getPrototypeOf(emitter) as object | null;
      each;
      each = Object.getPrototypeOf(each) as object | null
    ) {
      if (agents.has(each) || !Object.hasOwn(each, 'addRequest')) continue;
      agents.add(each);
      undos.push(patchMethod(each, 'addRequest', holdAnswered));
    }
  };
  discover(http.globalAgent);
  undos.push(
    patchMethod(
      prototype,
      'write',
      (original) =>
        function (this: unknown, ...args) {
          exchangeOf(this as ClientRequest)?.send(args[0], args[1]);
          return original.apply(this, args);
        },
    ),
    patchMethod(
      prototype,
      'end',
      (original) =>
        function (this: unknown, ...args) {
          const exchange = exchangeOf(this as ClientRequest);
          if (exchange) {
            const [chunk, encoding] = args;
            if (typeof chunk !== 'function' && chunk !== undefined && chunk !== null)
              exchange.send(chunk, encoding);
            exchange.sent();
          }
          const result = original.apply(this, args);
          if (exchange?.isHeld) void answerHeld(this as ClientRequest, exchange);
          return result;
        },
    ),
    patchMethod(
      prototype,
      'emit',
      (original) =>
        function (this: unknown, ...args) {
          const exchange = exchanges.get(this as ClientRequest);
          if (exchange) onEvent(exchange, this as ClientRequest, args);
          return original.apply(this, args);
        },
    ),
    patchMethod(
      prototype,
      'destroy',
      (original) =>
        function (this: unknown, ...args) {
          const exchange = exchanges.get(this as ClientRequest);
          // A request without a response that is destroyed by anyone but its connection was given up.
          if (exchange && !(this as ClientRequest).destroyed && args[0] === undefined)
            abandoned.add(exchange);
          const result = original.apply(this, args);
          if (exchange) endHeld(this as ClientRequest);
          return result;
        },
    ),
  );
  return {
    discover,
    undo() {
      for (const undo of undos) undo();
    },
  };
}

/** A request that is answered gets no connection: its agent is called only if there is no answer. */
function holdAnswered(original: Method): Method {
  return function (this: unknown, ...args) {
    const request = args[0] as ClientRequest;
    const connect = (): unknown => original.apply(this, args);
    if (!mayBeAnswered() || connecting.has(request) || !exchangeOf(request)?.isHeld) return connect();
    connecting.add(request);
    holdRequest(request, connect);
    return undefined;
  };
}

/** Requests that were held: an agent calls the method of the class that it extends in turn. */
const connecting = new WeakSet<ClientRequest>();

const abandoned = new WeakSet<Exchange>();

function exchangeOf(request: ClientRequest): Exchange | null {
  const known = exchanges.get(request);
  if (known !== undefined) return known;
  const exchange = mayBeModelRequest(request.method) ? (open(request) ?? null) : null;
  exchanges.set(request, exchange);
  return exchange;
}

function open(request: ClientRequest): Exchange | undefined {
  const isPlain = request.method !== 'POST' && request.getHeader('upgrade') === undefined;
  if (isPlain && !mayBeAnyRequest()) return undefined;
  const host = request.getHeader('host') ?? request.host;
  const url = /^[a-z]+:\/\//i.test(request.path)
    ? request.path
    : `${request.protocol}//${String(host)}${request.path}`;
  return openExchange('http', request.method, url, () => normalizeHeaders(request.getHeaders()), isPlain);
}

function onEvent(exchange: Exchange, request: ClientRequest, [event, value]: readonly unknown[]): void {
  switch (event) {
    case 'response':
      return observeResponse(exchange, value as IncomingMessage);
    case 'upgrade':
      exchange.respond(200, {});
      return exchange.fail(undefined);
    case 'error':
      return exchange.fail(value, abandoned.has(exchange) || undefined);
    case 'close':
      return onClose(exchange, request);
  }
}

/** Response chunks are pushed as they arrive, whether or not they are read. */
function observeResponse(exchange: Exchange, response: IncomingMessage): void {
  exchange.respond(response.statusCode ?? 0, normalizeHeaders(response.headers));
  shadowMethod(
    response,
    'push',
    (original) =>
      function (this: unknown, ...args) {
        if (args[0] !== null) exchange.receive(args[0], args[1]);
        else if (response.complete) exchange.finish();
        return original.apply(this, args);
      },
  );
  shadowMethod(
    response,
    'destroy',
    (original) =>
      function (this: unknown, ...args) {
        // A connection that ends destroys the response in turn.
        if (!response.complete && response.socket?.destroyed === false) abandoned.add(exchange);
        return original.apply(this, args);
      },
  );
}

function onClose(exchange: Exchange, { res }: ClientRequest & { res?: IncomingMessage }): void {
  if (res?.complete === true) exchange.finish();
  else exchange.fail(res?.errored ?? undefined, abandoned.has(exchange) || undefined);
}
