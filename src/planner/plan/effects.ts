/** Determines the side effects of a workflow for the user to confirm. */

import { safeText } from '../../lib/text/safe-text.js';
import type { Effect } from '../../nodes/definition/node-type.js';
import { workflowSchema, type Workflow, type WorkflowNode } from '../../workflow/format/ir.js';
import { mappingOf, openReference, type Around } from '../../workflow/check/nested-workflows.js';
import { referenceOf, WORKFLOW_TYPE } from '../../workflow/library/workflow-reference.js';
import { isRaw } from '../../workflow/taint/command-notes.js';
import { compileTemplate, followPath } from '../../workflow/format/template.js';
import type { Catalogue } from './planner-deps.js';

type Types = Pick<Catalogue, 'get'>;

/** A side effect of a step: `runs "rm -rf build"`. */
export type PlannedEffect = Readonly<{ node: string; effect: Effect; what: string }>;

/**
 * The input that enables deletion by delete-file nodes. A planned workflow declares it as false: neither the request nor
 * a model can set it, only the user who confirms the plan.
 */
export const CONFIRM_DELETE = 'confirm_delete';

/**
 * The steps that write, move, delete, run commands or send, including those of nested workflows. Paths and commands are
 * resolved as far as known; others show their template. An unknown type, or a workflow that cannot be inspected, counts
 * as running commands.
 */
export function effectsOf(
  workflow: Workflow,
  catalogue: Types,
  params: Readonly<Record<string, unknown>> = {},
  around: Around = [],
): PlannedEffect[] {
  const values = { ...defaultsOf(workflow), ...params };
  return workflow.nodes.flatMap((node) => {
    const known = knownParams(node, values);
    return effectsInside(node, known, catalogue, around) ?? ownEffects(node, known, catalogue);
  });
}

function ownEffects(node: WorkflowNode, known: Known, catalogue: Types): PlannedEffect[] {
  return usedEffects(node, known, catalogue)
    .filter((effect) => effect !== 'reads' && effect !== 'model')
    .map((effect) => ({ node: node.id, effect, what: what(effect, node, known) + eachOf(node) }));
}

/** The effects of the workflow that a node runs; undefined if the node runs none or only the run determines it. */
function effectsInside(
  node: WorkflowNode,
  known: Known,
  catalogue: Types,
  around: Around,
): PlannedEffect[] | undefined {
  const inner = workflowIn(node, known, around);
  return inner
    ? effectsOf(inner.workflow, catalogue, mappingOf(known), inner.around).map((each) => ({
        ...each,
        node: `${node.id}/${each.node}`,
        what: each.what + eachOf(node),
      }))
    : undefined;
}

function workflowIn(
  { type }: WorkflowNode,
  known: Known,
  around: Around,
): { workflow: Workflow; around: Around } | undefined {
  if (type !== WORKFLOW_TYPE) return undefined;
  const reference = referenceOf(known);
  if ('problem' in reference) return undefined;
  if (reference.kind === 'named' && compileTemplate(reference.ref).references.length > 0) return undefined;
  try {
    const opened = openReference(reference, around);
    return { workflow: workflowSchema.parse(opened.source), around: opened.around };
  } catch {
    // The run reports the problem.
    return undefined;
  }
}

function usedEffects(node: WorkflowNode, known: Known, catalogue: Types): readonly Effect[] {
  const type = catalogue.get(node.type);
  if (!type) return ['runs-commands'];
  // A URL that contains node outputs discloses them to its host.
  const tells = type.effects.includes('sends') && compileTemplate(known).references.length > 0;
  return tells || !type.effectsOf ? type.effects : type.effectsOf(known);
}

type Known = Readonly<Record<string, unknown>>;

const verbs: Readonly<Record<Effect, string>> = {
  reads: 'reads',
  writes: 'writes',
  moves: 'moves',
  deletes: 'deletes',
  'runs-commands': 'runs',
  sends: 'sends to',
  model: 'asks a model',
};

function eachOf({ batch }: WorkflowNode): string {
  return batch ? `, for each of ${said(batch.items)}` : '';
}

function what(effect: Effect, { type, raw }: WorkflowNode, known: Known): string {
  switch (type) {
    case 'write-file':
      return `${known['append'] === true ? 'adds to' : 'writes'} ${said(known['file_path'])}`;
    case 'copy-file':
      return `copies ${said(known['source_path'])} to ${said(known['dest_path'])}${replacing(known)}`;
    case 'move-file':
      return `moves ${said(known['source_path'])} to ${said(known['dest_path'])}${replacing(known)}`;
    case 'delete-file':
      return `deletes ${said(known['file_path'])}`;
    case 'shell':
      return [
        `runs ${said(known['command'])}`,
        ...(known['cwd'] === undefined ? [] : [`in ${said(known['cwd'])}`]),
        ...(isRaw({ raw, params: known }) ? ['with values inserted unquoted (raw)'] : []),
      ].join(' ');
    case 'http':
      return `sends ${method(known)} to ${said(known['url'])}`;
    default:
      return `${verbs[effect]} (${type}) with ${said(known)}`;
  }
}

function replacing(known: Known): string {
  return known['overwrite'] === undefined || known['overwrite'] === false ? '' : ', replacing what is there';
}

function method(known: Known): string {
  if (typeof known['method'] === 'string') return known['method'].toUpperCase();
  return known['body'] === undefined ? 'GET' : 'POST';
}

function defaultsOf({ inputs }: Workflow): Record<string, unknown> {
  const entries = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** Resolves the inputs in the parameters; templates of nodes stay. */
function knownParams({ params }: WorkflowNode, values: Known): Known {
  // Templates of an inline workflow belong to that workflow.
  const { workflow_ir: inline, ...own } = params;
  const known = compileTemplate(own).render((path) => followPath(values, path), { permissive: true });
  return { ...(known as Known), ...(inline === undefined ? {} : { workflow_ir: inline }) };
}

const LONGEST = 300;

/** Quotes a value for display in a terminal. */
function said(value: unknown): string {
  const text = safeText(JSON.stringify(value) ?? 'nothing');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
