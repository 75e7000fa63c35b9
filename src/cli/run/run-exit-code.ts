/** Maps the status of a run to an exit code; apart from exit-code.ts, which every command loads. */
import { deriveWarnings, failsStrict } from '../../profile/analysis/warnings.js';
import type { SessionResult } from '../../session/session.js';
import { PflowError } from '../../lib/error.js';
import { exitCodeOf, exitCodes, type ExitCode } from '../io/exit-code.js';

/**
 * The exit code for a run: 1 also where an answer did not pass its verification. Any failure in the planner means that the request could not be planned; with `strict`, a run
 * with a warning has failed.
 */
export function exitCodeOfRun(
  end: Pick<SessionResult, 'status' | 'error' | 'state'>,
  { strict = false }: { strict?: boolean } = {},
): ExitCode {
  if (end.status === 'ok')
    return (strict && deriveWarnings(end.state).some(failsStrict)) || isRejected(end)
      ? exitCodes.failed
      : exitCodes.done;
  // Without a terminal a plan with effects is not run: that is an error of usage.
  const isUnapproved = end.error instanceof PflowError && end.error.code === 'usage';
  if (end.status === 'cancelled') return isUnapproved ? exitCodes.usage : exitCodes.cancelled;
  if (end.status === 'budget') return exitCodes.budget;
  return failedInPlanner(end) ? exitCodes.notPlanned : exitCodeOf(end.error);
}

/** Whether an answer of the run did not pass its verification. */
function isRejected({ state }: Pick<SessionResult, 'state'>): boolean {
  return state.finished?.verified?.some(({ passed }) => !passed) ?? false;
}

/** Whether a run failed before there was a plan. */
export function failedInPlanner({ state }: Pick<SessionResult, 'state'>): boolean {
  return state.roots.some((id) => {
    const stage = state.spans.get(id);
    return stage?.name === 'planner' && stage.status === 'failed';
  });
}
