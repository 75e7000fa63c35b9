/** The schemas of a node type's parameters and outputs: objects, in zod 4 of whichever copy. */
import type { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { isKind, isZod3, isZod4 } from '../../workflow/format/schema-kind.js';
import { kindOfValue } from '../../workflow/format/schema-path.js';

/** Whether a value can be the `params` or `outputs` of a node type. */
export function isFields(value: unknown): value is z.ZodObject {
  return isZod4(value) && isKind(value, 'object');
}

/** Throws a PflowError when what defineNode was handed is no object: the engine's message would name a variable of ours. */
export function checkDefinition(definition: unknown): void {
  if (typeof definition === 'object' && definition !== null) return;
  throw new PflowError('usage', `defineNode needs a definition, not ${kindOfValue(definition)}.`, {
    hint: 'It is an object with type, description, params, outputs and exec.',
  });
}

/** Throws a PflowError when a definition's `params` or `outputs` is not an object schema of zod 4. */
export function checkFields(type: unknown, name: 'params' | 'outputs', schema: unknown): void {
  if (isFields(schema)) return;
  if (isZod3(schema)) {
    throw new PflowError('usage', `The ${name} of node type '${String(type)}' are a schema of zod 3.`, {
      hint: "Define them with zod 4.1 or newer: `npm install zod@4`, or import { z } from 'zod/v4'.",
    });
  }
  throw new PflowError(
    'usage',
    `The ${name} of node type '${String(type)}' must be an object schema of zod 4.`,
    {
      hint: `As in: ${name}: z.object({ text: z.string().describe('…') }).`,
    },
  );
}

/**
 * The fields of a node type that takes or gives anything. It is what of a zod schema is read here, because programs that use
 * such types need no zod.
 */
export const anyFields = {
  shape: {},
  def: { type: 'object', shape: {}, catchall: { def: { type: 'unknown' } } },
  _zod: { optin: undefined },
  '~standard': {
    version: 1,
    vendor: 'pflow',
    validate: (value: unknown) => ({ value }),
  },
} as unknown as z.ZodObject;
