/** Renders a workflow as a text graph. */

import { basename } from 'node:path';
import { plural } from '../lib/text/format.js';
import { graphOutline, type OutlineRow, type Pointer } from '../lib/text/graph-outline.js';
import { safeText } from '../lib/text/safe-text.js';
import { truncate } from '../lib/text/text-width.js';
import type { Workflow, WorkflowNode } from './format/ir.js';
import { startNode } from './format/ir-constants.js';
import { referenceOf, WORKFLOW_TYPE } from './library/workflow-reference.js';

/** Renders a workflow: one line per node, top-down; other actions indented below, with `↑` for a back edge and `↓` for a node listed further down. */
export function graphText(workflow: Workflow, options: { columns?: number } = {}): string {
  const { columns = Infinity } = options;
  const { nodes, inputs, outputs } = workflow;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = graphOutline(nodes.length > 0 ? startNode(workflow) : undefined, byId.keys(), workflow.edges);
  const reached = new Set(rows.map((row) => row.kind === 'node' && row.id));
  const unreached = nodes.map(({ id }) => id).filter((id) => !reached.has(id));
  return [
    ...labelled('inputs', Object.entries(inputs).map(inputText)),
    ...rows.map((row) => rowText(row, byId)),
    ...labelled(
      'outputs',
      Object.entries(outputs).map(([name, { source }]) => outputText(name, source)),
    ),
    ...labelled('never reached', unreached),
  ]
    .map((line) => truncate(safeText(line), columns))
    .join('\n');
}

function rowText(row: OutlineRow, nodes: ReadonlyMap<string, WorkflowNode>): string {
  const indent = '│  '.repeat(row.depth);
  switch (row.kind) {
    case 'node':
      return `${indent}● ${nodeText(nodes.get(row.id)!)}`;
    case 'branch':
      return `${indent}├─ ${row.action}${row.to ? ` ${pointerText(row.to)}` : ''}`;
    case 'on':
      return indent + pointerText(row.to);
    default:
      return row satisfies never;
  }
}

function pointerText({ id, way }: Pointer): string {
  return way === 'missing' ? `✗ ${id} (there is no such node)` : `${way === 'up' ? '↑' : '↓'} ${id}`;
}

function nodeText(node: WorkflowNode): string {
  const { id, type, batch, purpose } = node;
  const items = typeof batch?.items === 'string' ? batch.items : plural(batch?.items.length ?? 0, 'item');
  const each = batch ? ` × ${items}${batch.parallel ? ', in parallel' : ''}` : '';
  const [about = ''] = (purpose ?? '').split('\n');
  return `${id}  ${type}${inside(node)}${each}${about ? `  ${about}` : ''}`;
}

/** The workflow that a node runs. */
function inside({ type, params }: WorkflowNode): string {
  if (type !== WORKFLOW_TYPE) return '';
  const reference = referenceOf(params);
  if ('problem' in reference) return '';
  return ` ${reference.kind === 'inline' ? 'of its own' : `'${basename(reference.ref)}'`}`;
}

function labelled(label: string, parts: readonly string[]): string[] {
  return parts.length ? [`${label}: ${parts.join(', ')}`] : [];
}

function inputText([name, { required, default: byDefault }]: [string, Workflow['inputs'][string]]): string {
  if (byDefault !== undefined) return `${name} = ${JSON.stringify(byDefault)}`;
  return required ? name : `${name}?`;
}

function outputText(name: string, source: string | undefined): string {
  return source === undefined ? name : `${name} = ${source.split('\n')[0]!}`;
}
