import type { Captured } from '../../trace/event/captured.js';
import type { Snapshot } from './folder-history.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import type { RunState, Span } from '../run/run-state.js';
import { storeIndexOf, type StoreIndex } from './store-index.js';
import { outwards } from '../run/span-tree.js';
/** A moment of a store: after the event `seq`. `store` is the span that opened a layered store; absent is the run's own. */
export type StoreMoment = Readonly<{ seq: number; store?: number | undefined }>;

/** What a store held at a moment. A layered store shows its parent's keys except where it has one of its own. */
export function storeAt(state: RunState, at: StoreMoment): Snapshot {
  const index = storeIndexOf(state.changes);
  const count = countAt(state, index, at.seq);
  const [own, ...below] = layersOf(state, at.store).map((store) => index.snapshotAt(store, count));
  if (below.length === 0) return own!;
  const merged = Object.create(null) as Record<string, Captured>;
  // Field by field as they are: what lies in a file stays there until it is looked at.
  for (const layer of [...below.toReversed(), own!])
    Object.defineProperties(merged, Object.getOwnPropertyDescriptors(layer));
  return merged;
}

/** Whether two snapshots certainly have the same under a key, which is known of what lies in a file without reading it. */
export function haveSame(a: Snapshot, b: Snapshot, key: string): boolean {
  const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)];
  return one !== undefined && one.value === other?.value && one.get === other?.get;
}

/**
 * Works in the changes so far. Called as they arrive, it leaves each snapshot only its own entries to put together;
 * otherwise the first snapshot of a long run works in all changes before it.
 */
export function indexStores(state: RunState): void {
  storeIndexOf(state.changes).workIn(state.changes.length);
}

/** The store that a span works on, as it was when the span started and as it was when it ended (or is now). */
export function snapshotsOf(
  state: RunState,
  spanId: number,
): { before: Snapshot; after: Snapshot } | undefined {
  const span = state.spans.get(spanId);
  if (!span) return undefined;
  const store = storeOf(state, span);
  return {
    before: storeAt(state, { seq: span.startedSeq, store }),
    after: storeAt(state, { seq: span.finishedSeq ?? Number.POSITIVE_INFINITY, store }),
  };
}

/** Which span last wrote a key (a JSON Pointer), or a part of it, or a whole that holds it; undefined when it was never set or is gone. */
export function writtenBy(
  state: RunState,
  pointer: string,
  at: StoreMoment,
): { span: number; seq: number } | undefined {
  const index = storeIndexOf(state.changes);
  const count = countAt(state, index, at.seq);
  const key = parsePointer(pointer)[0] ?? '';
  for (const store of layersOf(state, at.store)) {
    const write = index.lastWrite(store, pointer, count);
    if (write) return { span: write.span, seq: write.seq };
    // A key of this layer hides the parent's key of the same name, even where it has no such part.
    if (index.has(store, key, count)) return undefined;
  }
  return undefined;
}

/** How many of a state's changes had happened after an event; the index may know of later ones. */
function countAt({ changes }: RunState, index: StoreIndex, seq: number): number {
  return Math.min(index.countAt(seq), changes.length);
}

/** The store that a span works on: that of the nearest span around it (or itself) that opened one. */
export function storeOf(state: RunState, span: Span): number | undefined {
  const index = storeIndexOf(state.changes);
  for (const { id } of outwards(state, span.id)) if (index.isOpen(id, state.changes.length)) return id;
  return undefined;
}

/**
 * The layers of a store, its own first. What a batch item or a nested workflow opened lies over the stores around it and
 * the run's own; what an isolated workflow opened, or an outermost span such as the planner, lies over no other.
 */
function layersOf(state: RunState, store: number | undefined): (number | undefined)[] {
  const spans = [...outwards(state, store)];
  if (spans.length <= 1) return [store];
  const index = storeIndexOf(state.changes);
  const lowest = spans.findIndex(({ id }) =>
    state.plans.some(({ span, isolated }) => isolated && span === id),
  );
  const within = lowest < 0 ? spans : spans.slice(0, lowest + 1);
  const open = within.slice(1).filter(({ id }) => index.isOpen(id, state.changes.length));
  return [store, ...open.map(({ id }) => id), ...(lowest < 0 ? [undefined] : [])];
}
