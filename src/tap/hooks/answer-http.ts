/** Answers a request of node:http or node:https over a socket in memory, so that Node itself parses the response. */

import { STATUS_CODES, type ClientRequest } from 'node:http';
import { Duplex } from 'node:stream';
import { deliverAnswer, type Answer } from '../exchange/deliver-answer.js';
import type { Exchange } from '../exchange/exchange.js';

/** Requests that wait for their body before they get a connection, each with what connects it. */
const held = new WeakMap<ClientRequest, () => void>();

/** Keeps a request from its agent until `answerHeld`. */
export function holdRequest(request: ClientRequest, connect: () => void): void {
  held.set(request, connect);
}

/** Answers a held request whose body is complete; without an answer it gets its connection. */
export async function answerHeld(request: ClientRequest, exchange: Exchange): Promise<void> {
  const connect = held.get(request);
  if (!connect) return;
  held.delete(request);
  try {
    const answer = await exchange.answer();
    if (answer) attach(request, new AnswerSocket(answer));
    else connect();
  } catch (error) {
    // A request without a socket reports its end when it gets one.
    request.destroy(error as Error);
    attach(request, new AnswerSocket(undefined));
  }
}

/** Reports the end of a request that was destroyed before its body was complete. */
export function endHeld(request: ClientRequest): void {
  if (held.delete(request)) attach(request, new AnswerSocket(undefined));
}

function attach(request: ClientRequest, socket: AnswerSocket): void {
  // It has the methods of a socket that a request calls.
  request.onSocket(socket as unknown as Parameters<ClientRequest['onSocket']>[0]);
}

/** Takes the request and discards it, and delivers the answer as HTTP/1.1. */
class AnswerSocket extends Duplex {
  readonly #answer: Answer | undefined;
  readonly #closed = new AbortController();
  #resume: () => void = () => {};
  #started = false;

  constructor(answer: Answer | undefined) {
    super({ allowHalfOpen: true });
    this.#answer = answer;
  }

  // What a request sets on its socket has no meaning without a network.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  override _read(): void {
    this.#resume();
    if (this.#started || !this.#answer) return;
    this.#started = true;
    void deliverAnswer(this.#answer, this.#sink(), this.#closed.signal);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#closed.abort(error ?? undefined);
    this.#resume();
    done(error);
  }

  #sink(): Parameters<typeof deliverAnswer>[1] {
    const send = (data: Uint8Array | string): Promise<void> | undefined =>
      this.push(data) ? undefined : new Promise((resolve) => (this.#resume = resolve));
    let hasHead = false;
    return {
      head(status, headers) {
        hasHead = true;
        void send(formatHead(status, headers));
      },
      piece: (data) =>
        data.length === 0
          ? undefined
          : send(Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')])),
      end: () => {
        void send('0\r\n\r\n');
        this.push(null);
      },
      // Once there is a response, the end of its connection is an error of the response, not of the request.
      fail: (error) => void this.destroy(hasHead ? undefined : (error as Error)),
    };
  }
}

function formatHead(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ ...headers, 'transfer-encoding': 'chunked', connection: 'close' });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...lines.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}`),
    '\r\n',
  ].join('\r\n');
}
