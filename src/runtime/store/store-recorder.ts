/** Records the changes of a store as trace events. */
import { escapePointerSegment } from '../../lib/data/json-pointer.js';
import { isSameCaptured, type Captured } from '../../trace/event/captured.js';
import { StoreChanged } from '../../trace/event/compact-event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { AliasIndex, NO_OBJECTS, type AliasCell } from './alias-index.js';
import type { Shared } from '../contract/runnable.js';
import { isNamespace, METRICS_KEY, parentStore, rawStore } from './store.js';

/**
 * One value of the store: a key of the root or of a node's namespace, with the value last emitted and the objects it referenced
 * then.
 */
export type Cell = AliasCell & {
  readonly recorder: StoreRecorder;
  readonly container: Shared;
  readonly key: string;
  readonly pointer: string;
  /** Last emitted value: a primitive itself, an object in its captured form, which the log keeps anyway. */
  known: unknown;
};

/** Last emitted value of a cell that was never emitted, or was deleted. */
const ABSENT = Symbol('absent');

/** The root or a namespace, with the root key it was last found under. */
type Container = { name: string | undefined; readonly cells: Map<string, Cell> };

/**
 * Tracks what the trace contains of one store. Finds a node's changes by comparing only the keys it wrote and the
 * objects it may have mutated in place: those it read, and all other cells that reference one of them.
 */
export class StoreRecorder {
  readonly #sink: TraceSink;
  readonly #shared: Shared;
  readonly #parent: StoreRecorder | undefined;
  /** As in `store.changed`: absent for the run's own store. */
  readonly #storeId: number | undefined;
  readonly #containers = new Map<Shared, Container>();
  readonly #aliases: AliasIndex<Cell>;

  constructor(options: {
    sink: TraceSink;
    shared: Shared;
    parent?: StoreRecorder | undefined;
    storeId?: number | undefined;
  }) {
    this.#sink = options.sink;
    this.#shared = options.shared;
    this.#parent = options.parent;
    this.#storeId = options.storeId;
    this.#aliases = options.parent ? options.parent.#aliases : new AliasIndex<Cell>();
    this.#containers.set(this.#shared, { name: undefined, cells: new Map() });
  }

  get shared(): Shared {
    return this.#shared;
  }

  /** Emits the complete content of the store as set by `span`: its initial state. */
  recordAll(span: number): void {
    const cells = new Set<Cell>();
    const root = this.#containers.get(this.#shared)!;
    for (const key of Object.keys(this.#shared)) {
      const value = this.#shared[key];
      if (isNamespace(value)) {
        this.openNamespace(value, key);
        for (const cell of this.listCells(value)) cells.add(cell);
      } else if (key !== METRICS_KEY) {
        cells.add(this.#cellIn(root, this.#shared, key));
      }
    }
    this.emitChanges(span, cells);
  }

  /** Emits what changed in these cells and in all cells that share an object with them. */
  emitChanges(span: number, touched: ReadonlySet<Cell>): void {
    const own = new Changes();
    // Rarely needed: what a batch item touches is usually in its own store.
    let others: Map<StoreRecorder, Changes> | undefined;
    for (const cell of this.#aliases.withAliases(touched)) {
      const change = this.#changeOf(cell);
      if (change === undefined) continue;
      const changes = cell.recorder === this ? own : changesFor((others ??= new Map()), cell.recorder);
      if (change === ABSENT) (changes.deleted ??= []).push(cell.pointer);
      else changes.set.push(cell.pointer, change);
    }
    this.#emit(span, own);
    if (others) for (const [recorder, changes] of others) recorder.#emit(span, changes);
  }

  #emit(span: number, { set, deleted }: Changes): void {
    if (set.length === 0 && !deleted) return;
    // slice() releases the spare capacity of an array that grew.
    this.#sink.emit(new StoreChanged(span, set.slice(), this.#storeId, deleted));
  }

  /** The value to emit for a cell, `ABSENT` if it was deleted, undefined if unchanged. Updates the cell's last emitted value. */
  #changeOf(cell: Cell): Captured | typeof ABSENT | undefined {
    if (!cell.recorder.#exists(cell)) {
      if (cell.known === ABSENT) return undefined;
      this.#aliases.update(cell, NO_OBJECTS);
      return (cell.known = ABSENT);
    }
    const value = cell.container[cell.key];
    if (!isObject(value)) {
      if (Object.is(cell.known, value)) return undefined;
      cell.known = value;
      this.#aliases.update(cell, NO_OBJECTS);
      return this.#sink.capture(value, cell.key);
    }
    const objects: object[] = [];
    const captured = this.#sink.capture(value, cell.key, (object) => objects.push(object));
    // slice() releases the spare capacity of an array that grew.
    this.#aliases.update(cell, objects.slice());
    if (isObject(cell.known) && isSameCaptured(cell.known as Captured, captured)) return undefined;
    cell.known = captured;
    return captured;
  }

