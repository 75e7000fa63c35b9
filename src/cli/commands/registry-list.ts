import { describeNodeType } from '../../nodes/describe.js';
import type { Call } from '../call.js';
import { print, printJson, warn } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { openRegistry } from '../node-types.js';
import type { FormatOption, NodesOption } from '../options.js';
import { table } from '../table.js';

/** `pflow registry list`: the node types, a line each. */
export async function registryList({ options }: Call<FormatOption & NodesOption>): Promise<ExitCode> {
  const types = (await openRegistry(options, warn, { fresh: true })).list();
  if (options.outputFormat === 'json') printJson(types.map(describeNodeType));
  else print(table(types.map(({ type, description }) => [type, description])));
  return exitCodes.done;
}
