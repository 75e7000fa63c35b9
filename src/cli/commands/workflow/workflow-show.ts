/** Runs `pflow workflow show`: prints a workflow or one of its versions as JSON. */
import { loadWorkflow } from '../../../workflow/library/load-workflow.js';
import { readVersion } from '../../../workflow/library/versions.js';
import type { Invocation } from '../../io/invocation.js';
import { printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** `pflow workflow show <file | name>`: the workflow as in its file, or an earlier version. */
export async function workflowShow({
  operands,
  options,
}: Invocation<{ version?: number }>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const { version } = options;
  printJson(
    version === undefined ? loadWorkflow(reference).source : readVersion(reference, version).workflow,
  );
  return exitCodes.done;
}