  /** The cell of a key, in the layer that the container belongs to. */
  findCell(container: Shared, key: string): Cell | undefined {
    const known = this.#containers.get(container);
    return known ? this.#cellIn(known, container, key) : this.#parent?.findCell(container, key);
  }

  /** The recorder of the layer that a root or namespace belongs to. */
  findRecorder(container: Shared): StoreRecorder | undefined {
    return this.#containers.has(container) ? this : this.#parent?.findRecorder(container);
  }

  /** Registers a namespace under its key of the root. */
  openNamespace(namespace: Shared, name: string): void {
    const known = this.#containers.get(namespace);
    if (known) known.name = name;
    else this.#containers.set(namespace, { name, cells: new Map() });
  }

  /** Whether the cell's key is still reachable from the root. */
  #exists({ container, key }: Cell): boolean {
    const name = this.#containers.get(container)?.name;
    const attached = name === undefined || this.#shared[name] === container;
    return attached && Object.hasOwn(container, key);
  }

  /** The cells of all keys that a namespace has or had. */
  listCells(namespace: Shared): Iterable<Cell> {
    const known = this.#containers.get(namespace);
    if (!known) return [];
    for (const key of Object.keys(namespace)) this.#cellIn(known, namespace, key);
    return known.cells.values();
  }

  #cellIn({ name, cells }: Container, container: Shared, key: string): Cell {
    let cell = cells.get(key);
    if (!cell) {
      const prefix = name === undefined ? '' : escapePointerSegment(name);
      cell = {
        recorder: this,
        container,
        key,
        pointer: prefix + escapePointerSegment(key),
        known: ABSENT,
        objects: NO_OBJECTS,
        // Layered stores belong to batch items and nested workflows, which finish before the run.
        isTransient: this.#parent !== undefined,
        indexed: 'no',
      };
      cells.set(key, cell);
    }
    return cell;
  }
}

/** The changes of one store. */
class Changes {
  /** Pointer, value, pointer, value … */
  readonly set: (string | Captured)[] = [];
  deleted: string[] | undefined;
}

function changesFor(changes: Map<StoreRecorder, Changes>, recorder: StoreRecorder): Changes {
  let of = changes.get(recorder);
  if (!of) changes.set(recorder, (of = new Changes()));
  return of;
}

const recorders = new WeakMap<Shared, StoreRecorder>();

/**
 * The recorder of a store, created on first use; what the store contains by then is emitted as its initial state,
 * attributed to `span`. `storeId` identifies a layered store.
 */
export function ensureRecorder(
  shared: Shared,
  sink: TraceSink,
  span: number,
  storeId?: number,
): StoreRecorder {
  const raw = rawStore(shared);
  let recorder = recorders.get(raw);
  if (!recorder) {
    const below = parentStore(raw);
    recorder = new StoreRecorder({
      sink,
      shared: raw,
      storeId,
      parent: below && ensureRecorder(below, sink, span),
    });
    recorders.set(raw, recorder);
    recorder.recordAll(span);
  }
  return recorder;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
