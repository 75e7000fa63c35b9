/** Navigates the schema of declared types. */

/** Follows paths into schemas, and describes schemas and values in words. */
import type { z } from 'zod';
import { isKind } from './schema-kind.js';
import { ANY_INDEX, type PathStep } from './template.js';

/** Unwraps optional and default schemas. */
export function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (
    isKind(inner, 'optional') ||
    isKind(inner, 'nullable') ||
    isKind(inner, 'default') ||
    isKind(inner, 'readonly')
  ) {
    inner = inner.def.innerType;
  }
  return inner;
}

/** Whether an object with this field must have it. A field that takes any value need not be one that may be absent. */
export function isRequired(field: z.ZodType): boolean {
  const { _zod: internals } = field;
  return internals.optin === undefined;
}

/** Whether an object allows additional keys. */
export function isOpen(schema: z.ZodObject): boolean {
  const { catchall } = schema.def;
  return catchall !== undefined && !isKind(catchall as z.ZodType, 'never');
}

/** The type of a schema in words: `text`, `a number`, `a list`. */
export function kindOf(schema: z.ZodType): string {
  const inner = unwrap(schema);
  if (isKind(inner, 'enum')) return `one of ${inner.options.join(', ')}`;
  if (isKind(inner, 'union')) return [...new Set(inner.options.map(kindOf))].join(' or ');
  if (isKind(inner, 'number') && inner.isInt) return kinds['int']!;
  return kinds[inner.def.type] ?? 'any value';
}

/** The type of a value in words. */
export function kindOfValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? `a ${typeof value}`;
}

/** Words for the type names of zod and `typeof`. */
export const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  nonoptional: 'a value',
};

/**
 * Follows a path in a schema: the schema there, `undefined` if unknown, or the reason why no value can have that path.
 * Paths into text are accepted, since text may hold JSON.
 */
export function followShape(
  schema: z.ZodType | undefined,
  path: readonly PathStep[],
): { schema: z.ZodType | undefined } | { miss: string } {
  let current = schema;
  for (const step of path) {
    const inner: z.ZodType | undefined = current && unwrap(current);
    if (isKind(inner, 'object')) {
      const field = inner.shape[step];
      if (!field && !isOpen(inner)) {
        const without = step === ANY_INDEX ? 'and no list' : `without '${step}'`;
        return { miss: `is an object ${without}. It has: ${Object.keys(inner.shape).join(', ')}.` };
      }
      current = field;
    } else if (isKind(inner, 'array')) {
      if (step !== ANY_INDEX && !/^\d+$/.test(String(step)))
        return { miss: `is a list: its elements are [0] and so on, not '${step}'.` };
      current = inner.element;
    } else if (isKind(inner, 'number') || isKind(inner, 'boolean')) {
      return { miss: `is ${kindOf(inner)} and has no '${step}'.` };
    } else {
      current = undefined;
    }
  }
  return { schema: current };
}
