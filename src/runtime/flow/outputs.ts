import type { Workflow } from '../../workflow/format/ir.js';
import { compileTemplate } from '../../workflow/format/template.js';
import type { Shared } from '../contract/runnable.js';
import { resolveTemplate } from '../wrappers/template-aware-wrapper.js';

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
