/** Converts a parameter to the type of its field. */
import type { z } from 'zod';
import { convert } from './convert-value.js';
import { isKind } from './schema-kind.js';
import { unwrap } from './schema-path.js';

/**
 * A parameter in the type that its field wants, where the value says the same in another: `"30"` for 30, JSON text for an
 * object, a number or an object for text. Anything else is left for the schema to judge.
 */
export function convertParam(field: z.ZodType, value: unknown): unknown {
  const inner = unwrap(field);
  if (isKind(inner, 'string')) return convert(value, 'text');
  if (isKind(inner, 'number')) return convert(value, 'number');
  if (isKind(inner, 'boolean')) return convert(value, 'boolean');
  if (isKind(inner, 'array')) return convert(value, 'list');
  return isKind(inner, 'object') || isKind(inner, 'record') ? convert(value, 'object') : value;
}
