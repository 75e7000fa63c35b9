import { plural } from '../../lib/format.js';
import type { Call } from '../call.js';
import { print, warn } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { openRegistry } from '../node-types.js';
import type { NodesOption } from '../options.js';
import { loadValid } from '../prepare.js';

/** `pflow workflow validate <file | name>`: everything wrong with a workflow, or that nothing is. */
export async function workflowValidate({ operands, options }: Call<NodesOption>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const { workflow } = loadValid(reference, await openRegistry(options, warn));
  print(`${reference} is valid: ${plural(workflow.nodes.length, 'node')}.`);
  return exitCodes.done;
}
