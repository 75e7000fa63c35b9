/** Records one exchange of a node's own client with a model as a call of that node. */

import { PflowError } from '../../lib/error.js';
import type { ExchangeEnd, ExchangeHandle, ExchangeObserver, TappedRequest } from '../../tap/listener.js';
import type { CallResponse } from '../../trace/record/record-call.js';
import { describeWireRequest, describeWireResponse } from '../../trace/record/wire-events.js';
import { estimateUsage, estimateUsageByLength } from '../../usage/estimate.js';
import type { Usage } from '../../usage/record/usage.js';
import type { WireRequest, WireResponse } from '../../wire/wire-call.js';
import { parseWireRequest } from '../../wire/wire-request.js';
import { parseWireResponse } from '../../wire/wire-response.js';
import type { OpenExchange, SpanObserver } from '../spans/span-observer.js';
import type { TrackedCall } from '../spans/tracked-call.js';
import { explainMissingUsage, textOfCall } from './missing-usage.js';

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
      parent: this.#span,
      seenBy: 'tap',
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
    const estimating = this.#call && this.#request ? record(this.#call, this.#request, end) : undefined;
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

/** Ends the call as the exchange ended. The promise is that of an estimate. */
function record(call: TrackedCall, request: WireRequest, end: ExchangeEnd): Promise<void> | undefined {
  const { status, headers, body, bodyComplete, firstByteMs, outcome } = end;
  if (status === undefined) {
    call.failed(explainEnd(end, request), wasSent(end) ? lostResponse(request) : undefined);
    return undefined;
  }
  const parsed = parseWireResponse({ status, headers, body, complete: bodyComplete }, request);
  if (status < 200 || status >= 300) {
    const { requestId } = parsed;
    const facts = { httpStatus: status, ...(requestId === undefined ? {} : { requestId }) };
    call.failed(refusal(parsed, request), undefined, facts);
    return undefined;
  }
  const response = withUsageNote(describeWireResponse(parsed, request, firstByteMs), parsed, request);
  if (parsed.error) call.failed(refusal(parsed, request), response);
  else if (!parsed.incomplete) call.responded(response);
  else
    call.failed(
      outcome === 'complete' ? brokenOff(parsed, request, headers) : explainEnd(end, request),
      response,
    );
  return estimate(call, parsed, request, outcome);
}

function withUsageNote(response: CallResponse, parsed: WireResponse, request: WireRequest): CallResponse {
  const usageNote = explainMissingUsage(parsed, request);
  return usageNote === undefined ? response : { ...response, usageNote };
}

/**
 * The usage of a stream that reported none: what came of it was paid for. By a tokenizer, which takes a while to load; one
 * that was given up is not waited for, so it is estimated by its length.
 */
function estimate(
  call: TrackedCall,
  response: WireResponse,
  request: WireRequest,
  outcome: ExchangeEnd['outcome'],
): Promise<void> | undefined {
  if (response.usage !== null || !request.stream || response.error) return undefined;
  const { input, output } = textOfCall(request, response);
  if (output === '') return undefined;
  const usageNote = explainMissingUsage(response, request);
  const amend = (usage: Usage): void =>
    call.amendUsage({
      usage: response.incomplete ? { ...usage, incomplete: true } : usage,
      usageOrigin: 'estimated',
      ...(usageNote === undefined ? {} : { usageNote }),
    });
  if (outcome === 'open' || outcome === 'abandoned') {
    amend(estimateUsageByLength(input, output));
    return undefined;
  }
  return estimateUsage(input, output, response.model ?? request.model ?? '').then(amend);
}

/** A response that was lost: what it used is not known, which is not nothing. */
function lostResponse({ model = 'unknown' }: WireRequest): CallResponse {
  return {
    text: '',
    model,
    usage: null,
    usageOrigin: 'none',
    incomplete: true,
    usageNote: 'No response was received.',
  };
}

/** Errors of a request that did not reach anybody. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function wasSent({ error }: ExchangeEnd): boolean {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return !unsent.has(String(code));
}

function sellerOf({ knownHost, provider, host }: WireRequest): string {
  return knownHost ? provider : host;
}

function refusal({ status, error }: WireResponse, request: WireRequest): PflowError {
  const code = status === 401 || status === 403 || status === 429 ? 'llm_refused' : 'llm_failed';
  const prefix = status >= 200 && status < 300 ? 'An error' : String(status);
  return new PflowError(
    code,
    `${prefix} from ${sellerOf(request)}: ${error?.message ?? 'no reason was given'}`,
  );
}

function brokenOff(
  { text, status }: WireResponse,
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
): PflowError {
  const seller = sellerOf(request);
  const type = headers['content-type'] ?? '';
  const message = /html/i.test(type)
    ? `${seller} answered ${status} with ${type.split(';')[0]}, which is no answer of a model.`
    : `${seller} broke off its answer after ${text.length} characters.`;
  return new PflowError('llm_failed', message);
}

function explainEnd({ outcome, error, status }: ExchangeEnd, request: WireRequest): unknown {
  const seller = sellerOf(request);
  const during = status === undefined ? 'before an answer came' : 'during the answer';
  switch (outcome) {
    case 'abandoned':
      return new PflowError('cancelled', `The request to ${seller} was cancelled ${during}.`, {
        cause: error,
      });
    case 'open':
      return new PflowError('cancelled', `The node finished ${during} of ${seller}.`);
    default:
      return error ?? new PflowError('llm_failed', `The connection to ${seller} ended ${during}.`);
  }
}
