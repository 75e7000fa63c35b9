/** The schema of values of a declared type. */
import { z } from 'zod';
import type { InputType } from './ir.js';

/** The shape of values of a declared type, as far as it says how they can be gone into. */
export function shapeOfType(type: InputType | undefined): z.ZodType | undefined {
  switch (type) {
    case 'number':
    case 'int':
    case 'integer':
    case 'float':
      return z.number();
    case 'boolean':
    case 'bool':
      return z.boolean();
    case 'array':
    case 'list':
      return z.array(z.unknown());
    default:
      return undefined;
  }
}
