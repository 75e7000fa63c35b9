/** Finds which values of a store the rest of a workflow refers to. */
import type { LostPart } from '../../trace/blobs/restore.js';
import type { Workflow, WorkflowNode } from '../../workflow/format/ir.js';
import { findReached, INDEX_NAME } from '../../workflow/format/ir-constants.js';
import { ANY_INDEX, compileTemplate } from '../../workflow/format/template.js';

/** The lost parts that nodes from `start` on refer to, without the inputs in `given`. */
export function findLost(
  workflow: Workflow,
  start: string,
  lost: readonly LostPart[],
  given: Readonly<Record<string, unknown>>,
): LostPart[] {
  const needed = neededBy(workflow, start);
  return lost.filter(
    ({ path }) => !Object.hasOwn(given, path[0]!) && needed.some((each) => overlap(each, path)),
  );
}

/** The paths that the templates of the outputs and of the nodes reachable from `start` refer to. */
function neededBy(workflow: Workflow, start: string): LostPart['path'][] {
  const reached = findReached(workflow, start);
  const ofNodes = workflow.nodes.filter(({ id }) => reached.has(id)).flatMap(referencesOf);
  const ofOutputs = Object.values(workflow.outputs).flatMap(({ source }) => pathsIn(source));
  return [...ofNodes, ...ofOutputs];
}

/** The paths that the parameters of a node refer to. */
export function referencesOf({ params, batch }: WorkflowNode): LostPart['path'][] {
  const { workflow_ir: _inner, ...own } = params;
  const inParams = pathsIn(own).filter(([first]) => !batch || (first !== batch.as && first !== INDEX_NAME));
  return [...inParams, ...pathsIn(batch?.items)];
}

function pathsIn(value: unknown): LostPart['path'][] {
  return compileTemplate(value).references.map(({ path }) => path);
}

/** Whether one path is a prefix of the other. */
function overlap(one: LostPart['path'], other: LostPart['path']): boolean {
  const shorter = Math.min(one.length, other.length);
  return one.slice(0, shorter).every((step, i) => step === ANY_INDEX || String(step) === String(other[i]));
}
