import { createRegistry } from '../../nodes/registry.js';
import { describeNodeType } from '../../nodes/describe.js';
import type { Call } from '../call.js';
import { print, printJson } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { FormatOption } from '../options.js';
import { table } from '../table.js';

/** `pflow registry list`: the node types, a line each. */
export async function registryList({ options }: Call<FormatOption>): Promise<ExitCode> {
  const types = createRegistry().list();
  if (options.outputFormat === 'json') printJson(types.map(describeNodeType));
  else print(table(types.map(({ type, description }) => [type, description])));
  return exitCodes.done;
}
