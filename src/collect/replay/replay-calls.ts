/** Answers the requests to models from recorded calls, so that none reaches the network. */

import { basename } from 'node:path';
import type { Answer } from '../../tap/exchange/deliver-answer.js';
import { tapRequests } from '../../tap/tap.js';
import type { Redactor } from '../../trace/redact/redact.js';
import { classifyAddress } from '../../wire/model-paths.js';
import { formatRefusal } from '../../wire/refusal.js';
import { toAnswer, type RecordedCall, type RecordedRequest } from './call-file.js';
import { describeMiss } from './describe-miss.js';
import { identifyRequest, normalizeRequest } from './normalize-request.js';

/** A status that no SDK retries. */
const MISS = { status: 400, type: 'invalid_request_error' } as const;

/**
 * From now on answers every request to a provider, so that none reaches the network: one to a model with the recorded response of an equal request: the first one first, the last
 * one again once all were used. Without an equal request the response is an error, and `onMiss` receives the nearest one with
 * its differences. Returns the undo.
 */
export function replayCalls(
  path: string,
  calls: readonly RecordedCall[],
  options: Readonly<{ redactor: Redactor; onMiss: (message: string) => void }>,
): () => void {
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
  return tapRequests({
    answers: true,
    allOfProviders: true,
    onRequest(head) {
      let request: RecordedRequest | undefined;
      return {
        onRequestBody(body) {
          request = normalizeRequest({ ...head, body }, options.redactor);
        },
        async answer() {
          const recorded = request && take(request);
          if (recorded) return toAnswer(recorded);
          const miss = describeMiss(request, calls, basename(path));
          options.onMiss(miss.full);
          return refuse(head.method, head.url, miss.short);
        },
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
