import type { Workflow } from '../workflow/format/ir.js';
import type { Shared } from '../runtime/contract/runnable.js';
import { isNamespace, isSpecialKey } from '../runtime/store/store.js';

/** What a run is for, as one value: its only output, or all of them; without declared ones, what its last node made. */
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

/** What a run prints: the output that is marked so, else its result. */
export function printedOf(
  workflow: Workflow,
  outputs: Readonly<Record<string, unknown>>,
  result: unknown,
): unknown {
  const marked = Object.entries(workflow.outputs).find(([, { stdout }]) => stdout);
  return marked ? outputs[marked[0]] : result;
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
