/** Lists the node types that a workflow uses, those of its nested workflows included. */

import { readDraft, table } from '../format/draft.js';
import { compileTemplate } from '../format/template.js';
import { referenceOf, WORKFLOW_TYPE } from '../library/workflow-reference.js';
import { openReference, type Around } from './nested-workflows.js';

/** `complete` is false if a nested workflow is known only during the run, or cannot be read. */
export type TypesUsed = Readonly<{ types: readonly string[]; complete: boolean }>;

/** The node types of a workflow, which need not be valid. */
export function typesUsed(source: unknown, around: Around = []): TypesUsed {
  const { nodes } = readDraft(table(source));
  const nested = nodes
    .filter(({ type }) => type === WORKFLOW_TYPE)
    .map(({ params }) => inside(params, around));
  const types = [...nodes.map(({ type }) => type), ...nested.flatMap((each) => each.types)];
  return { types: [...new Set(types)], complete: nested.every(({ complete }) => complete) };
}

const unknown: TypesUsed = { types: [], complete: false };

function inside(params: Readonly<Record<string, unknown>>, around: Around): TypesUsed {
  const reference = referenceOf(params);
  if ('problem' in reference) return unknown;
  if (reference.kind === 'named' && compileTemplate(reference.ref).references.length > 0) return unknown;
  try {
    const opened = openReference(reference, around);
    return typesUsed(opened.source, opened.around);
  } catch {
    return unknown;
  }
}
