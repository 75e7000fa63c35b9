/** Observes the requests of `fetch` and of undici: at the dispatchers of every copy of undici in the process. */

import type { Exchange } from '../exchange/exchange.js';
import {
  mayBeAnyRequest,
  mayBeModelRequest,
  normalizeHeaders,
  openExchange,
} from '../exchange/open-exchange.js';
import { answerDispatch } from './answer-undici.js';
import { patchMethod } from './patch.js';

/** Undici keeps the dispatcher that all its copies share here, under one of these. */
const globalDispatchers = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

type Options = Readonly<{
  method?: unknown;
  origin?: unknown;
  path?: unknown;
  headers?: unknown;
  body?: unknown;
  upgrade?: unknown;
}>;
type Handler = Record<string, unknown>;
type Dispatch = (this: unknown, ...args: unknown[]) => unknown;

/** Hooks the dispatchers that there are. Those that are made later come through `discover`. */
export function hookUndici(): { discover: (emitter: object) => void; undo: () => void } {
  const patched = new Map<object, () => void>();
  const discover = (emitter: object): void => {
    const prototype = typeof Reflect.get(emitter, 'dispatch') === 'function' ? baseOf(emitter) : undefined;
    if (prototype && !patched.has(prototype))
      patched.set(prototype, patchMethod(prototype, 'dispatch', wrapDispatch));
  };
  for (const key of globalDispatchers) {
    const dispatcher: unknown = Reflect.get(globalThis, key);
    if (typeof dispatcher === 'object' && dispatcher !== null) discover(dispatcher);
  }
  return {
    discover,
    undo() {
      for (const undo of patched.values()) undo();
    },
  };
}

/**
 * The class from which all dispatchers of one copy of undici that open connections inherit (DispatcherBase). Those that only
 * pass a request on to another, such as a RetryAgent, do not: each attempt is to be seen.
 */
function baseOf(dispatcher: object): object | undefined {
  for (
    let each = Object.getPrototypeOf(dispatcher) as object | null;
    each;
    each = Object.getPrototypeOf(each) as object | null
  ) {
    if (Object.hasOwn(each, 'dispatch') && Object.getOwnPropertyDescriptor(each, 'destroyed')?.get)
      return each;
  }
  return undefined;
}

/** Handlers through which a request is observed: an agent hands its request on to a pool, and that to a client. */
const observing = new WeakSet<object>();

/** The request that is being dispatched, while it passes from one dispatcher to the next. */
let dispatching: Options | undefined;

const wrapDispatch = (original: Dispatch): Dispatch =>
  function (this: unknown, ...args) {
    const [options, handler] = args as [Options | null, Handler | null];
    if (!options || !handler || !mayBeModelRequest(options.method) || isPassedOn(options, handler)) {
      return original.apply(this, args);
    }
    const outer = dispatching;
    dispatching = options;
    try {
      const exchange = open(this, options);
      if (!exchange) return original.apply(this, args);
      if (exchange.isHeld) {
        const observed = observeHandler(handler, exchange, true);
        const send = (body: unknown): unknown => original.call(this, { ...options, body }, observed);
        void answerDispatch(options.body, exchange, observed, send);
        return true;
      }
      const observed = observeBody(options, exchange);
      return original.call(this, observed, observeHandler(handler, exchange, observed !== options));
    } finally {
      dispatching = outer;
    }
  };

function isPassedOn(options: Options, handler: Handler): boolean {
  if (observing.has(handler)) return true;
  return (
    dispatching !== undefined && dispatching.method === options.method && dispatching.path === options.path
  );
}

function open(
  dispatcher: unknown,
  { method, origin, path, headers, upgrade }: Options,
): Exchange | undefined {
  const isPlain = method !== 'POST' && (upgrade === undefined || upgrade === null || upgrade === false);
  if (isPlain && !mayBeAnyRequest()) return undefined;
  if (typeof path !== 'string') return undefined;
  const url = /^[a-z]+:\/\//i.test(path) ? path : `${originOf(dispatcher, origin)}${path}`;
  return openExchange('undici', String(method), url, () => normalizeHeaders(headers), isPlain);
}

/** A client of one origin need not be given it again; it keeps it under a symbol of its own. */
function originOf(dispatcher: unknown, origin: unknown): string {
  if (typeof origin === 'string') return origin.replace(/\/$/, '');
  if (origin instanceof URL) return origin.origin;
  for (const key of Object.getOwnPropertySymbols(dispatcher as object)) {
    const value: unknown = key.description === 'url' ? Reflect.get(dispatcher as object, key) : undefined;
    if (value instanceof URL) return value.origin;
  }
  return '';
}

