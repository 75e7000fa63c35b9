import { safeText } from '../lib/safe-text.js';
import type { Effect } from '../nodes/node-type.js';
import type { Workflow, WorkflowNode } from '../workflow/ir.js';
import { compileTemplate, followPath } from '../workflow/template.js';
import type { Catalogue } from './deps.js';

/** What one step of a workflow does to the world, for a person to allow: `runs "rm -rf build"`. */
export type PlannedEffect = Readonly<{ node: string; effect: Effect; what: string }>;

/**
 * The input by which a run allows its delete-file nodes to delete. A planned workflow declares it as false: neither the
 * request nor a model can set it, only the person who confirms the plan.
 */
export const CONFIRM_DELETE = 'confirm_delete';

/**
 * The steps that write, move, delete, run commands or send. Paths and commands are those of this run where they are known
 * beforehand; what a node will only find out stands as its template. A type that is not in the catalogue could do anything
 * and is taken to run commands.
 */
export function effectsOf(
  workflow: Workflow,
  catalogue: Catalogue,
  params: Readonly<Record<string, unknown>> = {},
): PlannedEffect[] {
  const values = { ...defaultsOf(workflow), ...params };
  return workflow.nodes.flatMap((node) => {
    const known = knownParams(node, values);
    return usedEffects(node, known, catalogue)
      .filter((effect) => effect !== 'reads' && effect !== 'model')
      .map((effect) => ({ node: node.id, effect, what: describe(effect, node, known) }));
  });
}

function usedEffects(node: WorkflowNode, known: Known, catalogue: Catalogue): readonly Effect[] {
  const type = catalogue.get(node.type);
  if (!type) return ['runs-commands'];
  // An address that other nodes fill in carries what they found out to whoever is asked.
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

function describe(effect: Effect, node: WorkflowNode, known: Known): string {
  const each = node.batch ? `, for each of ${said(node.batch.items)}` : '';
  return what(effect, node, known) + each;
}

function what(effect: Effect, { type }: WorkflowNode, known: Known): string {
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
      return `runs ${said(known['command'])}${known['cwd'] === undefined ? '' : ` in ${said(known['cwd'])}`}`;
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

/** The parameters with the inputs filled in; templates that a node will fill stay as they are. */
function knownParams({ params }: WorkflowNode, values: Known): Known {
  return compileTemplate(params).render((path) => followPath(values, path), { permissive: true }) as Known;
}

const LONGEST = 300;

/** A value in quotes, as it can be shown in a terminal. */
function said(value: unknown): string {
  const text = safeText(JSON.stringify(value) ?? 'nothing');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
