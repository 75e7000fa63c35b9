/** Lists the models that the nodes of a workflow name, those of its nested workflows included. */
import { openReference, type Around } from '../../workflow/check/nested-workflows.js';
import { readDraft, table } from '../../workflow/format/draft.js';
import { findReached, startNode } from '../../workflow/format/ir-constants.js';
import { compileTemplate } from '../../workflow/format/template.js';
import { referenceOf, WORKFLOW_TYPE } from '../../workflow/library/workflow-reference.js';

/** A node that calls a model, by the path of its id through nested workflows; without a name it is the model of the run. */
export type ModelUse = Readonly<{ node: string; model: string | undefined }>;

/**
 * The models that the nodes reachable from `start` name, as far as they are known before the run: as text, or through an
 * input of `params`.
 */
export function listModelsUsed(
  source: unknown,
  params: Readonly<Record<string, unknown>>,
  { start, around = [] }: { start?: string | undefined; around?: Around } = {},
): ModelUse[] {
  const draft = readDraft(table(source));
  if (draft.nodes.length === 0) return [];
  const reached = findReached(draft, start ?? startNode(draft));
  return draft.nodes
    .filter(({ id }) => reached.has(id))
    .flatMap(({ id, type, params: own }): ModelUse[] => {
      if (type === WORKFLOW_TYPE) return listNested(id, own, around);
      if (type !== 'llm') return [];
      const { model } = own;
      if (model === undefined) return [{ node: id, model: undefined }];
      const name = typeof model === 'string' ? resolveInput(model, params) : undefined;
      return name === undefined ? [] : [{ node: id, model: name }];
    });
}

function resolveInput(text: string, params: Readonly<Record<string, unknown>>): string | undefined {
  const { references } = compileTemplate(text);
  if (references.length === 0) return text;
  const input = /^\$\{([\w-]+)\}$/.exec(text)?.[1];
  const value = input !== undefined && Object.hasOwn(params, input) ? params[input] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function listNested(id: string, params: Readonly<Record<string, unknown>>, around: Around): ModelUse[] {
  const reference = referenceOf(params);
  if ('problem' in reference) return [];
  if (reference.kind === 'named' && compileTemplate(reference.ref).references.length > 0) return [];
  try {
    const opened = openReference(reference, around);
    const inside = listModelsUsed(opened.source, {}, { around: opened.around });
    return inside.map(({ node, model }) => ({ node: `${id}.${node}`, model }));
  } catch {
    // Its node reports why it cannot be opened.
    return [];
  }
}
