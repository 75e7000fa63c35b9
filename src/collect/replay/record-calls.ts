/** Records requests to models and their responses in a file: those that the tap of this process sees, or those of an observed program. */

import { appendFileSync, chmodSync, existsSync, writeFileSync } from 'node:fs';
import { messageOf, PflowError } from '../../lib/error.js';
import { pflowVersion } from '../../lib/version.js';
import type {
  ExchangeEnd,
  ExchangeHandle,
  ExchangeObserver,
  TapListener,
  TappedRequest,
} from '../../tap/exchange/listener.js';
import { tapRequests } from '../../tap/tap.js';
import type { Redactor } from '../../trace/redact/redact.js';
import { parseWireRequest } from '../../wire/wire-request.js';
import { parseWireResponse } from '../../wire/wire-response.js';
import {
  createHead,
  isCallFile,
  type RecordedCall,
  type RecordedModel,
  type RecordedPiece,
} from './call-file.js';
import { normalizeRequest } from './normalize-request.js';
import { redactPieces } from './redact-body.js';

export type CallFileWriter = Readonly<{
  /** Observes the calls that are recorded. `now` is the clock of `request.startedAt` of the requests offered to it, in ms. */
  listen(now?: () => number): TapListener;
  /** Records the model that the run has chosen. */
  choose(model: RecordedModel): void;
  /** The number of calls that the file has. */
  count(): number;
}>;

export type CallRecorder = Omit<CallFileWriter, 'listen'> & Readonly<{ stop(): void }>;

type RecordOptions = Readonly<{
  keys: readonly string[];
  redactor: Redactor;
  onWarning: (message: string) => void;
}>;

/** As `openCallFile`, for the calls that this process makes from now on. */
export function recordCalls(path: string, options: RecordOptions): CallRecorder {
  const { listen, ...file } = openCallFile(path, options);
  return { ...file, stop: tapRequests(listen()) };
}

/**
 * Opens a file to which each call is appended when it has ended; an earlier recording there is replaced. Throws a PflowError if
 * the file holds something else or cannot be written.
 */
export function openCallFile(path: string, options: RecordOptions): CallFileWriter {
  const { keys, redactor, onWarning } = options;
  const head = createHead({ pflow: pflowVersion(), keys });
  start(path, JSON.stringify(head));
  let count = 0;
  let written = 0;
  let failed = false;
  const append = (line: object): void => {
    if (failed) return;
    try {
      appendFileSync(path, `${JSON.stringify(line)}\n`);
    } catch (error) {
      failed = true;
      onWarning(`The calls are no longer recorded: ${messageOf(error)}. The run continues.`);
    }
  };
  const write = (call: number, recorded: Observed): void => {
    const line = describeCall(call, recorded, redactor);
    if (!line)
      return onWarning(`Call ${call} is not recorded: its response contains a secret that cannot be masked.`);
    append(line);
    written++;
  };
  return {
    choose: (model) => append({ ...head, model }),
    count: () => written,
    listen: (now = () => performance.now()) => ({
      onRequest(request, exchange) {
        if (request.method !== 'POST') return undefined;
        const call = ++count;
        return new CallObserver({ request, exchange, now }, (recorded) => write(call, recorded));
      },
    }),
  };
}

