/** The differences between two captured values, as a tree of the paths that changed. */
import { isMarked, type Captured } from '../../trace/event/captured.js';
import { findBlobHash } from '../../trace/blobs/blob-store.js';
import { align } from './align.js';
import { pairReplaced } from './pair-replaced.js';
import { type Snapshot } from '../store/folder-history.js';
import { isSameValue } from '../store/snapshot.js';
import { diffWords, type TextPart } from './diff-words.js';

/** A step of a path: a key of an object or an index of a list. */
export type Step = string | number;

/**
 * One difference below a value: something that only one of the two sides has, one value in place of another, or a container
 * on both sides with differences inside. `from` is the step to it in the value before, `to` the step in the value after:
 * they differ for elements of a list that moved because others were inserted or removed. `words` is present if a text
 * replaced a text.
 */
export type Difference =
  | Readonly<{ kind: 'added'; to: Step; after: Captured }>
  | Readonly<{ kind: 'removed'; from: Step; before: Captured }>
  | Readonly<{
      kind: 'changed';
      from: Step;
      to: Step;
      before: Captured;
      after: Captured;
      words: readonly TextPart[] | undefined;
    }>
  /** Elements in the middle of a list that a preview does not have: they may differ. */
  | Readonly<{ kind: 'truncated'; count: number }>
  | Readonly<{ kind: 'inside'; from: Step; to: Step; after: Captured; inside: readonly Difference[] }>;

/** Replaces a truncated value by the full value, where that is available and short enough to compare. */
export type Expand = (value: Captured) => Captured;

/** How many values were added, removed and replaced, at any depth. */
export type DiffCounts = Readonly<{ added: number; removed: number; changed: number }>;

/**
 * What changed from one state of the store to another. Keys come in the order of the later state, followed by those that were
 * removed. A value that both states share is not read from the trace file.
 */
export function diffStores(before: Snapshot, after: Snapshot, expand: Expand = same): Difference[] {
  return compareRecords(before, after, expand, (key) => isSameValue(before, after, key));
}

/** Counts the differences: each added, removed or replaced value once, however large it is. */
export function countDifferences(differences: readonly Difference[]): DiffCounts {
  const counts = { added: 0, removed: 0, changed: 0 };
  const visit = (difference: Difference): void => {
    if (difference.kind === 'inside') difference.inside.forEach(visit);
    else if (difference.kind !== 'truncated') counts[difference.kind]++;
  };
  differences.forEach(visit);
  return counts;
}

/**
 * Whether two captured values are equal. The order of keys does not matter; truncated values are compared by the hash of
 * their full values.
 */
function isEqual(a: Captured, b: Captured): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const hash = findBlobHash(a);
  if (hash !== undefined && hash === findBlobHash(b)) return true;
  if (isList(a) || isList(b))
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]!));
  const [fields, others] = [a as Fields, b as Fields];
  const keys = Object.keys(fields);
  return (
    keys.length === Object.keys(others).length &&
    keys.every((key) => Object.hasOwn(others, key) && isEqual(fields[key]!, others[key]!))
  );
}

function compare(
  from: Step,
  to: Step,
  before: Captured,
  after: Captured,
  expand: Expand,
): Difference | undefined {
  if (isEqual(before, after)) return undefined;
  const [old, now] = [expand(before), expand(after)];
  if ((old !== before || now !== after) && isEqual(old, now)) return undefined;
  const inside = compareInside(old, now, expand);
  if (inside) return inside.length === 0 ? undefined : { kind: 'inside', from, to, after: now, inside };
  if (typeof old === 'string' && typeof now === 'string')
    return { kind: 'changed', from, to, before: old, after: now, words: diffWords(old, now) };
  return { kind: 'changed', from, to, before, after, words: undefined };
}

/** The differences inside of two containers; undefined for values that are compared as units. */
function compareInside(before: Captured, after: Captured, expand: Expand): Difference[] | undefined {
  if (isList(before) && isList(after)) return compareLists(before, after, expand);
  if (isRecord(before) && isRecord(after)) return compareRecords(before, after, expand, () => false);
  const [shown, shownAfter] = [shownOf(before), shownOf(after)];
  return shown && shownAfter && compareShown(shown, shownAfter, expand);
}

