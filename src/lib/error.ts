/** PflowError, its codes, and helpers for thrown values. */

/** A stable identifier of the kind of failure, for programs to test. cli/ derives exit codes from it. */
export type ErrorCode =
  | 'usage'
  | 'invalid_workflow'
  | 'invalid_trace'
  | 'invalid_pricing'
  | 'unknown_node_type'
  | 'unresolved_template'
  | 'not_found'
  | 'node_failed'
  | 'node_timeout'
  | 'cannot_plan'
  | 'planner_timeout'
  | 'needs_model'
  | 'llm_failed'
  | 'llm_refused'
  | 'llm_unusable_answer'
  | 'budget_exceeded'
  | 'cancelled'
  | 'internal';

/**
 * A user-facing error: one sentence on what happened, and a hint on what to do next.
 * The message reads like "Node 'fetch' does not output 'email'. It outputs: response, status_code."
 */
export class PflowError extends Error {
  override readonly name = 'PflowError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** Two hints as one text; undefined without any. */
export function joinHints(...hints: readonly (string | undefined)[]): string | undefined {
  return hints.filter((hint) => hint !== undefined).join(' ') || undefined;
}

/** The message of any thrown value, including values that are not Errors. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
    if (typeof thrown === 'string') return thrown;
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return 'an unprintable value was thrown';
  }
}

/** Whether a thrown value means cancellation: our own code `cancelled`, or the AbortError of a library. */
export function isCancellation(thrown: unknown): boolean {
  if (thrown instanceof PflowError) return thrown.code === 'cancelled';
  try {
    return thrown instanceof Error && thrown.name === 'AbortError';
  } catch {
    return false;
  }
}

/**
 * Whether a thrown value ends the run: it bypasses retries and "error" edges. An AbortError that a node throws by itself is an
 * ordinary failure.
 */
export function endsRun(thrown: unknown): boolean {
  return thrown instanceof PflowError && (thrown.code === 'cancelled' || thrown.code === 'budget_exceeded');
}
