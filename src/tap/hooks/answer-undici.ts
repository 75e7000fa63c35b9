/** Answers a request of `fetch` or undici through the handler of its dispatch. */

import { STATUS_CODES } from 'node:http';
import { deliverAnswer, type Answer, type AnswerSink } from '../exchange/deliver-answer.js';
import type { Exchange } from '../exchange/exchange.js';

type Handler = Readonly<Record<string, unknown>>;

/**
 * Reads the body of a request, which `exchange` observes, and answers it; without an answer `send` gets the body as bytes.
 * `observed` is the handler that reports to the exchange.
 */
export async function answerDispatch(
  body: unknown,
  exchange: Exchange,
  observed: Handler,
  send: (body: Uint8Array | undefined) => void,
): Promise<void> {
  let answer: Answer | undefined;
  let bytes: Uint8Array | undefined;
  const client = connect(observed);
  try {
    bytes = await readBody(body);
    if (bytes) exchange.send(bytes);
    exchange.sent();
    answer = await exchange.answer();
  } catch (error) {
    return client.sink().fail(error);
  }
  if (!answer) return send(bytes);
  await deliverAnswer(answer, client.sink(), client.signal);
}

/** A body in any form that undici sends: bytes, text, a stream, a generator, a blob or a form. */
async function readBody(body: unknown): Promise<Uint8Array | undefined> {
  if (body === undefined || body === null) return undefined;
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array | string>) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  return new Uint8Array(await new Response(body as ConstructorParameters<typeof Response>[0]).arrayBuffer());
}

/** Connects a handler to an answer, in either of undici's two interfaces. */
function connect(handler: Handler): { sink: () => AnswerSink; signal: AbortSignal } {
  const gaveUp = new AbortController();
  const abort = (reason?: unknown): void => gaveUp.abort(reason);
  const isNew = typeof handler['onRequestStart'] === 'function';
  return {
    signal: gaveUp.signal,
    sink: () => (isNew ? startNew(handler, gaveUp, abort) : startOld(handler, abort)),
  };
}

function call(handler: Handler, name: string, ...args: unknown[]): unknown {
  const method = handler[name];
  return typeof method === 'function' ? (Reflect.apply(method, handler, args) as unknown) : undefined;
}

/** Undici up to 6, and `fetch`: a handler pauses by returning false. */
function startOld(handler: Handler, abort: (reason?: unknown) => void): AnswerSink {
  const gate = new Gate();
  const resume = (): void => gate.open();
  call(handler, 'onConnect', abort, null);
  call(handler, 'onResponseStarted');
  return {
    head(status, headers) {
      const raw = Object.entries(headers).flatMap((pair) => pair.map((text) => Buffer.from(text, 'latin1')));
      if (call(handler, 'onHeaders', status, raw, resume, STATUS_CODES[status] ?? '') === false) gate.close();
    },
    async piece(data) {
      await gate.opened;
      if (call(handler, 'onData', Buffer.from(data)) === false) gate.close();
    },
    end: () => void call(handler, 'onComplete', []),
    fail: (error) => void call(handler, 'onError', error),
  };
}

/** From undici 7 on: a handler pauses through a controller. */
function startNew(
  handler: Handler,
  { signal }: AbortController,
  abort: (reason?: unknown) => void,
): AnswerSink {
  const gate = new Gate();
  const controller = {
    rawHeaders: null as Buffer[] | null,
    rawTrailers: null,
    get aborted() {
      return signal.aborted;
    },
    get reason(): unknown {
      return signal.aborted ? signal.reason : null;
    },
    get paused() {
      return gate.isClosed;
    },
    pause: () => gate.close(),
    resume: () => gate.open(),
    abort,
  };
  call(handler, 'onRequestStart', controller, null);
  return {
    head(status, headers) {
      controller.rawHeaders = Object.entries(headers).flatMap((pair) =>
        pair.map((text) => Buffer.from(text, 'latin1')),
      );
      call(handler, 'onResponseStart', controller, status, { ...headers }, STATUS_CODES[status] ?? '');
    },
    async piece(data) {
      await gate.opened;
      call(handler, 'onResponseData', controller, Buffer.from(data));
    },
    end: () => void call(handler, 'onResponseEnd', controller, {}),
    fail: (error) => void call(handler, 'onResponseError', controller, error),
  };
}

/** Back-pressure: what is delivered waits while it is closed. */
class Gate {
  opened: Promise<void> | undefined;
  #open: () => void = () => {};

  get isClosed(): boolean {
    return this.opened !== undefined;
  }

  close(): void {
    this.opened ??= new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.opened = undefined;
    this.#open();
  }
}
