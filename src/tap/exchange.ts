/** One request on its way: what passes is copied, and its observers are told. */

import { BodyCopy } from './body-copy.js';
import type { ExchangeEnd, ExchangeObserver, TappedRequest } from './listener.js';

/** An exchange with observers. None of its methods throws. */
export class Exchange {
  readonly #request: TappedRequest;
  readonly #observers: readonly ExchangeObserver[];
  readonly #sent = new BodyCopy();
  readonly #received = new BodyCopy();
  #announced = false;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #firstByteMs: number | undefined;
  #ended = false;

  constructor(request: TappedRequest, observers: readonly ExchangeObserver[]) {
    this.#request = request;
    this.#observers = observers;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The bytes of the request's body that were seen so far. */
  get sentBytes(): number {
    return this.#sent.length;
  }

  get hasResponse(): boolean {
    return this.#status !== undefined;
  }

  /** A piece of the request's body. */
  send(chunk: unknown, encoding?: unknown): void {
    if (!this.#announced) this.#sent.add(chunk, encoding);
  }

  /** The request's body is complete. */
  sent(): void {
    if (this.#announced) return;
    this.#announced = true;
    const { body, complete } = this.#sent.decode(this.#request.headers['content-encoding']);
    this.#tell((observer) => observer.onRequestBody(complete ? body : undefined));
  }

  respond(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.#ended || status < 200) return;
    this.sent();
    this.#status = status;
    this.#headers = headers;
    this.#tell((observer) => observer.onResponse?.(status, headers));
  }

  /** A piece of the response's body. */
  receive(chunk: unknown, encoding?: unknown): void {
    if (this.#ended) return;
    this.#firstByteMs ??= performance.now() - this.#request.startedAt;
    this.#received.add(chunk, encoding);
    if (chunk instanceof Uint8Array) this.#tell((observer) => observer.onResponseData?.(chunk));
  }

  /** The response is complete. */
  finish(): void {
    this.#end(this.#status === undefined ? 'failed' : 'complete');
  }

  /** The exchange ends before that. */
  fail(error: unknown, abandoned = isAbort(error)): void {
    this.#end(abandoned ? 'abandoned' : this.#status === undefined ? 'failed' : 'cut', error);
  }

  #end(outcome: ExchangeEnd['outcome'], error?: unknown): void {
    if (this.#ended) return;
    this.sent();
    this.#ended = true;
    const { body, complete } = this.#received.decode(this.#headers['content-encoding']);
    const end: ExchangeEnd = {
      outcome,
      ...(this.#status === undefined ? {} : { status: this.#status }),
      headers: this.#headers,
      body,
      bodyComplete: complete && outcome === 'complete',
      ...(this.#firstByteMs === undefined ? {} : { firstByteMs: this.#firstByteMs }),
      ...(error === undefined ? {} : { error }),
    };
    this.#tell((observer) => observer.onEnd(end));
  }

  #tell(call: (observer: ExchangeObserver) => void): void {
    for (const observer of this.#observers) {
      try {
        call(observer);
      } catch {
        // The program must not notice that somebody listens.
      }
    }
  }
}

/** Whether an error is the program's own doing: an AbortSignal, or a body that was cancelled. */
function isAbort(error: unknown): boolean {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    code?: unknown;
  };
  return (
    name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR' || code === 'UND_ERR_ABORTED'
  );
}
