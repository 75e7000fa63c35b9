import { removeWorkflow } from '../../workflow/library.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** `pflow workflow delete <name>`: deletes one of the person's own saved workflows. */
export async function workflowDelete({ operands }: Call): Promise<ExitCode> {
  const [name = ''] = operands;
  removeWorkflow(name);
  print(`Deleted ${name}. \`pflow workflow restore ${name}\` brings it back.`);
  return exitCodes.done;
}
