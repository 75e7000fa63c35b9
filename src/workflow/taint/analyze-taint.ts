/** Taint analysis: determines which values of a workflow come from a model, the network, an MCP server, a file or a command. */

import type { Workflow, WorkflowNode } from '../format/ir.js';
import { INDEX_NAME } from '../format/ir-constants.js';
import { compileTemplate, type TemplateRef } from '../format/template.js';
import { outputsOf, type NodeCatalogue, type NodeSignature } from '../format/type-catalogue.js';
import { carriedBy } from '../check/repetition.js';
import { isOpen } from '../format/schema-path.js';
import { mappingOf, openReference, type Around } from '../check/nested-workflows.js';
import { readDraft, table } from '../format/draft.js';
import { referenceOf, WORKFLOW_TYPE } from '../library/workflow-reference.js';

/** Inputs whose values come from outside, by name with their origin; `all` if any of them may. */
export type TaintedInputs = Readonly<{ byName: Readonly<Record<string, string>>; all?: string }>;

/** The tainted values of a workflow. */
export type Taint = Readonly<{
  /** The origin of a reference in a node, such as 'a model'; undefined for constants and untainted inputs. */
  originOf(ref: TemplateRef, node: WorkflowNode): string | undefined;
  /** The tainted inputs of the nested workflow of a node. */
  inputsInside(node: WorkflowNode): TaintedInputs;
}>;

export type TaintOptions = Readonly<{ inputs?: TaintedInputs; around?: Around }>;

/** The origin of names that are resolved only at run time. */
export const ELSEWHERE = 'another workflow';

/**
 * Analyzes a workflow, which need not be valid. A node is tainted by its type, or by any parameter or batch that refers to a
 * tainted node: code, custom nodes and nested workflows propagate taint. Piped stdin is tainted, other inputs are not.
 */
export function analyzeTaint(
  workflow: Workflow,
  types: Pick<NodeCatalogue, 'get'>,
  { inputs = { byName: {} }, around = [] }: TaintOptions = {},
): Taint {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  const origins = new Map<WorkflowNode, string>();
  const sharing = workflow.nodes.filter(isSharing);
  const references = new Map(
    workflow.nodes.map((node) => {
      const { workflow_ir: _inner, ...params } = node.params;
      return [node, compileTemplate([params, carriedBy(node)]).references] as const;
    }),
  );

  const originOfInput = (name: string): string | undefined => {
    const input = Object.hasOwn(workflow.inputs, name) ? workflow.inputs[name] : undefined;
    const given = Object.hasOwn(inputs.byName, name) ? inputs.byName[name] : inputs.all;
    return given ?? (input?.stdin ? 'standard input' : undefined);
  };

  const originAtRoot = (name: string): string | undefined => {
    const isInput = Object.hasOwn(workflow.inputs, name);
    const writer = [...origins].find(([node]) => !isInput || mayWrite(node, name, types.get(node.type)));
    return writer?.[1] ?? (isInput ? originOfInput(name) : undefined);
  };

  const originOf: Taint['originOf'] = (ref, node) => {
    const name = String(ref.path[0]);
    if (name === INDEX_NAME) return undefined;
    return node.batch && name === node.batch.as ? originOfItems(node) : originInStore(name);
  };

  const originInStore = (name: string): string | undefined => {
    if (sharing.some((node) => origins.has(node))) return ELSEWHERE;
    if (!workflow.enable_namespacing) return originAtRoot(name);
    const writer = byId.get(name);
    if (writer) return origins.get(writer);
    return Object.hasOwn(workflow.inputs, name) ? originOfInput(name) : ELSEWHERE;
  };

  const firstOrigin = (value: unknown, node: WorkflowNode): string | undefined =>
    first(compileTemplate(value).references, (ref) => originOf(ref, node));

  /** The item's name is not in scope there. */
  const originOfItems = ({ batch }: WorkflowNode): string | undefined =>
    first(compileTemplate(batch?.items).references, ({ path }) => originInStore(String(path[0])));

  const inputsInside = (node: WorkflowNode): TaintedInputs => {
    const mapping = mappingOf(node.params);
    const all = mapping ? undefined : firstOrigin(node.params, node);
    const entries = Object.entries(mapping ?? {}).flatMap(([name, value]) => {
      const origin = firstOrigin(value, node);
      return origin === undefined ? [] : [[name, origin] as const];
    });
    return { byName: Object.fromEntries(entries), ...(all === undefined ? {} : { all }) };
  };

  const originOfNode = (node: WorkflowNode): string | undefined => {
    const isNested = node.type === WORKFLOW_TYPE;
    const byType = isNested ? undefined : originOfType(node.type, types.get(node.type));
    return (
      byType ??
      first(references.get(node)!, (ref) => originOf(ref, node)) ??
      originOfItems(node) ??
      (isNested ? originInside(node, types, around) : undefined)
    );
  };

  // Alternates the direction, so that a chain of nodes is settled in one pass in whichever order it is written.
  const order = [...workflow.nodes];
  for (let before = -1; before < origins.size; order.reverse()) {
    before = origins.size;
    for (const node of order) {
      const origin = origins.has(node) ? undefined : originOfNode(node);
      if (origin !== undefined) origins.set(node, origin);
    }
  }
  return { originOf, inputsInside };
}

/** The origin of a type's outputs; undefined if they depend on its parameters only. */
function originOfType(name: string, type: NodeSignature | undefined): string | undefined {
  if (name === 'shell') return 'a command';
  if (name.startsWith('mcp-')) return 'an MCP server';
  const effects = type?.effects ?? [];
  if (effects.includes('model')) return 'a model';
  if (effects.includes('sends')) return 'the network';
  return effects.includes('reads') ? 'a file' : undefined;
}

/** The origin of any value inside a nested workflow; one that cannot be opened here may contain anything. */
function originInside(
  node: WorkflowNode,
  types: Pick<NodeCatalogue, 'get'>,
  around: Around,
): string | undefined {
  const reference = referenceOf(node.params);
  if ('problem' in reference) return undefined;
  if (!['mapped', 'isolated', undefined].includes(node.params['storage_mode'] as string | undefined))
    return ELSEWHERE;
  if (reference.kind === 'named' && compileTemplate(reference.ref).references.length > 0) return ELSEWHERE;
  try {
    const opened = openReference(reference, around);
    const inner = readDraft(table(opened.source));
    for (const each of inner.nodes) {
      const own = each.type === WORKFLOW_TYPE ? undefined : originOfType(each.type, types.get(each.type));
      const origin =
        own ?? (each.type === WORKFLOW_TYPE ? originInside(each, types, opened.around) : undefined);
      if (origin !== undefined) return origin;
    }
    return undefined;
  } catch {
    return ELSEWHERE;
  }
}

/** Whether the nested workflow of a node writes to the store of this one, under names that this one does not know. */
function isSharing({ type, params }: WorkflowNode): boolean {
  const mode = params['storage_mode'];
  return type === WORKFLOW_TYPE && (mode === 'shared' || compileTemplate(mode).references.length > 0);
}

function mayWrite(node: WorkflowNode, name: string, type: NodeSignature | undefined): boolean {
  if (!type || isOpen(type.outputs)) return true;
  return name === 'error' || Object.hasOwn(outputsOf(node, type).shape, name);
}

function first<Item>(
  items: readonly Item[],
  originOf: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const origin = originOf(item);
    if (origin !== undefined) return origin;
  }
  return undefined;
}
