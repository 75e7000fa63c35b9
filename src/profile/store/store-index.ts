import type { EventOf } from '../../trace/event/event.js';
import { LazyStoreChange } from '../../trace/indexed/lazy-event.js';
import { FolderHistory, IN_FILE, type Snapshot } from './folder-history.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import { countUpTo } from '../run/sorted.js';

type Change = EventOf<'store.changed'>;
type StoreId = number | undefined;

/** How many snapshots are kept: before and after a span, of each store below it. */
const RECENT = 8;

const NOTHING: Snapshot = Object.freeze(Object.create(null) as Record<string, never>);

/** The stores of a run at all of their moments. A change is worked in once, when a moment after it is first asked for. */
export class StoreIndex {
  readonly #changes: Change[] = [];
  /** By change, the highest `seq` up to it: ascending even where a trace is out of order. */
  readonly #seqs: number[] = [];
  readonly #stores = new Map<StoreId, Store>();
  #workedIn = 0;
  /** Last asked for first. */
  #recent: readonly Readonly<{ store: Store; changes: number; snapshot: Snapshot }>[] = [];

  /** Whether a change is the one with this number. What comes after the last one becomes the next. */
  take(number: number, change: Change): boolean {
    if (number === this.#changes.length) {
      this.#changes.push(change);
      this.#seqs.push(Math.max(change.seq, this.#seqs.at(-1) ?? change.seq));
      this.#store(change.store).changes.push(number);
    }
    return this.#changes[number] === change;
  }

  /** How many changes had happened after the event `seq`. */
  countAt(seq: number): number {
    return countUpTo(this.#seqs, seq);
  }

  /** Whether any of the first `count` changes was made to a store. */
  isOpen(id: StoreId, count: number): boolean {
    return (this.#stores.get(id)?.changes[0] ?? count) < count;
  }

  /** Works in the first `count` changes, as far as they are not yet. */
  workIn(count: number): void {
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

  /** What a store held after the first `count` changes. */
  snapshotAt(id: StoreId, count: number): Snapshot {
    const store = this.#storeAfter(id, count);
    if (!store) return NOTHING;
    const changes = countUpTo(store.changes, count - 1);
    const known = this.#recent.find((each) => each.store === store && each.changes === changes);
    const asked = known ?? { store, changes, snapshot: store.root.snapshotAt(count - 1, '') };
    this.#recent = [asked, ...this.#recent.filter((each) => each !== known)].slice(0, RECENT);
    return asked.snapshot;
  }

  /** Whether a store had such a key after the first `count` changes. */
  has(id: StoreId, key: string, count: number): boolean {
    return this.#storeAfter(id, count)?.root.has(key, count - 1) ?? false;
  }

  /** Which of the first `count` changes had last written what a pointer points to; undefined where nothing is. */
  lastWrite(id: StoreId, pointer: string, count: number): Change | undefined {
    const number = this.#storeAfter(id, count)?.root.lastWrite(parsePointer(pointer), count - 1);
    return number === undefined ? undefined : this.#changes[number];
  }

  #storeAfter(id: StoreId, count: number): Store | undefined {
    this.workIn(count);
    return this.#stores.get(id);
  }

  #store(id: StoreId): Store {
    let store = this.#stores.get(id);
    if (!store) this.#stores.set(id, (store = { root: new FolderHistory(this.#changes), changes: [] }));
    return store;
  }
}

/** A store and the numbers of the changes made to it. */
type Store = Readonly<{ root: FolderHistory; changes: number[] }>;

const indexes = new WeakMap<readonly Change[], { index: StoreIndex; length: number }>();
const indexesByFirst = new WeakMap<Change, StoreIndex>();

/** The index of a list of changes, which may have grown since. Lists that are alike, up to the end of one, share theirs. */
export function storeIndexOf(changes: readonly Change[]): StoreIndex {
  const [first] = changes;
  if (!first) return new StoreIndex();
  let known = indexes.get(changes) ?? { index: indexesByFirst.get(first) ?? new StoreIndex(), length: 0 };
  for (; known.length < changes.length; known.length++) {
    const isSame = known.index.take(known.length, changes[known.length]!);
    // Another list went another way from here: this one is indexed by itself, from its beginning.
    if (!isSame) known = { index: new StoreIndex(), length: -1 };
  }
  indexes.set(changes, known);
  if (!indexesByFirst.has(first)) indexesByFirst.set(first, known.index);
  return known.index;
}
