/** Resolves the declared outputs of a workflow. */
import type { Workflow } from '../../workflow/format/ir.js';
import { compileTemplate } from '../../workflow/format/template.js';
import type { Shared } from '../contract/runnable.js';
import { resolveTemplate } from '../wrappers/template-aware-wrapper.js';

/**
 * Resolves the outputs of a workflow against its store. With `partial`, outputs that a failed run did not produce are
 * omitted.
 */
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
