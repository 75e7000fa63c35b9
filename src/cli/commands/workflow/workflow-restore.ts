/** Runs `pflow workflow restore`: makes an earlier version the current one. */
import { restoreVersion } from '../../../workflow/library/versions.js';
import type { Invocation } from '../../io/invocation.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** `pflow workflow restore <name>`: makes an earlier version of a saved or deleted workflow the current one. */
export async function workflowRestore({
  operands,
  options,
}: Invocation<{ version?: number }>): Promise<ExitCode> {
  const [name = ''] = operands;
  const { from, to } = restoreVersion(name, options.version);
  print(`Restored version ${from} of ${name} as version ${to}.`);
  return exitCodes.done;
}
