/** Maps errors and the status of a run to exit codes. */
import { constants } from 'node:os';
import { isCancellation, PflowError, type ErrorCode } from '../../lib/error.js';
import { deriveWarnings, failsStrict } from '../../profile/analysis/warnings.js';
import type { SessionResult } from '../../session/session.js';

/** The exit codes of the process. */
export const exitCodes = { done: 0, failed: 1, usage: 2, budget: 3, notPlanned: 4, cancelled: 130 } as const;
/** One of these, or 128 + n for a replay that the signal n ended. */
export type ExitCode = number;

/** The exit code of a program that a signal ended, as a shell reports it. */
export function exitCodeOfSignal(signal: NodeJS.Signals): ExitCode {
  return 128 + constants.signals[signal];
}

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (isCancellation(error)) return exitCodes.cancelled;
  return error instanceof PflowError ? byErrorCode[error.code] : exitCodes.failed;
}

/**
 * The exit code for a run. Any failure in the planner means that the request could not be planned; with `strict`, a run
 * with a warning has failed.
 */
export function exitCodeOfRun(
  end: Pick<SessionResult, 'status' | 'error' | 'state'>,
  { strict = false }: { strict?: boolean } = {},
): ExitCode {
  if (end.status === 'ok')
    return strict && deriveWarnings(end.state).some(failsStrict) ? exitCodes.failed : exitCodes.done;
  if (end.status === 'cancelled') return exitCodes.cancelled;
  if (end.status === 'budget') return exitCodes.budget;
  return failedInPlanner(end) ? exitCodes.notPlanned : exitCodeOf(end.error);
}

/** Whether a run failed before there was a plan. */
export function failedInPlanner({ state }: Pick<SessionResult, 'state'>): boolean {
  return state.roots.some((id) => {
    const stage = state.spans.get(id);
    return stage?.name === 'planner' && stage.status === 'failed';
  });
}

const byErrorCode: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: exitCodes.usage,
  invalid_workflow: exitCodes.usage,
  invalid_trace: exitCodes.usage,
  invalid_pricing: exitCodes.usage,
  unknown_node_type: exitCodes.usage,
  not_found: exitCodes.usage,
  budget_exceeded: exitCodes.budget,
  cannot_plan: exitCodes.notPlanned,
  planner_timeout: exitCodes.notPlanned,
  cancelled: exitCodes.cancelled,
  unresolved_template: exitCodes.failed,
  node_failed: exitCodes.failed,
  node_timeout: exitCodes.failed,
  needs_model: exitCodes.failed,
  llm_failed: exitCodes.failed,
  llm_refused: exitCodes.failed,
  llm_unusable_answer: exitCodes.failed,
  internal: exitCodes.failed,
};
