/** References from nodes to other workflows. */

import { isJsonObject } from '../../lib/data/json-object.js';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { compileTemplate } from '../format/template.js';

/** The node type that runs a workflow. */
export const WORKFLOW_TYPE = 'workflow';

/** The workflow of such a node: saved or in a file by `ref`, or inline. */
export type WorkflowReference =
  | Readonly<{ kind: 'named'; param: string; ref: string }>
  | Readonly<{ kind: 'inline'; param: string; source: unknown }>;

/** The parameters that specify the workflow; exactly one must be set. */
export const REFERENCE_PARAMS = ['workflow', 'workflow_name', 'workflow_ref', 'workflow_ir'] as const;

/** Parses the reference of a node, or reports what is wrong with it. */
export function referenceOf(
  params: Readonly<Record<string, unknown>>,
): WorkflowReference | { problem: string } {
  const given = REFERENCE_PARAMS.filter((name) => params[name] !== undefined && params[name] !== null);
  const [param] = given;
  if (param === undefined)
    return {
      problem: 'needs the workflow to run: workflow (a path or a saved name) or workflow_ir (inline).',
    };
  if (given.length > 1) return { problem: `names several workflows: ${given.join(', ')}. Give one of them.` };
  const value = params[param];
  if (param === 'workflow_ir') return { kind: 'inline', param, source: value };
  if (typeof value === 'string' && value !== '') return { kind: 'named', param, ref: value };
  return { problem: `needs a path or a saved name as ${param}.` };
}

/** Whether a reference is a path rather than a saved name. */
export function isPath(ref: string): boolean {
  return /[\\/]/.test(ref) || ref.startsWith('~') || /\.(json|md)$/i.test(ref);
}

/** Resolves a path; `~` is the home directory. */
export function absolutePath(path: string, folder = process.cwd()): string {
  return resolve(folder, path.replace(/^~(?=$|[\\/])/, homedir()));
}

/** Makes references relative to the file absolute, so that the workflow can be run, saved or traced from any folder. */
export function anchorReferences(source: Record<string, unknown>, folder: string): Record<string, unknown> {
  const { nodes } = source;
  return Array.isArray(nodes) ? { ...source, nodes: nodes.map((node) => anchorNode(node, folder)) } : source;
}

function anchorNode(node: unknown, folder: string): unknown {
  if (!isJsonObject(node) || node['type'] !== WORKFLOW_TYPE || !isJsonObject(node['params'])) return node;
  const params = Object.entries(node['params']).map(([name, value]) => [name, anchored(name, value, folder)]);
  return { ...node, params: Object.fromEntries(params) as unknown };
}

function anchored(name: string, value: unknown, folder: string): unknown {
  if (name === 'workflow_ir') return isJsonObject(value) ? anchorReferences(value, folder) : value;
  if (name !== 'workflow' && name !== 'workflow_ref') return value;
  const isLiteralPath =
    typeof value === 'string' && isPath(value) && compileTemplate(value).references.length === 0;
  return isLiteralPath ? absolutePath(value, folder) : value;
}
