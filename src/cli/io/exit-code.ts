/** Maps errors and signals to exit codes. */
import { constants } from 'node:os';
import { isCancellation, PflowError, type ErrorCode } from '../../lib/error.js';

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
