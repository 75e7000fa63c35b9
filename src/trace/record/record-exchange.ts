/** Records the end of an HTTP exchange with a model as the end of a call. */

import { PflowError } from '../../lib/error.js';
import { estimateUsage, estimateUsageByLength } from '../../usage/estimate.js';
import type { Usage } from '../../usage/record/usage.js';
import type { WireRequest, WireResponse } from '../../wire/wire-call.js';
import { parseWireResponse } from '../../wire/wire-response.js';
import { explainMissingUsage, textOfCall } from './missing-usage.js';
import type { CallRecorder, CallResponse } from './record-call.js';
import { describeWireResponse } from './wire-events.js';

/** How an exchange ended and what was received until then, as the tap and the gateway report it. */
export type ExchangeOutcome = Readonly<{
  /** As `ExchangeEnd['outcome']` of the tap. */
  outcome: 'complete' | 'cut' | 'abandoned' | 'failed' | 'open';
  /** Absent where there was no response. */
  status?: number;
  headers: Readonly<Record<string, string>>;
  /** Without its content encoding, as far as it was received and could be decoded. */
  body: Uint8Array;
  bodyComplete: boolean;
  firstByteMs?: number;
  error?: unknown;
}>;

type EndedCall = Pick<CallRecorder, 'responded' | 'failed' | 'amendUsage'>;

/** Ends the call as its exchange ended, which `observed` made. The promise is that of an estimate. */
export function recordExchangeEnd(
  call: EndedCall,
  request: WireRequest,
  end: ExchangeOutcome,
  observed: 'node' | 'program',
): Promise<void> | undefined {
  const { status, headers, body, bodyComplete, firstByteMs, outcome } = end;
  if (status === undefined) {
    call.failed(explainEnd(end, request, observed), wasSent(end) ? lostResponse(request) : undefined);
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
      outcome === 'complete' ? brokenOff(parsed, request, headers) : explainEnd(end, request, observed),
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
  call: EndedCall,
  response: WireResponse,
  request: WireRequest,
  outcome: ExchangeOutcome['outcome'],
): Promise<void> | undefined {
  if (response.usage !== null || !request.stream || response.error) return undefined;
  const { input, output } = textOfCall(request, response);
  if (output === '') return undefined;
  const usageNote = explainMissingUsage(response, request);
  const amend = (usage: Usage): void =>
    call.amendUsage({
      model: response.model ?? request.model ?? 'unknown',
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

function wasSent({ error }: ExchangeOutcome): boolean {
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

function explainEnd(
  { outcome, error, status }: ExchangeOutcome,
  request: WireRequest,
  observed: 'node' | 'program',
): unknown {
  const seller = sellerOf(request);
  const during = status === undefined ? 'before an answer came' : 'during the answer';
  switch (outcome) {
    case 'abandoned':
      return new PflowError('cancelled', `The request to ${seller} was cancelled ${during}.`, {
        cause: error,
      });
    case 'open':
      return new PflowError('cancelled', `The ${observed} finished ${during} of ${seller}.`);
    default:
      return error ?? new PflowError('llm_failed', `The connection to ${seller} ended ${during}.`);
  }
}