function compareRecords(
  before: Fields,
  after: Fields,
  expand: Expand,
  isShared: (key: string) => boolean,
): Difference[] {
  const differences: Difference[] = [];
  for (const key of Object.keys(after)) {
    if (isShared(key)) continue;
    if (!Object.hasOwn(before, key)) differences.push({ kind: 'added', to: key, after: after[key]! });
    else add(differences, compare(key, key, before[key]!, after[key]!, expand));
  }
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) differences.push({ kind: 'removed', from: key, before: before[key]! });
  return differences;
}

/**
 * Equal elements are aligned, so that an inserted element is one difference, wherever it was inserted. Where elements were
 * replaced by others, those that resemble each other are compared with each other. `offset` is the index of the first
 * elements; `open` is the end at which the lists continue, where elements that are not aligned may equal ones not shown.
 */
function compareLists(
  before: List,
  after: List,
  expand: Expand,
  offset = { before: 0, after: 0 },
  open?: 'start' | 'end',
): Difference[] {
  const differences: Difference[] = [];
  const stretches = align(tokensOf(before, expand), tokensOf(after, expand));
  for (const stretch of stretches) {
    if (stretch.isSame || (open && stretch === stretches.at(open === 'end' ? -1 : 0))) continue;
    let [i, j] = [stretch.before[0], stretch.after[0]];
    const skipTo = (endBefore: number, endAfter: number): void => {
      for (; i < endBefore; i++)
        differences.push({ kind: 'removed', from: offset.before + i, before: before[i]! });
      for (; j < endAfter; j++) differences.push({ kind: 'added', to: offset.after + j, after: after[j]! });
    };
    for (const pair of pairReplaced(before, after, stretch)) {
      skipTo(pair.before, pair.after);
      add(differences, compare(offset.before + i, offset.after + j, before[i]!, after[j]!, expand));
      i++;
      j++;
    }
    skipTo(stretch.before[1], stretch.after[1]);
  }
  return differences;
}

/** What a preview shows of a list: its two ends, which for a list that was not truncated are all of it. */
type Shown = Readonly<{ head: List; tail: List; size: number; missing: number }>;

function shownOf(value: Captured): Shown | undefined {
  if (isList(value)) return { head: value, tail: value, size: value.length, missing: 0 };
  const { $, head, tail, size } = (value ?? {}) as {
    $?: string;
    head?: Captured;
    tail?: Captured;
    size?: number;
  };
  if ($ !== 'cut-list' || !isList(head ?? null) || !isList(tail ?? null) || typeof size !== 'number')
    return undefined;
  const [first, last] = [head as List, tail as List];
  return { head: first, tail: last, size, missing: size - first.length - last.length };
}

/** Compares lists of which at least one was truncated, as far as both are shown; undefined if they differ elsewhere only. */
function compareShown(before: Shown, after: Shown, expand: Expand): Difference[] | undefined {
  const offset = { before: before.size - before.tail.length, after: after.size - after.tail.length };
  const start = compareLists(before.head, after.head, expand, undefined, 'end');
  const end = compareLists(before.tail, after.tail, expand, offset, 'start');
  if (start.length + end.length === 0) return undefined;
  return [...start, { kind: 'truncated', count: Math.max(before.missing, after.missing) }, ...end];
}

function add(differences: Difference[], difference: Difference | undefined): void {
  if (difference) differences.push(difference);
}

/** A text for each element, equal for equal elements: comparing texts makes aligning fast. */
function tokensOf(list: List, expand: Expand): string[] {
  return list.map((element) => tokenOf(expand(element)));
}

/** JSON with sorted keys, in which a truncated value is the hash of its full value. */
function tokenOf(value: Captured): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(tokenOf).join()}]`;
  const hash = findBlobHash(value);
  if (hash !== undefined) return `#${hash}`;
  const fields = value as Fields;
  const entries = Object.keys(fields).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${tokenOf(fields[key]!)}`).join()}}`;
}

type Fields = { readonly [key: string]: Captured };
type List = readonly Captured[];

function isList(value: Captured): value is List {
  return Array.isArray(value);
}

/** Marked forms are compared as units: half of a secret or of a truncated text has no meaning. */
function isRecord(value: Captured): value is Fields {
  return typeof value === 'object' && value !== null && !isList(value) && !isMarked(value);
}

function same(value: Captured): Captured {
  return value;
}
