/** Interprets the `loop` of a node: its conditions and the values that one round passes to the next. */

import type { Workflow, WorkflowNode } from '../format/ir.js';
import { WORKFLOW_TYPE } from '../library/workflow-reference.js';

/** A condition that begins with a bare name, perhaps negated or compared. */
const BARE = /^\s*(not\s+|!\s*)?([A-Za-z_][\w-]*(?:\.[\w-]+)*)(\s*(?:[=!<>]=|[<>])[^]*)?\s*$/;

/** The templates of the values passed on, by parameter; a bare name is an output of the node itself. */
export function carriedBy(node: WorkflowNode): Record<string, unknown> {
  const carry = node.loop?.carry;
  if (carry === undefined) return {};
  const entries: (readonly [string, unknown])[] = Array.isArray(carry)
    ? carry.map((name) => [name, name])
    : Object.entries(carry);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? withOwnOutput(value, node) : value]),
  );
}

/** A condition in which a bare name is an output of the node itself: `more` becomes `${round.more}`. */
export function withOwnOutput(text: string, { id }: WorkflowNode): string {
  const [, negation = '', name, comparison = ''] = BARE.exec(text) ?? [];
  return name === undefined ? text : `${negation}\${${id}.${name}}${comparison}`;
}

/** The node as it runs from its second round on: the values passed on replace its parameters. */
export function forNextRound(node: WorkflowNode): WorkflowNode {
  const params: Record<string, unknown> = { ...node.params };
  const inputs = { ...table(params['inputs']) };
  const mapping = { ...table(params['param_mapping']) };
  let touched = false;
  for (const [name, value] of Object.entries(carriedBy(node))) {
    const isInput =
      node.type === WORKFLOW_TYPE || Object.hasOwn(inputs, name) || (node.type === 'code' && name !== 'code');
    if (!isInput) params[name] = value;
    else {
      inputs[name] = value;
      touched = true;
      delete mapping[name];
      if (node.type === WORKFLOW_TYPE) delete params[name];
    }
  }
  if (touched) params['inputs'] = inputs;
  if (touched && 'param_mapping' in params) params['param_mapping'] = mapping;
  return { ...node, params };
}

/** The action of a node that failed: what its `error_action` names, in published pflow a parameter of nested workflows. */
export function errorActionOf(node: WorkflowNode): string | undefined {
  const inner = node.type === WORKFLOW_TYPE ? node.params['error_action'] : undefined;
  return node.error_action ?? (typeof inner === 'string' && inner !== '' ? inner : undefined);
}

/** The edges, with one for the action `error` where a node's `error_action` names another. */
export function edgesWithErrors({ nodes, edges }: Pick<Workflow, 'nodes' | 'edges'>): Workflow['edges'] {
  const added = nodes.flatMap((node) => {
    const action = errorActionOf(node);
    const edge = edges.find((each) => each.from === node.id && each.action === action);
    return edge && action !== 'error' ? [{ ...edge, action: 'error' }] : [];
  });
  const replaced = new Set(added.map(({ from }) => from));
  return [...edges.filter(({ from, action }) => !(action === 'error' && replaced.has(from))), ...added];
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
