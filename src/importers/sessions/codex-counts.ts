/** Compares the counts in Codex's records of usage, and recognises the program's own messages. */
import { parseCount } from '../../usage/fields/count.js';
import { getField, type Fields } from '../../usage/fields/fields.js';
import { toText } from '../frame/record-text.js';

/** Whether the totals are those of the record before: it repeats it. */
export function isSameCounts(a: Fields, b: Fields | undefined): boolean {
  if (b === undefined) return false;
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}

/** The increase of the totals by one call; the totals themselves after a reset. */
export function subtractCounts(totals: Fields, before: Fields): Fields {
  const parts: Record<string, number> = {};
  for (const name of Object.keys(totals)) {
    const difference = (parseCount(totals[name]) ?? 0) - (parseCount(before[name]) ?? 0);
    if (difference < 0) return totals;
    parts[name] = difference;
  }
  return parts;
}

/** Whether a user message has the program's own instructions, which it sends as user messages too. */
export function isOwnInstruction(message: unknown): boolean {
  const text = toText(getField(message, 'content'));
  return typeof text === 'string' && /^\s*<(?:environment_context|user_instructions|permissions)/.test(text);
}
