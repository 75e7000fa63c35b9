import { loadWorkflow } from '../../workflow/load.js';
import type { Call } from '../call.js';
import { printJson } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** `pflow workflow show <file | name>`: the workflow as it stands in its file. */
export async function workflowShow({ operands }: Call): Promise<ExitCode> {
  printJson(loadWorkflow(operands[0]!).source);
  return exitCodes.done;
}
