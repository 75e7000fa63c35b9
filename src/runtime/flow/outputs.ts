/** Resolves the declared outputs of a workflow. */
import { PflowError } from '../../lib/error.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { compileTemplate } from '../../workflow/format/template.js';
import type { Shared } from '../contract/runnable.js';
import { isNamespace } from '../store/store.js';
import { resolveTemplate } from '../wrappers/template-aware-wrapper.js';

/** An output that the run did not produce, and why: its node is on a branch that was not taken, or wrote no such value. */
export type MissingOutput = Readonly<{ name: string; error: PflowError }>;

export type ResolvedOutputs = Readonly<{
  outputs: Record<string, unknown>;
  missing: readonly MissingOutput[];
}>;

/**
 * Resolves the outputs of a workflow against its store. An output without `source` is that of the last node which wrote a
 * value of its name. Throws only for a value that cannot become text.
 */
export function resolveOutputs(workflow: Workflow, shared: Shared): ResolvedOutputs {
  const outputs: Record<string, unknown> = {};
  const missing: MissingOutput[] = [];
  for (const [name, { source }] of Object.entries(workflow.outputs)) {
    try {
      outputs[name] =
        source === undefined
          ? findWritten(workflow, shared, name)
          : resolveTemplate(compileTemplate(source), shared).value;
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      missing.push({ name, error });
    }
  }
  return { outputs, missing };
}

/** As `resolveOutputs`; throws a PflowError where outputs are declared and none was produced. */
export function requireOutputs(workflow: Workflow, shared: Shared): ResolvedOutputs {
  const resolved = resolveOutputs(workflow, shared);
  const [first] = resolved.missing;
  if (first && Object.keys(resolved.outputs).length === 0) throw first.error;
  return resolved;
}

function findWritten(workflow: Workflow, shared: Shared, name: string): unknown {
  if (Object.hasOwn(shared, name) && !isNamespace(shared[name])) return shared[name];
  const writer = workflow.nodes.findLast(({ id }) => {
    const written = shared[id];
    return isNamespace(written) && Object.hasOwn(written as Shared, name);
  });
  if (writer) return (shared[writer.id] as Shared)[name];
  throw new PflowError('unresolved_template', `No node wrote '${name}'.`);
}
