/** Runs `pflow workflow delete`. */
import { removeWorkflow } from '../../../workflow/library/library.js';
import type { Invocation } from '../../io/invocation.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** `pflow workflow delete <name>`: deletes one of the user's saved workflows. */
export async function workflowDelete({ operands }: Invocation): Promise<ExitCode> {
  const [name = ''] = operands;
  removeWorkflow(name);
  print(`Deleted ${name}. \`pflow workflow restore ${name}\` restores it.`);
  return exitCodes.done;
}
