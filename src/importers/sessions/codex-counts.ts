/** Compares the counts in Codex's records of usage, and recognises the program's own messages. */
import { parseCount } from '../../usage/fields/count.js';
import { getField, type Fields } from '../../usage/fields/fields.js';
import { toText } from '../frame/record-text.js';

/** Whether the totals are those of the record before: it repeats it. */
export function isSameCounts(a: Fields, b: Fields | undefined): boolean {
  return b !== undefined && Object.keys(a).every((name) => a[name] === b[name]);
}

/** The increase of the totals by one call; the totals themselves after a reset. */
export function subtractCounts(totals: Fields, before: Fields): Fields {
  const parts = Object.keys(totals).map((name) => {
    const difference = (parseCount(totals[name]) ?? 0) - (parseCount(before[name]) ?? 0);
    return [name, difference] as const;
  });
  return parts.some(([, count]) => count < 0) ? totals : Object.fromEntries(parts);
}

/** Whether a user message has the program's own instructions, which it sends as user messages too. */
export function isOwnInstruction(message: unknown): boolean {
  const text = toText(getField(message, 'content'));
  return typeof text === 'string' && /^\s*<(?:environment_context|user_instructions|permissions)/.test(text);
}
