/** Records an exchange of an observed program with a model provider as a call. */

import type {
  ExchangeEnd,
  ExchangeHandle,
  ExchangeObserver,
  TappedRequest,
} from '../../tap/exchange/listener.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import {
  recordCall,
  type CallRecorder,
  type CallResponse,
  type SeenBy,
} from '../../trace/record/record-call.js';
import { recordExchangeEnd } from '../../trace/record/record-exchange.js';
import { describeWireRequest } from '../../trace/record/wire-events.js';
import type { WireRequest } from '../../wire/wire-call.js';
import { parseWireRequest } from '../../wire/wire-request.js';
import { parseWireResponse } from '../../wire/wire-response.js';

/** Text that streams is parsed so often, in ms. */
const PROGRESS_INTERVAL_MS = 250;

/** The longest response that is parsed again and again while it streams. */
const MAX_PROGRESS_BYTES = 1024 * 1024;

/** Where and how a call is recorded. */
export type CallContext = Readonly<{
  sink: TraceSink;
  seenBy: SeenBy;
  /** The span that made the request, opened when it is needed. */
  openParent: () => number;
  /** Called when the call has finished, with the response that was recorded, if any. */
  onFinished: (finished: FinishedCall) => void;
  /** The response comes from a recording. */
  replayed?: boolean;
}>;

/** A finished call: its span, its interval in ms since the run began, and its response if there was one. */
export type FinishedCall = Readonly<{
  span: number;
  startMs: number;
  endMs: number;
  request: WireRequest;
  response: CallResponse | undefined;
}>;

/** Observes one exchange from its request to its end. */
export class ObservedExchange implements ExchangeObserver {
  readonly #head: TappedRequest;
  readonly #exchange: ExchangeHandle;
  readonly #context: CallContext;
  #request: WireRequest | undefined;
  #call: CallRecorder | undefined;
  #span = 0;
  #startMs = 0;
  #headers: Readonly<Record<string, string>> = {};
  #ok = false;
  #received = 0;
  #parsedAt = 0;
  #response: CallResponse | undefined;

  constructor(head: TappedRequest, exchange: ExchangeHandle, context: CallContext) {
    this.#head = head;
    this.#exchange = exchange;
    this.#context = context;
  }

  onRequestBody(body: Uint8Array | undefined): void {
    this.#request = parseWireRequest({ ...this.#head, body });
    if (!this.#request) return this.#exchange.detach();
    const { sink, seenBy, openParent, replayed } = this.#context;
    const parent = openParent();
    this.#startMs = sink.now();
    const recorder = recordCall(sink, {
      ...describeWireRequest(this.#request),
      parent,
      seenBy,
      ...(replayed ? { replayed } : {}),
    });
    this.#span = recorder.span;
    this.#call = {
      ...recorder,
      responded: (response) => recorder.responded((this.#response = response)),
      failed: (error, response, facts) => recorder.failed(error, (this.#response = response), facts),
    };
  }

  onResponse(status: number, headers: Readonly<Record<string, string>>): void {
    this.#ok = status === 200;
    this.#headers = headers;
  }

  onResponseData(chunk: Uint8Array): void {
    this.#received += chunk.length;
    const now = performance.now();
    const isDue = now - this.#parsedAt >= PROGRESS_INTERVAL_MS && this.#received <= MAX_PROGRESS_BYTES;
    if (!this.#call || !this.#ok || !isDue) return;
    const isFirst = this.#parsedAt === 0;
    this.#parsedAt = now;
    if (isFirst) return;
    const body = this.#exchange.readBody();
    const { text } = parseWireResponse(
      { status: 200, headers: this.#headers, body, complete: false },
      this.#request!,
    );
    if (text !== '') this.#call.progress(text);
  }

  onEnd(end: ExchangeEnd): void {
    const { sink, onFinished } = this.#context;
    if (!this.#call || !this.#request) return;
    const estimate = recordExchangeEnd(this.#call, this.#request, end, 'program');
    if (estimate) sink.settling?.(estimate);
    onFinished({
      span: this.#span,
      startMs: this.#startMs,
      endMs: sink.now(),
      request: this.#request,
      response: this.#response,
    });
  }
}
