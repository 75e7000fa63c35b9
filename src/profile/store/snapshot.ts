/** Reads the content of a run's stores at any moment. */
import type { Captured } from '../../trace/event/captured.js';
import type { Snapshot } from './folder-history.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import type { RunState, Span } from '../run/run-state.js';
import { getStoreIndex, type StoreIndex } from './store-index.js';
import { iterateAncestors } from '../run/span-tree.js';
/**
 * A moment of a store: after the event `seq`. `store` is the span that created a layered store; absent for the run's
 * own.
 */
export type StoreMoment = Readonly<{ seq: number; store?: number | undefined }>;

/** The content of a store at a moment. A layered store includes the keys of its parents that it does not override. */
export function readStoreAt(state: RunState, at: StoreMoment): Snapshot {
  const index = getStoreIndex(state.changes);
  const count = countAt(state, index, at.seq);
  const [own, ...below] = listLayers(state, at.store).map((store) => index.snapshotAt(store, count));
  if (below.length === 0) return own!;
  const merged = Object.create(null) as Record<string, Captured>;
  // Copies property descriptors, so that lazy values stay lazy.
  for (const layer of [...below.toReversed(), own!])
    Object.defineProperties(merged, Object.getOwnPropertyDescriptors(layer));
  return merged;
}

/** Whether two snapshots certainly have the same value for a key; for lazy values decided without reading the file. */
export function isSameValue(a: Snapshot, b: Snapshot, key: string): boolean {
  const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)];
  return one !== undefined && one.value === other?.value && one.get === other?.get;
}

/**
 * Indexes all changes so far. Called as they arrive, it makes each snapshot cheap; otherwise the first snapshot of a
 * long run has to index all of its changes.
 */
export function indexStores(state: RunState): void {
  getStoreIndex(state.changes).indexUpTo(state.changes.length);
}

/** The content of a span's store when the span started, and when it finished (or now). */
export function readSnapshots(
  state: RunState,
  spanId: number,
): { before: Snapshot; after: Snapshot } | undefined {
  const span = state.spans.get(spanId);
  if (!span) return undefined;
  const store = findStore(state, span);
  return {
    before: readStoreAt(state, { seq: span.startedSeq, store }),
    after: readStoreAt(state, { seq: span.finishedSeq ?? Number.POSITIVE_INFINITY, store }),
  };
}

/**
 * The span that last wrote a key (a JSON Pointer), a part of it or a value containing it; undefined if it was never set
 * or was deleted.
 */
export function findWriter(
  state: RunState,
  pointer: string,
  at: StoreMoment,
): { span: number; seq: number } | undefined {
  const index = getStoreIndex(state.changes);
  const count = countAt(state, index, at.seq);
  const key = parsePointer(pointer)[0] ?? '';
  for (const store of listLayers(state, at.store)) {
    const write = index.lastWrite(store, pointer, count);
    if (write) return { span: write.span, seq: write.seq };
    // A key of this layer hides the parent's key, even if it lacks the requested part.
    if (index.has(store, key, count)) return undefined;
  }
  return undefined;
}

/** Number of a state's changes up to an event; the index may contain later ones. */
function countAt({ changes }: RunState, index: StoreIndex, seq: number): number {
  return Math.min(index.countAt(seq), changes.length);
}

/** The store that a span works on: that of the span itself or of its nearest ancestor with a store. */
export function findStore(state: RunState, span: Span): number | undefined {
  const index = getStoreIndex(state.changes);
  for (const { id } of iterateAncestors(state, span.id))
    if (index.isOpen(id, state.changes.length)) return id;
  return undefined;
}

/**
 * The layers of a store, its own first. Stores of batch items and nested workflows are layered over the enclosing
 * stores and the run's own; stores of isolated workflows and of root spans such as the planner are not.
 */
function listLayers(state: RunState, store: number | undefined): (number | undefined)[] {
  const spans = [...iterateAncestors(state, store)];
  if (spans.length <= 1) return [store];
  const index = getStoreIndex(state.changes);
  const lowest = spans.findIndex(({ id }) =>
    state.plans.some(({ span, isolated }) => isolated && span === id),
  );
  const within = lowest < 0 ? spans : spans.slice(0, lowest + 1);
  const open = within.slice(1).filter(({ id }) => index.isOpen(id, state.changes.length));
  return [store, ...open.map(({ id }) => id), ...(lowest < 0 ? [undefined] : [])];
}
