/** Answers the requests to models from recorded calls, so that none reaches the network. */

import { basename } from 'node:path';
import type { Answer } from '../../tap/exchange/deliver-answer.js';
import { tapRequests } from '../../tap/tap.js';
import type { Redactor } from '../../trace/redact/redact.js';
import type { HttpRequest } from '../../wire/wire-request.js';
import { classifyAddress } from '../../wire/model-paths.js';
import { formatRefusal } from '../../wire/refusal.js';
import { toAnswer, type RecordedCall, type RecordedRequest } from './call-file.js';
import { describeMiss } from './describe-miss.js';
import { identifyRequest, normalizeRequest } from './normalize-request.js';

/** A status that no SDK retries. */
const MISS = { status: 400, type: 'invalid_request_error' } as const;

/** Answers a request to a provider with a recorded response, or with the error that states what was recorded instead. */
export type AnswerRecorded = (request: HttpRequest) => Answer;

/**
 * Answers requests: one to a model with the recorded response of an equal request: the first one first, the last one again once all
 * were used. Without an equal request the response is an error, and `onMiss` receives the nearest one with its differences.
 */
export function createReplay(
  path: string,
  calls: readonly RecordedCall[],
  { redactor, onMiss }: Readonly<{ redactor: Redactor; onMiss: (message: string) => void }>,
): AnswerRecorded {
  const unused = new Map<string, RecordedCall[]>();
  for (const call of calls) {
    const key = identifyRequest(call.request);
    const equal = unused.get(key);
    if (equal) equal.push(call);
    else unused.set(key, [call]);
  }
  const take = (request: RecordedRequest): RecordedCall | undefined => {
    const equal = unused.get(identifyRequest(request));
    return equal && equal.length > 1 ? equal.shift() : equal?.[0];
  };
  return (sent) => {
    const request = normalizeRequest(sent, redactor);
    const recorded = take(request);
    if (recorded) return toAnswer(recorded);
    const miss = describeMiss(request, calls, basename(path));
    onMiss(miss.full);
    return refuse(sent.method, sent.url, miss.short);
  };
}

/** From now on answers every request of this process to a provider, so that none reaches the network. Returns the undo. */
export function replayCalls(answerRecorded: AnswerRecorded): () => void {
  return tapRequests({
    answers: true,
    allOfProviders: true,
    onRequest(head) {
      let request: HttpRequest = { ...head, body: undefined };
      return {
        onRequestBody(body) {
          request = { ...head, body };
        },
        answer: () => Promise.resolve(answerRecorded(request)),
        onEnd() {},
      };
    },
  });
}

function refuse(method: string, address: string, message: string): Answer {
  const { hostname, pathname } = new URL(address);
  const format = classifyAddress(method, hostname, pathname)?.format ?? 'other';
  return {
    status: MISS.status,
    headers: { 'content-type': 'application/json' },
    headAfterMs: 0,
    pieces: [{ afterMs: 0, data: Buffer.from(formatRefusal(format, message, MISS)) }],
  };
}
