/** Reads as much of an invalid workflow as possible. */

import { workflowSchema, type Workflow } from './ir.js';

const { inputs, outputs, nodes, edges } = workflowSchema.shape;
const inputSchema = inputs.unwrap().valueType;
const outputSchema = outputs.unwrap().valueType;
const nodeSchema = nodes.element;
const edgeSchema = edges.unwrap().element;

export const workflowKeys = Object.keys(workflowSchema.shape);
export const inputKeys = Object.keys(inputSchema.shape);
export const outputKeys = Object.keys(outputSchema.shape);
export const nodeKeys = Object.keys(nodeSchema.shape);
export const batchKeys = Object.keys(nodeSchema.shape.batch.unwrap().shape);
export const retryKeys = Object.keys(nodeSchema.shape.retry.unwrap().shape);
export const loopKeys = Object.keys(nodeSchema.shape.loop.unwrap().shape);
export const edgeKeys = Object.keys(edgeSchema.shape);

/**
 * Reads a workflow leniently, so that one invalid field does not hide other problems. Invalid parts are replaced by
 * empty ones: text by '', an object by {}. Positions match the source.
 */
export function readDraft(source: Record<string, unknown>): Workflow {
  const startNode = source['start_node'];
  const mode = source['template_resolution_mode'];
  return {
    ir_version: text(source['ir_version']),
    inputs: mapTable(source['inputs'], (value) => inputSchema.safeParse(value).data ?? inputSchema.parse({})),
    outputs: mapTable(source['outputs'], (value) => outputSchema.safeParse(value).data ?? {}),
    nodes: list(source['nodes']).map((value) => nodeSchema.safeParse(value).data ?? readNode(table(value))),
    edges: list(source['edges']).map((value) => edgeSchema.safeParse(value).data ?? readEdge(table(value))),
    ...(typeof startNode === 'string' ? { start_node: startNode } : {}),
    enable_namespacing: source['enable_namespacing'] !== false,
    template_resolution_mode: mode === 'permissive' ? 'permissive' : 'strict',
  };
}

function readNode(source: Record<string, unknown>): Workflow['nodes'][number] {
  const batch = nodeSchema.shape.batch.safeParse(source['batch']).data;
  const node = { id: text(source['id']), type: text(source['type']), params: table(source['params']) };
  if (batch) return { ...node, batch };
  return source['batch'] === undefined
    ? node
    : { ...node, batch: nodeSchema.shape.batch.unwrap().parse({ items: [] }) };
}

function readEdge(source: Record<string, unknown>): Workflow['edges'][number] {
  return { from: text(source['from']), to: text(source['to']), action: text(source['action']) };
}

function mapTable<T>(value: unknown, read: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(table(value)).map(([key, item]) => [key, read(item)]));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is an object, else an empty object. */
export function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
