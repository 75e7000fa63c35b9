import { loadWorkflow } from '../../workflow/load.js';
import { readVersion } from '../../workflow/versions.js';
import type { Call } from '../call.js';
import { printJson } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** `pflow workflow show <file | name>`: the workflow as it stands in its file, or as it was saved as an earlier version. */
export async function workflowShow({ operands, options }: Call<{ version?: number }>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const { version } = options;
  printJson(
    version === undefined ? loadWorkflow(reference).source : readVersion(reference, version).workflow,
  );
  return exitCodes.done;
}
