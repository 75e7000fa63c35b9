/** Determines which project code a run may use, before the run is prepared. */
import { planRerun } from '../../session/resume/resume-run.js';
import { loadWorkflow } from '../../workflow/library/load-workflow.js';
import type { Needs } from './ask-trust.js';
import { readRun } from '../traces/trace-state.js';
import type { Target } from '../target/parse-target.js';

/** A workflow uses the types that it names; a request may be planned with any. */
export function needsOfTarget(target: Target): Needs {
  return target.kind === 'workflow'
    ? { workflow: loadWorkflow(target.reference).source }
    : { anything: true };
}

/** A rerun uses the types of the workflow in its trace. */
export async function needsOfRun(reference: string, traceDir: string | undefined): Promise<Needs> {
  const { state } = await readRun(reference, traceDir);
  return { workflow: planRerun(state).workflow };
}
