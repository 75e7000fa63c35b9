/** Advises on large values that a workflow keeps in its store although no node and no output reads them. */
import { formatCompact } from '../../lib/text/format.js';
import { isMarked, type Captured } from '../../trace/event/captured.js';
import type { RunState } from '../../profile/run/run-state.js';
import { readStoreAt } from '../../profile/store/snapshot.js';
import type { Advice } from './advice-call.js';
import { isFields, listReadPaths, type Fields, type ReadPath } from './read-paths.js';

/** From this size on, in characters, a value that nothing reads is worth a note: the trace keeps it, and so does the memory. */
const LARGE = 100_000;

/** A value that a node wrote into the run's store. */
export type StoredValue = Readonly<{
  /** The steps of its place in the store. */
  place: readonly string[];
  /** Characters of text or bytes, approximately. */
  size: number;
  /** The last visit of its node; undefined outside of any. */
  span: number | undefined;
}>;

/** Large values that none of the paths reads, the largest write of each place. `reads` is undefined if they are not known. */
function adviseUnread(values: readonly StoredValue[], reads: readonly ReadPath[] | undefined): Advice[] {
  if (!reads) return [];
  const unread = new Map<string, StoredValue>();
  for (const value of values) {
    if (value.size < LARGE || reads.some((path) => isReadBy(value.place, path))) continue;
    const key = value.place.join('.');
    const known = unread.get(key);
    if (!known || known.size < value.size) unread.set(key, value);
  }
  return Array.from(unread, ([name, { place, size, span }]) => ({
    kind: 'unread-value',
    node: place.length > 1 ? place[0] : undefined,
    message: `${name} has ~${formatCompact(size)} characters that no node and no output reads`,
    remedy: 'Write less of it, write it to a file, or leave out the node if nothing else needs it.',
    usd: null,
    ms: null,
    spans: span === undefined ? [] : [span],
  }));
}

/** The unread values in the final store of a run that succeeded; of the others none is read from the trace. */
export function adviseUnreadValues(state: RunState): Advice[] {
  if (state.finished?.status !== 'ok') return [];
  const reads = listReadPaths(state);
  return reads ? adviseUnread(listStored(state, reads), reads) : [];
}

function listStored(state: RunState, reads: readonly ReadPath[]): StoredValue[] {
  const isUnread = (place: readonly string[]) => !reads.some((path) => isReadBy(place, path));
  const nodes = new Map(
    [...state.spans.values()].flatMap(({ kind, name, id }) => (kind === 'node' ? [[name, id]] : [])),
  );
  const store = readStoreAt(state, { seq: Number.POSITIVE_INFINITY });
  return Object.keys(store).flatMap((key): StoredValue[] => {
    const span = nodes.get(key);
    if (key.startsWith('__')) return [];
    if (span === undefined) return isUnread([key]) ? [{ place: [key], size: measure(store[key]), span }] : [];
    const own = store[key];
    if (!isFields(own)) return [];
    const fields: Fields = own;
    return Object.keys(fields)
      .filter((name) => isUnread([key, name]))
      .map((name) => ({ place: [key, name], size: measure(fields[name]), span }));
  });
}

/** Whether a path reads a value, a part of it, or something that contains it; `*` is any step. */
function isReadBy(place: readonly string[], path: ReadPath): boolean {
  return matches(place, path) || matches(place.slice(1), path);
}

function matches(place: readonly string[], path: ReadPath): boolean {
  if (place.length === 0) return false;
  const length = Math.min(place.length, path.length);
  return path.slice(0, length).every((step, i) => step === '*' || step === place[i]);
}

/** The size of a value: of a truncated one as it was, of a truncated collection extrapolated from what is kept of it. */
function measure(value: Captured | undefined): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return value.length;
  if (!isMarked(value)) return JSON.stringify(value).length;
  switch (value.$) {
    case 'cut-text':
      return value.size;
    case 'binary':
      return value.bytes;
    case 'omitted':
      return value.of === 'text' ? value.size : 0;
    case 'cut-list': {
      const kept = value.head.length + value.tail.length;
      return kept === 0 ? 0 : (JSON.stringify([...value.head, ...value.tail]).length / kept) * value.size;
    }
    case 'cut-object': {
      const kept = Object.keys(value.head).length;
      return kept === 0 ? 0 : (JSON.stringify(value.head).length / kept) * value.size;
    }
    default:
      return JSON.stringify(value).length;
  }
}
