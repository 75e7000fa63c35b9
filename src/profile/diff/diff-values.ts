import { isMarked, type Captured } from '../../trace/event/captured.js';
import { pointerOf } from '../store/snapshot.js';
import { diffWords, type TextPart } from './diff-words.js';

/**
 * One difference between two values. `path` is a JSON Pointer: into the value after, and for `removed` into the value
 * before. `words` is there when a text became another text.
 */
export type Difference =
  | Readonly<{ kind: 'added'; path: string; after: Captured }>
  | Readonly<{ kind: 'removed'; path: string; before: Captured }>
  | Readonly<{
      kind: 'changed';
      path: string;
      before: Captured;
      after: Captured;
      words: readonly TextPart[] | undefined;
    }>;

/** What changed from one captured value to another, deepest differences only, in the order of the keys. */
export function diff(before: Captured, after: Captured): Difference[] {
  const differences: Difference[] = [];
  compare(before, after, [], differences);
  return differences;
}

/** Whether two captured values say the same. The order of keys does not matter. */
export function isSame(a: Captured | undefined, b: Captured | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b))
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(fieldOf(a, key), fieldOf(b, key)))
  );
}

type Path = readonly (string | number)[];

function compare(before: Captured, after: Captured, path: Path, differences: Difference[]): void {
  if (isSame(before, after)) return;
  if (isList(before) && isList(after)) return compareLists(before, after, path, differences);
  if (isRecord(before) && isRecord(after)) return compareRecords(before, after, path, differences);
  const words =
    typeof before === 'string' && typeof after === 'string' ? diffWords(before, after) : undefined;
  differences.push({ kind: 'changed', path: pointerOf(path), before, after, words });
}

function compareRecords(before: Fields, after: Fields, path: Path, differences: Difference[]): void {
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(after, key)) compare(before[key]!, after[key]!, [...path, key], differences);
    else differences.push({ kind: 'removed', path: pointerOf([...path, key]), before: before[key]! });
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key))
      differences.push({ kind: 'added', path: pointerOf([...path, key]), after: after[key]! });
  }
}

/** Equal beginnings and ends are set aside, so that an element put in or taken out is one difference and not many. */
function compareLists(
  before: readonly Captured[],
  after: readonly Captured[],
  path: Path,
  differences: Difference[],
): void {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isSame(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const both = shorter - tail;
  for (let i = head; i < both; i++) compare(before[i]!, after[i]!, [...path, i], differences);
  for (let i = both; i < before.length - tail; i++) {
    differences.push({ kind: 'removed', path: pointerOf([...path, i]), before: before[i]! });
  }
  for (let i = both; i < after.length - tail; i++) {
    differences.push({ kind: 'added', path: pointerOf([...path, i]), after: after[i]! });
  }
}

type Fields = { readonly [key: string]: Captured };

function isList(value: Captured): value is readonly Captured[] {
  return Array.isArray(value);
}

/** Marked forms are compared as wholes: half of a secret or of a cut text means nothing. */
function isRecord(value: Captured): value is Fields {
  return typeof value === 'object' && value !== null && !isList(value) && !isMarked(value);
}

function fieldOf(value: object, key: string): Captured {
  return (value as Fields)[key]!;
}
