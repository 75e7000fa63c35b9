/** Runs `pflow registry list`: the node types, one per line. */
import { describeNodeType } from '../../../nodes/definition/describe-type.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry } from '../../run/node-types.js';
import type { FormatOption, NodesOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';

/** `pflow registry list`: the node types, a line each. */
export async function registryList({ options }: Invocation<FormatOption & NodesOption>): Promise<ExitCode> {
  const types = (await openRegistry(options, warn, { fresh: true })).list();
  if (options.outputFormat === 'json') printJson(types.map(describeNodeType));
  else print(table(types.map(({ type, description }) => [type, description])));
  return exitCodes.done;
}
