/** Errors of model requests: failed, rate-limited or interrupted. */

import { PflowError, type ErrorCode } from '../../lib/error.js';
import { UnusableAnswer, type LlmResponse } from './client.js';

/** A request without a response: refused, rate-limited or undelivered. It cost nothing. */
export class RequestFailure extends PflowError {
  /** Whether the error is transient. */
  readonly retryable: boolean;
  /** The delay requested by the provider. */
  readonly retryAfterMs: number | undefined;
  /** The status and the id of the provider's response, if there was one. */
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly isTimeout: boolean;
  /** How often it is worth sending the request again, where that is less than usual. */
  readonly mostRetries: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      hint?: string;
      cause?: unknown;
      retryable?: boolean;
      retryAfterMs?: number | undefined;
      httpStatus?: number;
      requestId?: string | undefined;
      isTimeout?: boolean;
      mostRetries?: number;
    } = {},
  ) {
    super(code, message, options);
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.httpStatus = options.httpStatus;
    this.requestId = options.requestId;
    this.isTimeout = options.isTimeout ?? false;
    this.mostRetries = options.mostRetries;
  }
}

/** An interrupted response. `response` holds what arrived; it was billed, with unknown usage. */
export class CutAnswer extends UnusableAnswer {}

/** The partial response, without final usage. */
export function cutAnswer(
  message: string,
  response: Pick<LlmResponse, 'text' | 'model' | 'firstTokenMs'>,
  cause?: unknown,
): CutAnswer {
  return new CutAnswer(message, { ...response, usage: null, usageOrigin: 'none' }, cause);
}
