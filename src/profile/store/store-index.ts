/** Indexes the store changes of a run, so that any store can be read at any moment. */
import type { EventOf } from '../../trace/event/event.js';
import { LazyStoreChange } from '../../trace/indexed/lazy-event.js';
import { FolderHistory, IN_FILE, type Snapshot } from './folder-history.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import { countUpTo } from '../run/sorted.js';

type Change = EventOf<'store.changed'>;
type StoreId = number | undefined;

/** Number of cached snapshots: before and after a span, for each layer of its store. */
const RECENT = 8;

const EMPTY: Snapshot = Object.freeze(Object.create(null) as Record<string, never>);

/** The stores of a run at all moments. A change is indexed once, when a later moment is first read. */
export class StoreIndex {
  readonly #changes: Change[] = [];
  /** Per change, the highest `seq` so far: ascending even if the trace is out of order. */
  readonly #seqs: number[] = [];
  readonly #stores = new Map<StoreId, Store>();
  #workedIn = 0;
  /** LRU cache, most recent first. */
  #recent: readonly Readonly<{ store: Store; changes: number; snapshot: Snapshot }>[] = [];

  /** Whether a change is the one with this index. A change after the last one is appended. */
  addChange(number: number, change: Change): boolean {
    if (number === this.#changes.length) {
      this.#changes.push(change);
      this.#seqs.push(Math.max(change.seq, this.#seqs.at(-1) ?? change.seq));
      this.#store(change.store).changes.push(number);
    }
    return this.#changes[number] === change;
  }

  /** Number of changes up to the event `seq`. */
  countAt(seq: number): number {
    return countUpTo(this.#seqs, seq);
  }

  /** Whether any of the first `count` changes was made to this store. */
  isOpen(id: StoreId, count: number): boolean {
    return (this.#stores.get(id)?.changes[0] ?? count) < count;
  }

  /** Indexes the first `count` changes, as far as that has not happened. */
  indexUpTo(count: number): void {
    for (; this.#workedIn < count; this.#workedIn++) {
      const change = this.#changes[this.#workedIn]!;
      const { root } = this.#store(change.store);
      for (const pointer of change.deleted ?? []) root.delete(parsePointer(pointer), this.#workedIn);
      if (change instanceof LazyStoreChange)
        for (const pointer of change.takePaths()) root.set(parsePointer(pointer), IN_FILE, this.#workedIn);
      else
        for (const [pointer, value] of Object.entries(change.set))
          root.set(parsePointer(pointer), value, this.#workedIn);
    }
  }

  /** The content of a store after the first `count` changes. */
  snapshotAt(id: StoreId, count: number): Snapshot {
    const store = this.#storeAfter(id, count);
    if (!store) return EMPTY;
    const changes = countUpTo(store.changes, count - 1);
    const known = this.#recent.find((each) => each.store === store && each.changes === changes);
    const recent = known ?? { store, changes, snapshot: store.root.snapshotAt(count - 1, '') };
    this.#recent = [recent, ...this.#recent.filter((each) => each !== known)].slice(0, RECENT);
    return recent.snapshot;
  }

  /** Whether a store had this key after the first `count` changes. */
  has(id: StoreId, key: string, count: number): boolean {
    return this.#storeAfter(id, count)?.root.has(key, count - 1) ?? false;
  }

  /** The last of the first `count` changes that wrote what a pointer refers to; undefined if there is no such value. */
  lastWrite(id: StoreId, pointer: string, count: number): Change | undefined {
    const number = this.#storeAfter(id, count)?.root.lastWrite(parsePointer(pointer), count - 1);
    return number === undefined ? undefined : this.#changes[number];
  }

  #storeAfter(id: StoreId, count: number): Store | undefined {
    this.indexUpTo(count);
    return this.#stores.get(id);
  }

  #store(id: StoreId): Store {
    let store = this.#stores.get(id);
    if (!store) this.#stores.set(id, (store = { root: new FolderHistory(this.#changes), changes: [] }));
    return store;
  }
}

/** A store and the indexes of its changes. */
type Store = Readonly<{ root: FolderHistory; changes: number[] }>;

const indexes = new WeakMap<readonly Change[], { index: StoreIndex; length: number }>();
const indexesByFirst = new WeakMap<Change, StoreIndex>();

/** The index of a list of changes, which may have grown since. Lists with a common prefix share an index. */
export function getStoreIndex(changes: readonly Change[]): StoreIndex {
  const [first] = changes;
  if (!first) return new StoreIndex();
  let known = indexes.get(changes) ?? { index: indexesByFirst.get(first) ?? new StoreIndex(), length: 0 };
  for (; known.length < changes.length; known.length++) {
    const isSame = known.index.addChange(known.length, changes[known.length]!);
    // The lists differ from here on: this one gets an index of its own.
    if (!isSame) known = { index: new StoreIndex(), length: -1 };
  }
  indexes.set(changes, known);
  if (!indexesByFirst.has(first)) indexesByFirst.set(first, known.index);
  return known.index;
}
