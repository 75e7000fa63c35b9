/** Replaces the texts of a JSON value, and masks those that are secret by the name of their key. */

import type { Redactor } from '../../trace/redact/redact.js';

/** Converts every text with `convert`; `path` names its place, such as `choices[0].delta.content`. */
export function mapStrings(
  value: unknown,
  redactor: Redactor,
  convert: (text: string, path: string) => string,
  path = '',
): unknown {
  if (typeof value === 'string') return convert(value, path);
  if (Array.isArray(value))
    return value.map((each: unknown, i) => mapStrings(each, redactor, convert, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => {
      // Log probabilities name each piece of text `token`.
      const isSecret =
        typeof each === 'string' && !path.includes('logprobs') && redactor.byKey(key, each) !== undefined;
      const below = path === '' ? key : `${path}.${key}`;
      return [redactor.keyText(key), isSecret ? '[secret:key]' : mapStrings(each, redactor, convert, below)];
    }),
  );
}