/**
 * Copies the body. Bytes and text are there at once. `fetch` hands over a generator: it is wrapped, and where the length of
 * the body is known, its first chunk is requested immediately, so that the model is known even if no connection comes about. Of
 * anything else (streams, forms, blobs) the handler receives the chunks that are sent.
 */
function observeBody(options: Options, exchange: Exchange): Options {
  const { body } = options;
  if (body === undefined || body === null) {
    exchange.sent();
    return options;
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    exchange.send(body);
    exchange.sent();
    return options;
  }
  if (!isGenerator(body)) return options;
  const length = Number(normalizeHeaders(options.headers)['content-length']);
  return { ...options, body: observeGenerator(body, exchange, length) };
}

function isGenerator(body: unknown): body is AsyncGenerator<unknown> {
  return Object.prototype.toString.call(body) === '[object AsyncGenerator]';
}

function observeGenerator(
  body: AsyncGenerator<unknown>,
  exchange: Exchange,
  length: number,
): AsyncGenerator<unknown> {
  const pull = async (): Promise<IteratorResult<unknown>> => {
    const result = await body.next();
    if (!result.done) exchange.send(result.value);
    if (result.done === true || exchange.sentBytes >= length) exchange.sent();
    return result;
  };
  let ahead = length > 0 ? pull() : undefined;
  // It is awaited by the code that sends the body; without a connection, by no code.
  ahead?.catch(() => {});
  const observed = {
    next() {
      const result = ahead ?? pull();
      ahead = undefined;
      return result;
    },
    return: (value: unknown) => body.return(value),
    throw: (error: unknown) => body.throw(error),
    [Symbol.asyncIterator]: () => observed,
  };
  return observed as AsyncGenerator<unknown>;
}

/** What the methods of a handler tell, in both of undici's interfaces. */
const observations: Readonly<Record<string, (exchange: Exchange, args: readonly unknown[]) => void>> = {
  onBodySent: (exchange, [chunk]) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) exchange.send(chunk);
  },
  onRequestSent: (exchange) => exchange.sent(),
  onHeaders: (exchange, [status, headers]) => exchange.respond(Number(status), normalizeHeaders(headers)),
  onData: (exchange, [chunk]) => exchange.receive(chunk),
  onComplete: (exchange) => exchange.finish(),
  onError: (exchange, [error]) => exchange.fail(error),
  onUpgrade: (exchange) => endUpgraded(exchange),
  onResponseStart: (exchange, [, status, headers]) =>
    exchange.respond(Number(status), normalizeHeaders(headers)),
  onResponseData: (exchange, [, chunk]) => exchange.receive(chunk),
  onResponseEnd: (exchange) => exchange.finish(),
  onResponseError: (exchange, [, error]) => exchange.fail(error),
  onRequestUpgrade: (exchange) => endUpgraded(exchange),
};

/** What passes over an upgraded connection is not HTTP. */
function endUpgraded(exchange: Exchange): void {
  exchange.respond(200, {});
  exchange.fail(undefined);
}

/** `bodyObserved`: its pieces are copied elsewhere. */
function observeHandler(handler: Handler, exchange: Exchange, bodyObserved: boolean): Handler {
  const observed: Record<string, unknown> = {};
  for (const name of methodNames(handler)) {
    observed[name] = (...args: unknown[]) => {
      if (!bodyObserved || name !== 'onBodySent') observations[name]?.(exchange, args);
      // What the program does within a callback is a request of its own.
      const outer = dispatching;
      dispatching = undefined;
      try {
        const method = handler[name];
        return typeof method === 'function' ? (Reflect.apply(method, handler, args) as unknown) : undefined;
      } finally {
        dispatching = outer;
      }
    };
  }
  for (const name of bodyObserved ? [] : ['onBodySent', 'onRequestSent']) {
    observed[name] ??= (...args: unknown[]) => observations[name]!(exchange, args);
  }
  observing.add(observed);
  return observed;
}

function methodNames(handler: object): Set<string> {
  const names = new Set<string>();
  for (
    let each: object | null = handler;
    each && each !== Object.prototype;
    each = Object.getPrototypeOf(each) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(each)) {
      const descriptor = Object.getOwnPropertyDescriptor(each, name);
      if (name !== 'constructor' && typeof descriptor?.value === 'function') names.add(name);
    }
  }
  return names;
}
