import { z } from 'zod';
import { isPocketFlowClass, pocketFlowType } from './pocketflow.js';
import type { NodeType } from '../node-type.js';

/** The node types that a module exports: made with defineNode, alone or in a list, or classes written for `pocketflow`. */
export function exportedTypes(exports: Readonly<Record<string, unknown>>): NodeType[] {
  const values = new Set(
    Object.values(exports).flatMap((value: unknown) => (Array.isArray(value) ? value : [value])),
  );
  return [...values].flatMap((value) => {
    if (isNodeType(value)) return [value];
    return isPocketFlowClass(value) ? [pocketFlowType(value)] : [];
  });
}

function isNodeType(value: unknown): value is NodeType {
  if (typeof value !== 'object' || value === null) return false;
  const { type, create, params, outputs } = value as Partial<Record<keyof NodeType, unknown>>;
  return (
    typeof type === 'string' &&
    typeof create === 'function' &&
    params instanceof z.ZodObject &&
    outputs instanceof z.ZodObject
  );
}
