/** Collects the node types that a module exports. */

import { isFields } from '../definition/field-schemas.js';
import { isPocketFlowClass, pocketFlowType } from './pocketflow.js';
import { kebabCase } from './pocketflow-names.js';
import { isPocketFlowFlowClass, pocketFlowFlowType } from './pocketflow-flow.js';
import { isPocketFlow } from './pocketflow-walk.js';
import type { NodeType } from '../definition/node-type.js';

/** The node types of a module: from defineNode, alone or in a list, or `pocketflow` classes and flows. */
export function exportedTypes(exports: Readonly<Record<string, unknown>>): NodeType[] {
  const names = new Map<unknown, string>();
  for (const [name, value] of Object.entries(exports))
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      if (!names.has(each)) names.set(each, name);
  return Array.from(names, ([value, name]) => typeOf(value, name)).filter((type) => type !== undefined);
}

function typeOf(value: unknown, name: string): NodeType | undefined {
  if (isNodeType(value)) return value;
  if (isPocketFlowClass(value)) return pocketFlowType(value);
  if (isPocketFlowFlowClass(value)) {
    const { type, description } = value;
    return pocketFlowFlowType(
      typeof type === 'string' ? type : kebabCase(value.name),
      typeof description === 'string' ? description : `The pocketflow flow ${value.name}.`,
      () => new value(),
    );
  }
  if (!isPocketFlow(value)) return undefined;
  const type = name === 'default' ? 'flow' : kebabCase(name);
  return pocketFlowFlowType(type, `The pocketflow flow ${name}.`, () => value.clone());
}

function isNodeType(value: unknown): value is NodeType {
  if (typeof value !== 'object' || value === null) return false;
  const { type, create, params, outputs } = value as Partial<Record<keyof NodeType, unknown>>;
  return typeof type === 'string' && typeof create === 'function' && isFields(params) && isFields(outputs);
}
