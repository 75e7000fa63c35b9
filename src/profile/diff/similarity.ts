/** How much two captured values resemble each other. */
import type { Captured } from '../../trace/event/captured.js';

/** Levels of nesting, fields of a container and characters of a text that are looked at. */
const MAX_DEPTH = 3;
const MAX_FIELDS = 50;
const MAX_TEXT = 1000;

/** From 0 (nothing in common) to 1 (equal): for texts the share of equal characters at both ends, for containers the mean over all fields. */
export function similarity(a: Captured, b: Captured, depth = 0): number {
  if (a === b) return 1;
  if (typeof a === 'string' && typeof b === 'string') return textSimilarity(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return 0;
  if (Array.isArray(a) !== Array.isArray(b) || depth === MAX_DEPTH) return 0;
  const [one, other] = [a as Fields, b as Fields];
  const keys = new Set([
    ...Object.keys(one).slice(0, MAX_FIELDS),
    ...Object.keys(other).slice(0, MAX_FIELDS),
  ]);
  if (keys.size === 0) return 1;
  let sum = 0;
  for (const key of keys)
    if (Object.hasOwn(one, key) && Object.hasOwn(other, key))
      sum += similarity(one[key]!, other[key]!, depth + 1);
  return sum / keys.size;
}

function textSimilarity(a: string, b: string): number {
  const [shorter, longer] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  const limit = Math.min(shorter, MAX_TEXT);
  let head = 0;
  while (head < limit && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < limit - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return (head + tail) / Math.min(longer, MAX_TEXT * 2);
}

type Fields = Readonly<Record<string, Captured>>;
