/** Tests whether a value holds nothing. */

/** Longer text is not searched for other characters than spaces. */
const MOST_SEARCHED = 4096;

/** Whether a value is absent, text of nothing but white space, an empty list or an empty object. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return value.length < MOST_SEARCHED && value.trim() === '';
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
