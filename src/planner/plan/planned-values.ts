import type { z } from 'zod';
import { convert } from '../../workflow/format/convert-value.js';
import { convertParam } from '../../workflow/format/convert-param.js';

/** Text from a structured answer as the value that this parameter of a node takes; without a declaration it stays text. */
export function decodeParam(field: z.ZodType | undefined, text: string): unknown {
  if (!field) return text;
  const converted = convertParam(field, text);
  if (typeof converted !== 'string') return converted;
  // A parameter of several types, such as one image or a list of them, takes JSON for what it says.
  const structure = /^\s*[[{]/.test(text) ? convert(text, 'any') : text;
  return structure !== text && field.safeParse(structure).success ? structure : text;
}

/** Text from a structured answer as a value of a declared type. */
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

/** A value as the text that a structured answer carries. */
export function encodeValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}
