/** The library's `run`, which loads the node types and their schemas only when a workflow is run. */
import type { RunOptions, RunResult } from './observe-run.js';

/**
 * Runs a workflow. What its nodes print with `console` is printed, and recorded in their spans as well. Throws a PflowError, before anything ran, when the workflow, its inputs or the model's name are not valid.
 *
 * @example
 * const { outputs, metrics } = await run(
 *   { nodes: [{ id: 'read', type: 'read-file', params: { file_path: '${path}' } }], inputs: { path: { type: 'string' } } },
 *   { inputs: { path: 'notes.md' } },
 * );
 */
export async function run(workflow: unknown, options: RunOptions = {}): Promise<RunResult> {
  const { runWorkflow } = await import('./run-workflow.js');
  return runWorkflow(workflow, options);
}