function start(path: string, head: string): void {
  if (existsSync(path) && !isCallFile(path)) {
    throw new PflowError('usage', `'${path}' exists and holds no recorded calls, so it is not replaced.`, {
      hint: 'Name another file for --record.',
    });
  }
  try {
    writeFileSync(path, `${head}\n`, { mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new PflowError('usage', `The calls cannot be recorded: ${messageOf(cause)}.`, { cause });
  }
}

/** A piece of the body ends here: at this time, so many bytes without content encoding had come. */
type Mark = Readonly<{ ms: number; length: number }>;

type Observed = Readonly<{
  request: TappedRequest & { body: Uint8Array | undefined };
  headMs: number;
  marks: readonly Mark[];
  end: ExchangeEnd & { status: number };
  endMs: number;
}>;

/** Pieces that arrive within so many ms are recorded as one. */
const MIN_PIECE_MS = 5;

class CallObserver implements ExchangeObserver {
  readonly #request: TappedRequest;
  readonly #exchange: ExchangeHandle;
  readonly #clock: () => number;
  readonly #onEnd: (observed: Observed) => void;
  #body: Uint8Array | undefined;
  #isEncoded = false;
  #headMs = 0;
  #received = 0;
  readonly #marks: Mark[] = [];

  constructor(
    {
      request,
      exchange,
      now,
    }: Readonly<{ request: TappedRequest; exchange: ExchangeHandle; now: () => number }>,
    onEnd: (observed: Observed) => void,
  ) {
    this.#request = request;
    this.#exchange = exchange;
    this.#clock = now;
    this.#onEnd = onEnd;
  }

  onRequestBody(body: Uint8Array | undefined): void {
    this.#body = body;
  }

  onResponse(_status: number, headers: Readonly<Record<string, string>>): void {
    this.#isEncoded = (headers['content-encoding'] ?? 'identity') !== 'identity';
    this.#headMs = this.#now();
  }

  onResponseData(chunk: Uint8Array): void {
    this.#received += chunk.length;
    const ms = this.#now();
    const last = this.#marks.at(-1);
    if (last && ms - last.ms < MIN_PIECE_MS) {
      if (!this.#isEncoded) this.#marks[this.#marks.length - 1] = { ms: last.ms, length: this.#received };
      return;
    }
    const length = this.#isEncoded ? this.#exchange.readBody().length : this.#received;
    this.#marks.push({ ms, length });
  }

  onEnd(end: ExchangeEnd): void {
    const { status } = end;
    if (status === undefined) return;
    this.#onEnd({
      request: { ...this.#request, body: this.#body },
      headMs: this.#headMs,
      marks: this.#marks,
      end: { ...end, status },
      endMs: this.#now(),
    });
  }

  #now(): number {
    return Math.round((this.#clock() - this.#request.startedAt) * 10) / 10;
  }
}

/** Headers that clients read, without those that identify an account. */
const KEPT_HEADERS =
  /^(?:content-type|retry-after(?:-ms)?|x-should-retry|server|x-powered-by|(?:x-)?request-id|x-amzn-requestid|x-amzn-bedrock-.*|x-litellm-response-cost|x-ratelimit-.*|anthropic-ratelimit-.*)$/;

/** A call as it is recorded; undefined if a secret of its response cannot be masked. */
function describeCall(
  call: number,
  { request, headMs, marks, end, endMs }: Observed,
  redactor: Redactor,
): RecordedCall | undefined {
  const pieces = splitPieces(end, marks, headMs, redactor);
  if (!pieces || !isMaskable(request, end, pieces, redactor)) return undefined;
  const headers = Object.entries(end.headers).filter(([name]) => KEPT_HEADERS.test(name));
  const lastMs = Math.max(headMs, marks.at(-1)?.ms ?? 0);
  return {
    call,
    request: normalizeRequest(request, redactor),
    status: end.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, redactor.text(value)])),
    headMs,
    pieces,
    ...(end.outcome === 'complete' ? {} : { cutMs: round(Math.max(0, endMs - lastMs)) }),
  };
}

function splitPieces(
  { body }: ExchangeEnd,
  marks: readonly Mark[],
  headMs: number,
  redactor: Redactor,
): readonly RecordedPiece[] {
  const bytes = Buffer.from(body);
  const isText = Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
  let from = 0;
  let before = headMs;
  const pieces = marks.flatMap(({ ms, length }, i) => {
    const to = i === marks.length - 1 ? bytes.length : isText ? startOfCharacter(bytes, length) : length;
    if (to <= from) return [];
    const piece = { ms: round(Math.max(0, ms - before)), bytes: bytes.subarray(from, to) };
    from = to;
    before = Math.max(before, ms);
    return [piece];
  });
  if (!isText) return pieces.map(({ ms, bytes: each }) => [ms, { base64: each.toString('base64') }]);
  const texts = pieces.map(({ ms, bytes: each }) => ({ ms, text: each.toString('utf8') }));
  return redactPieces(texts, redactor).map(({ ms, text }) => [ms, text]);
}

/** A body that is no text is not rewritten: it must not contain a secret that its text would show. */
function isMaskable(
  request: Observed['request'],
  end: Observed['end'],
  pieces: readonly RecordedPiece[],
  redactor: Redactor,
): boolean {
  if (pieces.every(([, data]) => typeof data === 'string')) return true;
  const parsed = parseWireRequest(request);
  if (!parsed) return true;
  const { text, reasoning, toolCalls } = parseWireResponse({ ...end, complete: end.bodyComplete }, parsed);
  const shown = JSON.stringify([text, reasoning, toolCalls]);
  return redactor.text(shown) === shown;
}

/** The nearest position up to `at` where a character of UTF-8 begins. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = Math.min(at, bytes.length);
  while (start > 0 && start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
