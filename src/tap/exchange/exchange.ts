/** One request on its way: passing bytes are copied to its observers. */

import type { Answer } from './deliver-answer.js';
import { BodyCopy } from './body-copy.js';
import type {
  ExchangeEnd,
  ExchangeHandle,
  ExchangeObserver,
  TapListener,
  TappedRequest,
} from './listener.js';
import { claimStep } from './step-events.js';

/** An exchange that is observed. None of its methods throws. */
export class Exchange {
  readonly #request: TappedRequest;
  readonly #now: () => number;
  readonly #observers = new Set<ExchangeObserver>();
  readonly #sent = new BodyCopy();
  readonly #received = new BodyCopy();
  #announced = false;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #firstByteMs: number | undefined;
  #lastActivityAt: number;
  #ended = false;
  #step: string | undefined;

  /** `now` is the clock of `request.startedAt`, in ms. */
  constructor(request: TappedRequest, now: () => number = () => performance.now()) {
    this.#request = request;
    this.#now = now;
    this.#lastActivityAt = request.startedAt;
    this.#step = request.step;
  }

  /** Offers the exchange to a listener. */
  offer(listener: TapListener): void {
    let observer: ExchangeObserver | undefined;
    const lastActivityAt = (): number => this.#lastActivityAt;
    const isHeld = (): boolean => this.isHeld;
    const step = (): string | undefined => this.#step;
    const handle: ExchangeHandle = {
      detach: () => {
        if (!observer || !this.#observers.has(observer)) return;
        this.#announce();
        const end = this.#describeEnd('open');
        this.#tell((each) => (each === observer ? each.onEnd(end) : undefined));
        this.#observers.delete(observer);
      },
      readBody: () => this.#received.decode(this.#headers['content-encoding']).body,
      get lastActivityAt() {
        return lastActivityAt();
      },
      get step() {
        return step();
      },
      get isAnswered() {
        return isHeld();
      },
    };
    observer = listener.onRequest(this.#request, handle);
    if (observer) this.#observers.add(observer);
  }

  get isObserved(): boolean {
    return this.#observers.size > 0;
  }

  /** Whether an observer answers the request: nothing of it may be sent before `answer` has resolved. */
  get isHeld(): boolean {
    for (const { answer } of this.#observers) if (answer) return true;
    return false;
  }

  /**
   * The response of the first observer that answers, once the request's body is complete; undefined to send the request.
   * Rejects with the error that the request is to fail with.
   */
  async answer(): Promise<Answer | undefined> {
    for (const observer of this.#observers) {
      const answer = await observer.answer?.();
      if (answer) return answer;
    }
    return undefined;
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
    this.#lastActivityAt = this.#now();
    this.#announce();
  }

  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    const { body, complete } = this.#sent.decode(this.#request.headers['content-encoding']);
    this.#step ??= complete ? claimStep(body) : undefined;
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
    this.#lastActivityAt = this.#now();
    this.#firstByteMs ??= this.#lastActivityAt - this.#request.startedAt;
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
    this.#announce();
    this.#ended = true;
    if (!this.isObserved) return;
    const end = this.#describeEnd(outcome, error);
    this.#tell((observer) => observer.onEnd(end));
    this.#observers.clear();
  }

  #describeEnd(outcome: ExchangeEnd['outcome'], error?: unknown): ExchangeEnd {
    const { body, complete } = this.#received.decode(this.#headers['content-encoding']);
    return {
      outcome,
      ...(this.#status === undefined ? {} : { status: this.#status }),
      headers: this.#headers,
      body,
      bodyComplete: complete && outcome === 'complete',
      ...(this.#firstByteMs === undefined ? {} : { firstByteMs: this.#firstByteMs }),
      ...(error === undefined ? {} : { error }),
    };
  }

  #tell(call: (observer: ExchangeObserver) => void): void {
    for (const observer of this.#observers) {
      try {
        call(observer);
      } catch {
        // Observation must not affect the program.
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
