import { escapePointerSegment } from '../../lib/data/json-pointer.js';
import { isSameCaptured, type Captured } from '../../trace/event/captured.js';
import { StoreChanged } from '../../trace/event/compact-event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { Holders, NO_OBJECTS, type Holder } from './holders.js';
import type { Shared } from '../contract/runnable.js';
import { isNamespace, METRICS_KEY, parentStore, rawStore } from './store.js';

/**
 * One value of the store: a key of the root, or a key of a node's namespace. It remembers what the trace last said of it,
 * and which objects it held then.
 */
export type Cell = Holder & {
  readonly recorder: StoreRecorder;
  readonly container: Shared;
  readonly key: string;
  readonly pointer: string;
  /** A primitive as it is, an object by its captured form, which the run's log keeps anyway. */
  known: unknown;
};

/** What is known of a cell of which the trace was told nothing, or that it is gone. */
const NOTHING = Symbol('nothing');

/** The root or a namespace, with the root key under which it was last met. */
type Folder = { name: string | undefined; readonly cells: Map<string, Cell> };

/**
 * Knows what the trace holds of one store, and finds out what a node changed by looking only at the keys it wrote and at
 * the objects it may have mutated in place: those it read, and whatever else holds one of them.
 */
export class StoreRecorder {
  readonly #sink: TraceSink;
  readonly #shared: Shared;
  readonly #parent: StoreRecorder | undefined;
  /** As in `store.changed`: absent for the run's own store. */
  readonly #storeId: number | undefined;
  readonly #folders = new Map<Shared, Folder>();
  readonly #holders: Holders<Cell>;

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
    this.#holders = options.parent ? options.parent.#holders : new Holders<Cell>();
    this.#folders.set(this.#shared, { name: undefined, cells: new Map() });
  }

  get shared(): Shared {
    return this.#shared;
  }

  /** Records everything this store holds now as set by `span`: its first state. */
  recordAll(span: number): void {
    const cells = new Set<Cell>();
    const root = this.#folders.get(this.#shared)!;
    for (const key of Object.keys(this.#shared)) {
      const value = this.#shared[key];
      if (isNamespace(value)) {
        this.openNamespace(value, key);
        for (const cell of this.cellsOf(value)) cells.add(cell);
      } else if (key !== METRICS_KEY) {
        cells.add(this.#cellIn(root, this.#shared, key));
      }
    }
    this.report(span, cells);
  }

  /** Tells what has changed in these cells, and wherever else an object of theirs is held. */
  report(span: number, touched: ReadonlySet<Cell>): void {
    const own = new Changes();
    // There nearly never are: what a batch item touches is its own.
    let others: Map<StoreRecorder, Changes> | undefined;
    for (const cell of this.#holders.withAliases(touched)) {
      const change = this.#changeOf(cell);
      if (change === undefined) continue;
      const changes = cell.recorder === this ? own : ofOther((others ??= new Map()), cell.recorder);
      if (change === NOTHING) (changes.deleted ??= []).push(cell.pointer);
      else changes.set.push(cell.pointer, change);
    }
    this.#tell(span, own);
    if (others) for (const [recorder, changes] of others) recorder.#tell(span, changes);
  }

  #tell(span: number, { set, deleted }: Changes): void {
    if (set.length === 0 && !deleted) return;
    // A list that grew has room for more, which it does not need any more.
    this.#sink.emit(new StoreChanged(span, set.slice(), this.#storeId, deleted));
  }

  /** What the trace must be told about a cell, if anything: its value, or `NOTHING` when it is gone. The cell then remembers it as told. */
  #changeOf(cell: Cell): Captured | typeof NOTHING | undefined {
    if (!cell.recorder.#exists(cell)) {
      if (cell.known === NOTHING) return undefined;
      this.#holders.hold(cell, NO_OBJECTS);
      return (cell.known = NOTHING);
    }
    const value = cell.container[cell.key];
    if (!isObject(value)) {
      if (Object.is(cell.known, value)) return undefined;
      cell.known = value;
      this.#holders.hold(cell, NO_OBJECTS);
      return this.#sink.capture(value, cell.key);
    }
    const objects: object[] = [];
    const captured = this.#sink.capture(value, cell.key, (object) => objects.push(object));
    // A list that grew has room for more, which it does not need any more.
    this.#holders.hold(cell, objects.slice());
    if (isObject(cell.known) && isSameCaptured(cell.known as Captured, captured)) return undefined;
    cell.known = captured;
    return captured;
  }

  /** The cell of a key, in whichever layer it lives. */
  cellOf(container: Shared, key: string): Cell | undefined {
    const folder = this.#folders.get(container);
    return folder ? this.#cellIn(folder, container, key) : this.#parent?.cellOf(container, key);
  }

  /** The recorder of the layer that a root or a namespace belongs to. */
  recorderOf(container: Shared): StoreRecorder | undefined {
    return this.#folders.has(container) ? this : this.#parent?.recorderOf(container);
  }

  /** A namespace was met under this key of the root. */
  openNamespace(namespace: Shared, name: string): void {
    const folder = this.#folders.get(namespace);
    if (folder) folder.name = name;
    else this.#folders.set(namespace, { name, cells: new Map() });
  }

  /** Whether the cell's key can still be reached from the root. */
  #exists({ container, key }: Cell): boolean {
    const name = this.#folders.get(container)?.name;
    const attached = name === undefined || this.#shared[name] === container;
    return attached && Object.hasOwn(container, key);
  }

  /** Every key a namespace has or had. */
  cellsOf(namespace: Shared): Iterable<Cell> {
    const folder = this.#folders.get(namespace);
    if (!folder) return [];
    for (const key of Object.keys(namespace)) this.#cellIn(folder, namespace, key);
    return folder.cells.values();
  }

  #cellIn({ name, cells }: Folder, container: Shared, key: string): Cell {
    let cell = cells.get(key);
    if (!cell) {
      const prefix = name === undefined ? '' : escapePointerSegment(name);
      cell = {
        recorder: this,
        container,
        key,
        pointer: prefix + escapePointerSegment(key),
        known: NOTHING,
        objects: NO_OBJECTS,
        // The store of a batch item, or of a nested workflow that sees what is around it.
        isPassing: this.#parent !== undefined,
        listed: 'nowhere',
      };
      cells.set(key, cell);
    }
    return cell;
  }
}

/** What has changed in one store. */
class Changes {
  /** Pointer, value, pointer, value … */
  readonly set: (string | Captured)[] = [];
  deleted: string[] | undefined;
}

function ofOther(changes: Map<StoreRecorder, Changes>, recorder: StoreRecorder): Changes {
  let of = changes.get(recorder);
  if (!of) changes.set(recorder, (of = new Changes()));
  return of;
}

const recorders = new WeakMap<Shared, StoreRecorder>();

/**
 * The recorder of a store, made when the first traced thing meets it: what the store holds by then is recorded as its
 * first state. `span` is whom to name for that; `storeId` names a layered store.
 */
export function recorderOf(shared: Shared, sink: TraceSink, span: number, storeId?: number): StoreRecorder {
  const raw = rawStore(shared);
  let recorder = recorders.get(raw);
  if (!recorder) {
    const below = parentStore(raw);
    recorder = new StoreRecorder({
      sink,
      shared: raw,
      storeId,
      parent: below && recorderOf(below, sink, span),
    });
    recorders.set(raw, recorder);
    recorder.recordAll(span);
  }
  return recorder;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
