/** Calls a model with timeouts, retries and one repair of an invalid structured answer. */

import { setTimeout as sleep } from 'node:timers/promises';
import { PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import {
  UnusableAnswer,
  type LlmAttemptObserver,
  type LlmCaller,
  type LlmClient,
  type LlmRequest,
  type LlmResponse,
  type ModelSource,
  type RetryReason,
} from './client.js';
import { CutAnswer, RequestFailure } from './llm-failure.js';

export type LlmCallerOptions = Readonly<{
  /** How long one attempt may take, in ms. */
  timeoutMs?: number;
  /** How long a call may take with all its attempts and the waits between them, in ms. */
  totalMs?: number;
  /** How long an answer that has begun may pause, in ms. */
  idleMs?: number;
  /** Maximum number of retries of a transient failure. */
  retries?: number;
  /** Sleeps between attempts; rejects when the signal is aborted. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A number from 0 to below 1. */
  random?: () => number;
  /** What an answer cost in USD; null where that is unknown. */
  price?: (client: LlmClient, response: LlmResponse) => number | null;
}>;

/**
 * Creates a caller: transient failures are retried with exponential backoff (or after the delay the provider requests),
 * and an invalid structured answer is requested once more with the validation errors. Every attempt is reported to the
 * observer.
 */
export function createLlmCaller(models: ModelSource, options: LlmCallerOptions = {}): LlmCaller {
  const { timeoutMs = 300_000, totalMs = 600_000, idleMs = 120_000 } = options;
  const { retries = 3, random = Math.random, price } = options;
  const wait = options.wait ?? pause;
  return {
    async generate(request, { signal = new AbortController().signal, onAttempt } = {}) {
      const client = await models.client(request.model);
      let asked = request;
      const deadline = performance.now() + totalMs;
      let retried = 0;
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        const observer = onAttempt?.({ attempt, client, request: asked });
        let response: LlmResponse;
        try {
          const left = Math.max(0, deadline - performance.now());
          const limitMs = Math.min(timeoutMs, left);
          response = await attemptOnce(client, asked, { signal, timeoutMs: limitMs, idleMs, observer });
        } catch (error) {
          if (error instanceof UnusableAnswer && !(error instanceof CutAnswer)) {
            observer?.failed(error, asked === request ? 'unusable_answer' : undefined);
            if (asked !== request) throw unusable(error, client);
            asked = repairing(request, error);
            continue;
          }
          const due = retried < retries ? delayBefore(error, retried, random) : undefined;
          const isInTime = due !== undefined && performance.now() + due < deadline;
          const delay = isInTime ? due : undefined;
          observer?.failed(error, delay === undefined ? undefined : retryReasonOf(error));
          if (delay === undefined) throw final(error, attempt, due !== undefined ? totalMs : undefined);
          retried++;
          await wait(delay, signal);
          continue;
        }
        observer?.responded(response);
        return price ? { ...response, costUsd: price(client, response) } : response;
      }
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The timer error would hide the reason of the abort.
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

type Attempt = {
  signal: AbortSignal;
  timeoutMs: number;
  idleMs: number;
  observer: LlmAttemptObserver | undefined;
};

async function attemptOnce(
  client: LlmClient,
  request: LlmRequest,
  { signal, timeoutMs, idleMs, observer }: Attempt,
): Promise<LlmResponse> {
  const limit = new AbortController();
  const cancel = () => limit.abort(signal.reason);
  const timer = setTimeout(() => limit.abort(timedOut(client, timeoutMs)), timeoutMs);
  let idle: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await client.request(request, {
      signal: limit.signal,
      onText: (text) => observer?.progress(text),
      onActivity: () => {
        idle = idle?.refresh() ?? setTimeout(() => limit.abort(stalled(client, idleMs)), idleMs);
      },
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(idle);
    signal.removeEventListener('abort', cancel);
  }
}

/** Backoff of 0.5 s, 1 s, 2 s … minus up to half at random (jitter), so that parallel calls do not retry in lockstep. */
const FIRST_DELAY_MS = 500;

/** Maximum backoff for one request. */
const LONGEST_DELAY_MS = 60_000;

/** The delay before the next attempt; undefined when the error is not retryable. */
function delayBefore(error: unknown, retried: number, random: () => number): number | undefined {
  const growing = FIRST_DELAY_MS * 2 ** retried * (1 - random() / 2);
  if (error instanceof CutAnswer) return growing;
  if (!(error instanceof RequestFailure) || !error.retryable) return undefined;
  if (retried >= (error.mostRetries ?? Infinity)) return undefined;
  const delay = error.retryAfterMs ?? growing;
  return delay <= LONGEST_DELAY_MS ? delay : undefined;
}

function retryReasonOf(error: unknown): RetryReason {
  if (error instanceof CutAnswer) return 'interrupted';
  const { httpStatus, isTimeout = false } = error instanceof RequestFailure ? error : {};
  if (isTimeout || httpStatus === 408) return 'timeout';
  if (httpStatus === undefined) return 'connection';
  return httpStatus === 429 ? 'rate_limited' : 'overloaded';
}

function timedOut(client: LlmClient, timeoutMs: number): RequestFailure {
  return new RequestFailure(
    'llm_failed',
    `${client.provider}/${client.model} did not finish its answer within ${formatDuration(timeoutMs)}.`,
    {
      retryable: true,
      isTimeout: true,
    },
  );
}

function stalled(client: LlmClient, idleMs: number): RequestFailure {
  const model = `${client.provider}/${client.model}`;
  return new RequestFailure('llm_failed', `${model} sent nothing for ${formatDuration(idleMs)}`, {
    retryable: true,
    isTimeout: true,
  });
}

/** The request extended by the validation errors of the first answer. */
function repairing(request: LlmRequest, { message, response }: UnusableAnswer): LlmRequest {
  const prompt = [
    request.prompt,
    'Your previous answer to this could not be used:',
    response.text,
    `What is wrong with it:\n${message}`,
    'Answer again in full, only with JSON that matches the requested schema.',
  ].join('\n\n');
  return { ...request, prompt };
}

function unusable(error: UnusableAnswer, client: LlmClient): PflowError {
  return new PflowError(
    'llm_unusable_answer',
    `${client.provider}/${client.model} returned an invalid structured response twice: ${describeUnusable(error)}`,
    { cause: error, hint: 'Try again, or choose a model that is better at structured answers with --model.' },
  );
}

/** A text that is no JSON is often the explanation, such as a refusal: its beginning is shown. */
function describeUnusable({ message, response }: UnusableAnswer): string {
  const text = response.text.replace(/\s+/g, ' ').trim();
  const isShown = text !== '' && message.startsWith('It is not valid JSON.');
  if (!isShown) return message;
  const start = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return message.replace(/^It is not valid JSON\./, () => `It is not valid JSON: ${JSON.stringify(start)}.`);
}

/** The final error of a call: the number of attempts, the limit of their total time if it was reached, and the delay the provider requests. */
function final(error: unknown, attempts: number, totalMs: number | undefined): unknown {
  const limit = totalMs === undefined ? '' : `, for ${formatDuration(totalMs)} at most`;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const tries = attempts > 1 || limit ? ` Tried ${times}${limit}.` : '';
  if (error instanceof CutAnswer)
    return new PflowError('llm_failed', error.message + tries, { cause: error, hint: 'Run it again.' });
  if (!(error instanceof RequestFailure)) return error;
  const { retryAfterMs, code, message, hint } = error;
  const wait =
    retryAfterMs && retryAfterMs > LONGEST_DELAY_MS ? `It asks to wait ${formatDuration(retryAfterMs)}.` : '';
  const advice = [wait, hint].filter(Boolean).join(' ');
  if (!tries && !wait) return error;
  return new PflowError(code, message + tries, { cause: error, ...(advice ? { hint: advice } : {}) });
}
