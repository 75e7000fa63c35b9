import { pointerStep } from '../lib/json-pointer.js';
import { sameCaptured, type Captured } from '../trace/captured.js';
import { UNSTAMPED } from '../trace/event.js';
import type { TraceSink } from '../trace/sink.js';
import type { Shared } from './runnable.js';
import { isNamespace, METRICS_KEY, parentStore, rawStore } from './store.js';
import { observeStore } from './store-view.js';

/**
 * One value of the store: a key of the root, or a key of a node's namespace. It remembers what the trace last said of it,
 * and which objects it held then.
 */
type Cell = {
  readonly recorder: StoreRecorder;
  readonly container: Shared;
  readonly key: string;
  readonly pointer: string;
  /** A primitive as it is, an object by its captured form, which the run's log keeps anyway. */
  known: unknown;
  objects: readonly object[];
};

/** What is known of a cell of which the trace was told nothing, or that it is gone. */
const NOTHING = Symbol('nothing');
const NO_OBJECTS: readonly object[] = [];

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
  readonly #holders: Holders;

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
    this.#holders = options.parent ? options.parent.#holders : new Holders();
    this.#folders.set(this.#shared, { name: undefined, cells: new Map() });
  }

  /** Starts watching what one node does to the store. */
  observe(): Observation {
    const touched = new Set<Cell>();
    const whole = new Map<Shared, StoreRecorder>();
    const writes = new Map<string, Shared>();
    const view = observeStore(this.#shared, {
      wrote: (container, key) => writes.set(key, container),
      touch: (container, key) => {
        const cell = this.#cellOf(container, key);
        if (cell) touched.add(cell);
      },
      openWhole: (namespace) => {
        const owner = this.#recorderOf(namespace);
        if (owner) whole.set(namespace, owner);
      },
      opened: (container, key, namespace) => {
        const recorder = this.#recorderOf(container);
        if (recorder) recorder.#openNamespace(namespace, key);
      },
    });
    return {
      view,
      written: (key) => writes.get(key)?.[key],
      finish: (span) => {
        for (const [namespace, owner] of whole)
          for (const cell of owner.#cellsOf(namespace)) touched.add(cell);
        this.#report(span, touched);
      },
    };
  }

  /** Records everything this store holds now as set by `span`: its first state. */
  recordAll(span: number): void {
    const cells = new Set<Cell>();
    for (const key of Object.keys(this.#shared)) {
      const value = this.#shared[key];
      if (isNamespace(value)) {
        this.#openNamespace(value, key);
        for (const cell of this.#cellsOf(value)) cells.add(cell);
      } else if (key !== METRICS_KEY) {
        cells.add(this.#cell(this.#shared, key));
      }
    }
    this.#report(span, cells);
  }

  #report(span: number, touched: Set<Cell>): void {
    const reports = new Map<StoreRecorder, Report>();
    for (const cell of this.#holders.withAliases(touched)) {
      const change = this.#changeOf(cell);
      if (change === undefined) continue;
      let report = reports.get(cell.recorder);
      if (!report) reports.set(cell.recorder, (report = emptyReport()));
      if (change === NOTHING) report.deleted.push(cell.pointer);
      else report.set[cell.pointer] = change;
    }
    for (const [recorder, { set, deleted }] of reports) {
      const storeId = recorder.#storeId;
      if (storeId === undefined && deleted.length === 0) {
        this.#sink.emit({ seq: UNSTAMPED, at: UNSTAMPED, type: 'store.changed', span, set });
        continue;
      }
      this.#sink.emit({
        type: 'store.changed',
        span,
        ...(storeId === undefined ? {} : { store: storeId }),
        set,
        ...(deleted.length ? { deleted } : {}),
      });
    }
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
    this.#holders.hold(cell, objects);
    if (isObject(cell.known) && sameCaptured(cell.known as Captured, captured)) return undefined;
    cell.known = captured;
    return captured;
  }

  /** The cell of a key, in whichever layer it lives. */
  #cellOf(container: Shared, key: string): Cell | undefined {
    const recorder = this.#recorderOf(container);
    return recorder && recorder.#cell(container, key);
  }

  #recorderOf(container: Shared): StoreRecorder | undefined {
    return this.#folders.has(container) ? this : this.#parent && this.#parent.#recorderOf(container);
  }

  #openNamespace(namespace: Shared, name: string): void {
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
  #cellsOf(namespace: Shared): Iterable<Cell> {
    for (const key of Object.keys(namespace)) this.#cell(namespace, key);
    return this.#folders.get(namespace)?.cells.values() ?? [];
  }

  /** The cell of a key of a container that this recorder knows. */
  #cell(container: Shared, key: string): Cell {
    const { name, cells } = this.#folders.get(container)!;
    let cell = cells.get(key);
    if (!cell) {
      const prefix = name === undefined ? '' : pointerStep(name);
      cell = {
        recorder: this,
        container,
        key,
        pointer: prefix + pointerStep(key),
        known: NOTHING,
        objects: NO_OBJECTS,
      };
      cells.set(key, cell);
    }
    return cell;
  }
}

type Report = { readonly set: Record<string, Captured>; readonly deleted: string[] };

function emptyReport(): Report {
  return { set: Object.create(null) as Record<string, Captured>, deleted: [] };
}

/**
 * Which cells hold an object: an object mutated through one key changes every key that holds it. Nearly all objects have one
 * holder, and a set for each of them would weigh more than they do.
 */
class Holders {
  readonly #cells = new WeakMap<object, Cell | Set<Cell>>();

  /** From now on the cell holds these objects and no others. */
  hold(cell: Cell, objects: readonly object[]): void {
    for (const object of cell.objects) this.#release(object, cell);
    for (const object of objects) this.#add(object, cell);
    cell.objects = objects;
  }

  /** The cells, and those that held one of their objects when it was last looked at. */
  withAliases(cells: ReadonlySet<Cell>): Iterable<Cell> {
    let all: Set<Cell> | undefined;
    for (const cell of cells) {
      for (const object of cell.objects) {
        const holders = this.#cells.get(object);
        if (holders instanceof Set) for (const holder of holders) (all ??= new Set(cells)).add(holder);
      }
    }
    return all ?? cells;
  }

  #add(object: object, cell: Cell): void {
    const holders = this.#cells.get(object);
    if (holders === undefined) this.#cells.set(object, cell);
    else if (holders instanceof Set) holders.add(cell);
    else if (holders !== cell) this.#cells.set(object, new Set([holders, cell]));
  }

  #release(object: object, cell: Cell): void {
    const holders = this.#cells.get(object);
    if (holders instanceof Set) holders.delete(cell);
    else if (holders === cell) this.#cells.delete(object);
  }
}

/** One node's doings: the view to hand to it, and the report when it is done. */
export type Observation = Readonly<{
  view: Shared;
  /** The value of a key that the node wrote, in its namespace or at the root; undefined when it did not. */
  written(key: string): unknown;
  finish(span: number): void;
}>;

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
