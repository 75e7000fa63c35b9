import type { Captured } from '../trace/captured.js';
import { segmentsOf } from './pointer.js';
import type { RunState, Span } from './state.js';
import { snapshotOf, type Snapshot } from './store-fold.js';
import { StoreTimeline } from './store-timeline.js';
import { outwards } from './tree.js';

export type { Captured } from '../trace/captured.js';
export { pointerOf, segmentsOf } from './pointer.js';
export type { Snapshot } from './store-fold.js';

/** A moment of a store: after the event `seq`. `store` is the span that opened a layered store; absent is the run's own. */
export type StoreMoment = Readonly<{ seq: number; store?: number | undefined }>;

/** What a store held at a moment. A layered store shows its parent's keys except where it has one of its own. */
export function storeAt(state: RunState, at: StoreMoment): Snapshot {
  const layers = layersOf(state, at.store).map((layer) => snapshotOf(layer.storeAt(at.seq)));
  if (layers.length === 1) return layers[0]!;
  return Object.assign(Object.create(null) as Record<string, Captured>, ...layers.toReversed()) as Snapshot;
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
  const key = segmentsOf(pointer)[0] ?? '';
  for (const layer of layersOf(state, at.store)) {
    const write = layer.lastWrite(pointer, at.seq);
    if (write) return { span: write.span, seq: write.seq };
    // A key of this layer hides the parent's key of the same name, even where it has no such part.
    if (layer.storeAt(at.seq).has(key)) return undefined;
  }
  return undefined;
}

/** The store that a span works on: that of the nearest span around it (or itself) that opened one. */
function storeOf(state: RunState, span: Span): number | undefined {
  const { timelines } = indexOf(state);
  for (const { id } of outwards(state, span.id)) if (timelines.has(id)) return id;
  return undefined;
}

/**
 * The layers of a store, its own first. What a batch item or a nested workflow opened lies over the stores around it and
 * the run's own; what an outermost span opened, as the planner does, stands alone.
 */
function layersOf(state: RunState, store: number | undefined): StoreTimeline[] {
  const { timelines } = indexOf(state);
  const [, ...around] = outwards(state, store);
  const stores = around.length === 0 ? [store] : [store, ...around.map(({ id }) => id), undefined];
  return stores.flatMap((each) => timelines.get(each) ?? []);
}

/** The timelines of a run's stores, as far as its changes were indexed: they grow in place. */
type StoreIndex = {
  readonly timelines: Map<number | undefined, StoreTimeline>;
  indexed: number;
  seq: number;
};

const indexes = new WeakMap<RunState['changes'], StoreIndex>();

function indexOf({ changes }: RunState): StoreIndex {
  let index = indexes.get(changes);
  if (!index) indexes.set(changes, (index = { timelines: new Map(), indexed: 0, seq: -1 }));
  for (; index.indexed < changes.length; index.indexed++) {
    const change = changes[index.indexed]!;
    let timeline = index.timelines.get(change.store);
    if (!timeline) index.timelines.set(change.store, (timeline = new StoreTimeline()));
    index.seq = Math.max(index.seq, change.seq);
    timeline.add(change, index.seq);
  }
  return index;
}
