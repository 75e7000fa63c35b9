/** What went wrong, as a stable word that programs can test. Exit codes are derived from it in cli/. */
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
 * An error a person can meet: what happened in one sentence, and a hint that says what to do next.
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

/** The message of anything that was thrown, also of what is not an Error. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
    if (typeof thrown === 'string') return thrown;
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return 'an unprintable value was thrown';
  }
}

/** Whether a thrown value means that the run was asked to stop, however a library spells it. */
export function isCancellation(thrown: unknown): boolean {
  if (thrown instanceof PflowError) return thrown.code === 'cancelled';
  try {
    return thrown instanceof Error && thrown.name === 'AbortError';
  } catch {
    return false;
  }
}

/**
 * Whether a thrown value ends the whole run, whatever is made for failures around it: no retry, no "error" edge. An AbortError that
 * a node makes by itself is a failure like any other.
 */
export function endsRun(thrown: unknown): boolean {
  return thrown instanceof PflowError && (thrown.code === 'cancelled' || thrown.code === 'budget_exceeded');
}
