/** Validates and runs a workflow as a library call. */
import { PflowError } from '../lib/error.js';
import { builtinTypes, createRegistry } from '../nodes/registry.js';
import { runObserved, type RunOptions, type RunResult } from './observe-run.js';
import type { Job } from './session-options.js';
import { resolveInputs } from '../workflow/check/inputs.js';
import { formatProblem } from '../workflow/format/problem.js';
import { validateWorkflow } from '../workflow/check/validate.js';

/** Implements `run`, once its schemas are loaded. */
export async function runWorkflow(workflow: unknown, options: RunOptions): Promise<RunResult> {
  const { inputs = {}, nodes = [] } = options;
  const types = createRegistry([...builtinTypes, ...nodes]);
  const { workflow: valid, problems } = validateWorkflow(workflow, types);
  if (!valid) {
    throw new PflowError(
      'invalid_workflow',
      ['The workflow is not valid.', ...problems.map(formatProblem)].join('\n'),
    );
  }
  const params = resolveInputs(valid, inputs);
  const name = valid.name ?? 'workflow';
  const job: Job = { kind: 'plan', plan: { workflow: valid, params, origin: 'inline', name } };
  return runObserved({ name, job, types }, options);
}
