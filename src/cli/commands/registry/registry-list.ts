/** Runs `pflow registry list`: the node types, one per line. */
import { describeNodeType } from '../../../nodes/definition/describe-type.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry } from '../../run/node-types.js';
import type { FormatOption, NodesOption, TrustOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';

/** `pflow registry list`: the node types, a line each. */
export async function registryList({
  options,
}: Invocation<FormatOption & NodesOption & TrustOption>): Promise<ExitCode> {
  const registry = await openRegistry(options, warn, { fresh: true, inspect: true });
  const types = registry.list();
  if (options.outputFormat === 'json') {
    printJson(types.map(describeNodeType));
    for (const line of registry.notChecked) warn(line);
  } else {
    print(
      [table(types.map(({ type, description }) => [type, description])), ...registry.notChecked].join('\n'),
    );
  }
  return exitCodes.done;
}
