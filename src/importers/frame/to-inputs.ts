/** Represents any value as parameters by name. */

/** An object's fields, or one parameter `input`. */
export function toInputs(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { input: value };
}
