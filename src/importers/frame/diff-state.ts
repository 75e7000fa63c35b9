/** Compares two states of a program as a change of its store. */
import { isDeepStrictEqual } from 'node:util';
import { escapePointerSegment } from '../../lib/data/json-pointer.js';
import type { MarkDetail } from './foreign-run.js';

type State = Readonly<Record<string, unknown>>;

/** The keys that differ, as a change; undefined without any. `under` is the key that contains the states. */
export function diffState(before: State, after: State, under = ''): MarkDetail | undefined {
  const pointer = (key: string): string => `${under}${escapePointerSegment(key)}`;
  const set = Object.entries(after).flatMap(([key, value]) =>
    Object.hasOwn(before, key) && isDeepStrictEqual(before[key], value)
      ? []
      : [[pointer(key), value] as const],
  );
  const deleted = Object.keys(before).flatMap((key) => (Object.hasOwn(after, key) ? [] : [pointer(key)]));
  if (set.length === 0 && deleted.length === 0) return undefined;
  return { type: 'store', set: Object.fromEntries(set), deleted };
}
