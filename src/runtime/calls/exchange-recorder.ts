/** Records one exchange of a node's own client with a model as a call of that node. */

import type {
  ExchangeEnd,
  ExchangeHandle,
  ExchangeObserver,
  TappedRequest,
} from '../../tap/exchange/listener.js';
import { recordExchangeEnd } from '../../trace/record/record-exchange.js';
import { describeWireRequest } from '../../trace/record/wire-events.js';
import type { WireRequest } from '../../wire/wire-call.js';
import { parseWireRequest } from '../../wire/wire-request.js';
import { parseWireResponse } from '../../wire/wire-response.js';
import type { OpenExchange, SpanObserver } from '../spans/span-observer.js';
import { findNodeStep } from '../spans/node-steps.js';
import type { TrackedCall } from '../spans/tracked-call.js';

/** How long nothing may come of a response that a finished node has begun to read. */
const IDLE_MS = 1000;

/** The same before there is any response: models think for long, but a node that has finished does not wait for it. */
const SILENT_MS = 10_000;

/** Text that streams is looked at so often. */
const PROGRESS_INTERVAL_MS = 250;

/** The longest text that is parsed again and again while it streams. */
const MAX_PROGRESS_BYTES = 1024 * 1024;

export class ExchangeRecorder implements ExchangeObserver, OpenExchange {
  readonly settled: Promise<void>;
  #settle: () => void = () => {};
  readonly #caller: SpanObserver;
  readonly #guessed: boolean;
  /** The span that was open when the request was sent. */
  readonly #span: number;
  readonly #head: TappedRequest;
  readonly #exchange: ExchangeHandle;
  #request: WireRequest | undefined;
  #call: TrackedCall | undefined;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #received = 0;
  #looked = 0;

  constructor(context: SpanObserver, head: TappedRequest, exchange: ExchangeHandle) {
    const { observer, guessed } = context.caller;
    this.#caller = observer;
    this.#guessed = guessed;
    this.#span = observer.span;
    this.#head = head;
    this.#exchange = exchange;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
    observer.trackExchange(this);
  }

  onRequestBody(body: Uint8Array | undefined): void {
    this.#request = parseWireRequest({ ...this.#head, body });
    if (!this.#request) return this.#exchange.detach();
    this.#call = this.#caller.startCall({
      ...describeWireRequest(this.#request),
      parent: findNodeStep(this.#exchange.step) ?? this.#span,
      seenBy: 'tap',
      ...(this.#exchange.isAnswered ? { replayed: true } : {}),
      ...(this.#guessed ? { attribution: 'guessed' } : {}),
    });
  }

  onResponse(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(chunk: Uint8Array): void {
    this.#received += chunk.length;
    const now = performance.now();
    if (!this.#call || this.#received > MAX_PROGRESS_BYTES || now - this.#looked < PROGRESS_INTERVAL_MS)
      return;
    const isFirst = this.#looked === 0;
    this.#looked = now;
    if (!isFirst && this.#status === 200) this.#showProgress(this.#call, this.#request!);
  }

  #showProgress(call: TrackedCall, request: WireRequest): void {
    const body = this.#exchange.readBody();
    const { text } = parseWireResponse(
      { status: 200, headers: this.#headers, body, complete: false },
      request,
    );
    if (text !== '') call.progress(text);
  }

  onEnd(end: ExchangeEnd): void {
    const estimating =
      this.#call && this.#request ? recordExchangeEnd(this.#call, this.#request, end, 'node') : undefined;
    if (estimating) void estimating.then(this.#settle, this.#settle);
    else this.#settle();
  }

  abandon(): void {
    this.#exchange.detach();
  }

  abandonWhenIdle(): void {
    const limit = this.#status === undefined ? SILENT_MS : IDLE_MS;
    const left = limit - (performance.now() - this.#exchange.lastActivityAt);
    if (left <= 0) return this.abandon();
    const timer = setTimeout(() => this.abandonWhenIdle(), left);
    void this.settled.then(() => clearTimeout(timer));
  }
}
