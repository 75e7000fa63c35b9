/** Runs `pflow registry describe`: the parameters and outputs of a node type. */
import { PflowError } from '../../../lib/error.js';
import { nearest } from '../../../lib/text/nearest.js';
import { describeNodeType, nodeTypeText } from '../../../nodes/definition/describe-type.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry } from '../../run/node-types.js';
import type { FormatOption, NodesOption, TrustOption } from '../../args/run-options.js';

/** `pflow registry describe <type>`: the parameters and outputs of a node type. */
export async function registryDescribe({
  operands,
  options,
}: Invocation<FormatOption & NodesOption & TrustOption>): Promise<ExitCode> {
  const [name = ''] = operands;
  const registry = await openRegistry(options, warn, { wanted: [name], fresh: true, inspect: true });
  const type = registry.get(name);
  if (!type) {
    const reason = registry.unchecked?.(name);
    if (reason !== undefined)
      throw new PflowError('unknown_node_type', `'${name}' is not checked: ${reason}.`, {
        hint: registry.notChecked.join('\n  '),
      });
    const near = nearest(name, registry.types());
    throw new PflowError('unknown_node_type', `There is no node type '${name}'.`, {
      hint: near.length ? `Did you mean ${near.join(' or ')}?` : `There are: ${registry.types().join(', ')}.`,
    });
  }
  if (options.outputFormat === 'json') printJson(describeNodeType(type));
  else print(nodeTypeText(type));
  return exitCodes.done;
}
