import { PflowError } from '../../lib/error.js';
import { nearest } from '../../lib/nearest.js';
import { describeNodeType, nodeTypeText } from '../../nodes/describe.js';
import { createRegistry } from '../../nodes/registry.js';
import type { Call } from '../call.js';
import { print, printJson } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { FormatOption } from '../options.js';

/** `pflow registry describe <type>`: what a node type takes and gives. */
export async function registryDescribe({ operands, options }: Call<FormatOption>): Promise<ExitCode> {
  const [name = ''] = operands;
  const registry = createRegistry();
  const type = registry.get(name);
  if (!type) {
    const near = nearest(name, registry.types());
    throw new PflowError('unknown_node_type', `There is no node type '${name}'.`, {
      hint: near.length ? `Did you mean ${near.join(' or ')}?` : `There are: ${registry.types().join(', ')}.`,
    });
  }
  if (options.outputFormat === 'json') printJson(describeNodeType(type));
  else print(nodeTypeText(type));
  return exitCodes.done;
}
