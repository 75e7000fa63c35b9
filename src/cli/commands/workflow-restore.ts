import { restoreVersion } from '../../workflow/versions.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** `pflow workflow restore <name>`: makes an earlier version of a saved workflow, also of a deleted one, the one that runs. */
export async function workflowRestore({ operands, options }: Call<{ version?: number }>): Promise<ExitCode> {
  const [name = ''] = operands;
  const { from, to } = restoreVersion(name, options.version);
  print(`Version ${from} of ${name} runs again, as version ${to}.`);
  return exitCodes.done;
}
