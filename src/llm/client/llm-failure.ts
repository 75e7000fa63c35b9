import { PflowError, type ErrorCode } from '../../lib/error.js';
import { UnusableAnswer, type LlmResponse } from './client.js';

/** A request that was not answered: refused, put off, or never arrived. It cost nothing. */
export class RequestFailure extends PflowError {
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean;
  /** How long the provider asks to wait first. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; retryable?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, options);
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** An answer that broke off. What had come is in `response`; it was paid for, and nobody knows how much. */
export class CutAnswer extends UnusableAnswer {}

/** The answer of `response`, cut: its usage went missing with its end. */
export function cutAnswer(
  message: string,
  response: Pick<LlmResponse, 'text' | 'model' | 'firstTokenMs'>,
  cause?: unknown,
): CutAnswer {
  return new CutAnswer(message, { ...response, usage: null, usageOrigin: 'none' }, cause);
}
