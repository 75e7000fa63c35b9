/** Converts values between structured answers and parameters. */

import type { z } from 'zod';
import { convert } from '../../workflow/format/convert-value.js';
import { convertParam } from '../../workflow/format/convert-param.js';

/** Converts text of a structured answer to the type of a parameter; without a declaration it stays text. */
export function decodeParam(field: z.ZodType | undefined, text: string): unknown {
  if (!field) return text;
  const converted = convertParam(field, text);
  if (typeof converted !== 'string') return converted;
  // A parameter of several types, such as an image or a list of them, accepts JSON.
  const structure = /^\s*[[{]/.test(text) ? convert(text, 'any') : text;
  return structure !== text && field.safeParse(structure).success ? structure : text;
}

/** Converts text of a structured answer to a declared type. */
export function decodeValue(
  type: 'string' | 'number' | 'boolean' | 'object' | 'array',
  text: string,
): unknown {
  const kinds = {
    string: 'text',
    number: 'number',
    boolean: 'boolean',
    object: 'object',
    array: 'list',
  } as const;
  return convert(text, kinds[type]);
}

/** Formats a value as text for a structured answer. */
export function encodeValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}
