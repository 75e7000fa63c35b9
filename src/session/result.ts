/** Selects the result of a run and what of it is printed. */
import { findMainOutput } from '../lib/data/main-output.js';
import type { Workflow } from '../workflow/format/ir.js';
import type { Shared } from '../runtime/contract/runnable.js';
import { isNamespace, isSpecialKey } from '../runtime/store/store.js';

/**
 * The result of a run as one value: its only output, or all outputs; without declared outputs, the main output of its
 * last node.
 */
export function selectResult(
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

/** What a run prints: the output marked `stdout`, otherwise its result. */
export function selectPrinted(
  workflow: Workflow,
  outputs: Readonly<Record<string, unknown>>,
  result: unknown,
): unknown {
  const marked = Object.entries(workflow.outputs).find(([, { stdout }]) => stdout);
  return marked ? outputs[marked[0]] : result;
}

/** The output that is the result of a run: the one marked `stdout`, or the only one. */
export function findResultOutput({ outputs }: Workflow): string | undefined {
  const names = Object.keys(outputs);
  return names.find((name) => outputs[name]!.stdout) ?? (names.length === 1 ? names[0] : undefined);
}

/**
 * The llm node whose answer, as text and unchanged, is what a run prints; undefined if something else is: several outputs, a
 * structured answer, a batch.
 */
export function findAnswerNode(workflow: Workflow): string | undefined {
  const output = findResultOutput(workflow);
  const source = output === undefined ? undefined : workflow.outputs[output]!.source;
  const isDeclared = Object.keys(workflow.outputs).length > 0;
  const id = isDeclared
    ? /^\$\{([\w-]+)\.response\}$/.exec(source?.trim() ?? '')?.[1]
    : workflow.nodes.at(-1)?.id;
  const node = workflow.nodes.find((each) => each.id === id);
  const isPlain = node?.type === 'llm' && !node.batch && !node.loop && node.params['schema'] === undefined;
  return isPlain ? node.id : undefined;
}

/** The media type of a value as a run prints it. */
export function mediaTypeOf(value: unknown): string {
  if (typeof value === 'string') return 'text/plain';
  return value instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
}

/** The main output of a node, or all of its outputs; undefined if it did not run. */
export function selectNodeOutput(shared: Shared, node: string): unknown {
  const namespace = shared[node];
  return isNamespace(namespace) ? mainOutput(namespace) : undefined;
}

function mainOutput(namespace: Shared): unknown {
  const main = findMainOutput(namespace);
  if (main !== undefined) return namespace[main];
  return Object.fromEntries(Object.entries(namespace).filter(([key]) => !isSpecialKey(key)));
}
