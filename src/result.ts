import { compileTemplate } from './workflow/template.js';
import type { Workflow } from './workflow/ir.js';
import type { Shared } from './runtime/runnable.js';
import { isNamespace, isSpecialKey } from './runtime/store.js';
import { resolveTemplate } from './runtime/wrappers/template-aware-wrapper.js';

/** The declared outputs of a workflow over the store it ran on. `partial` leaves out those that a failed run never made. */
export function resolveOutputs(
  workflow: Workflow,
  shared: Shared,
  options: { partial?: boolean } = {},
): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  for (const [name, { source }] of Object.entries(workflow.outputs)) {
    try {
      outputs[name] =
        source === undefined ? shared[name] : resolveTemplate(compileTemplate(source), shared).value;
    } catch (error) {
      if (!options.partial) throw error;
    }
  }
  return outputs;
}

/** What to print for a run: its only output, or all of them; without declared ones, what its last node made. */
export function resultOf(
  workflow: Workflow,
  outputs: Readonly<Record<string, unknown>>,
  shared: Shared,
): unknown {
  const declared = Object.values(outputs);
  if (declared.length === 1) return declared[0];
  if (declared.length > 1) return outputs;
  const last = workflow.nodes.map(({ id }) => shared[id]).findLast((value) => isNamespace(value));
  return last && isNamespace(last) ? mainOutput(last) : null;
}

/** The names under which nodes put what they are for, the most telling first. */
const MAIN_OUTPUTS = [
  'response',
  'result',
  'results',
  'text',
  'content',
  'stdout',
  'echo',
  'files',
  'output',
];

function mainOutput(namespace: Shared): unknown {
  const main = MAIN_OUTPUTS.find((key) => Object.hasOwn(namespace, key));
  if (main !== undefined) return namespace[main];
  return Object.fromEntries(Object.entries(namespace).filter(([key]) => !isSpecialKey(key)));
}
