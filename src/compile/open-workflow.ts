/** Opens, validates and compiles nested workflows. */
import { PflowError } from '../lib/error.js';
import type { NestedWorkflow, OpenWorkflow } from '../nodes/definition/node-type.js';
import type { Runnable } from '../runtime/contract/runnable.js';
import type { Workflow } from '../workflow/format/ir.js';
import { openReference, type Around } from '../workflow/check/nested-workflows.js';
import { formatProblem } from '../workflow/format/problem.js';
import { type NodeCatalogue } from '../workflow/format/type-catalogue.js';
import { validateWorkflow } from '../workflow/check/validate.js';
import type { TaintedInputs } from '../workflow/taint/analyze-taint.js';

/** Opens the workflow of a node, to which it passes these tainted inputs. */
type OpenTainted = (tainted: TaintedInputs, ...args: Parameters<OpenWorkflow>) => NestedWorkflow;

/**
 * Creates the function with which nodes open nested workflows. Each is compiled once for the same tainted inputs, however often
 * it runs.
 */
export function createOpener(
  around: Around,
  types: NodeCatalogue,
  compile: (workflow: Workflow, around: Around, tainted: TaintedInputs) => Runnable,
): OpenTainted {
  const ready = new Map<string, NestedWorkflow>();
  return (tainted, reference, mostAround) => {
    const named = reference.kind === 'inline' ? JSON.stringify(reference.source) : reference.ref;
    const key = JSON.stringify([named, tainted]);
    const known = ready.get(key);
    if (known) return known;
    const { source, name, origin, around: inside } = openReference(reference, around, mostAround);
    const { workflow, problems } = validateWorkflow(source, types, { around: inside });
    if (!workflow) {
      const all = problems.map(formatProblem).join(' ');
      throw new PflowError('invalid_workflow', `Workflow '${name}' is not valid: ${all}`);
    }
    const nested: NestedWorkflow = {
      workflow,
      name: workflow.name ?? name,
      origin,
      runnable: compile(workflow, inside, tainted),
    };
    ready.set(key, nested);
    return nested;
  };
}
