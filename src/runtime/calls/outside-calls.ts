/** Records the calls that code of node files makes outside of any node: while it loads, or from timers and queues of its own. */

import type {
  ExchangeEnd,
  ExchangeHandle,
  ExchangeObserver,
  TappedRequest,
} from '../../tap/exchange/listener.js';
import { keepTap } from '../../tap/tap.js';
import type { SpanObserver } from '../spans/span-observer.js';
import { ExchangeRecorder } from './exchange-recorder.js';
import { observeCalls } from './observe-calls.js';

/** Requests that were sent before there was a stage to record them in. */
let waiting: WaitingExchange[] = [];
let stage: SpanObserver | undefined;
let isObserving = false;

/**
 * From now on, for as long as the process lives, records the requests to models that are sent outside of any node, in the
 * stage that runs, or in the first one that starts. For programs whose only purpose is the run: in another's process, such
 * requests are not the run's. Idempotent.
 */
export function observeOutsideCalls(): void {
  if (isObserving) return;
  isObserving = true;
  keepTap();
  observeCalls((request, exchange) => {
    if (stage) return new ExchangeRecorder(stage, request, exchange);
    const early = new WaitingExchange(request, exchange);
    waiting.push(early);
    return early;
  });
}

/** Records in this stage what is sent outside of any node until `leaveStage`. */
export function enterStage(observer: SpanObserver): void {
  if (!isObserving) return;
  stage = observer;
  const early = waiting;
  waiting = [];
  for (const each of early) each.attach(observer);
}

/** Requests that are still on their way are given a moment to end; after a failure they end with the stage. */
export function leaveStage(observer: SpanObserver, failure?: { error: unknown }): void {
  if (stage !== observer) return;
  stage = undefined;
  observer.finish(failure);
}

/** Keeps what is known of an exchange until its call can be recorded. */
class WaitingExchange implements ExchangeObserver {
  readonly #request: TappedRequest;
  readonly #exchange: ExchangeHandle;
  #passed: ((to: ExchangeObserver) => void)[] = [];
  #recorder: ExchangeObserver | undefined;

  constructor(request: TappedRequest, exchange: ExchangeHandle) {
    this.#request = request;
    this.#exchange = exchange;
  }

  attach(observer: SpanObserver): void {
    this.#recorder = new ExchangeRecorder(observer, this.#request, this.#exchange);
    for (const repeat of this.#passed) repeat(this.#recorder);
    this.#passed = [];
  }

  onRequestBody(body: Uint8Array | undefined): void {
    this.#pass((to) => to.onRequestBody(body));
  }

  onResponse(status: number, headers: Readonly<Record<string, string>>): void {
    this.#pass((to) => to.onResponse?.(status, headers));
  }

  onResponseData(chunk: Uint8Array): void {
    this.#recorder?.onResponseData?.(chunk);
  }

  onEnd(end: ExchangeEnd): void {
    this.#pass((to) => to.onEnd(end));
  }

  #pass(notify: (to: ExchangeObserver) => void): void {
    if (this.#recorder) notify(this.#recorder);
    else this.#passed.push(notify);
  }
}
