import { createHash } from 'node:crypto';
import { pointerStep } from '../lib/json-pointer.js';
import type { Captured } from '../trace/captured.js';
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
  known: Known | undefined;
  objects: readonly object[];
};

/** Primitives are remembered as they are, objects by a digest of their captured form. */
type Known = { readonly primitive: unknown } | { readonly digest: string };

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
  readonly #cells = new WeakMap<Shared, Map<string, Cell>>();
  /** The root key under which a namespace was met. */
  readonly #namespaceKeys = new WeakMap<Shared, string>();
  /** Which cells hold an object: an object mutated through one key changes every key that holds it. */
  readonly #holders: WeakMap<object, Set<Cell>>;

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
    this.#holders = options.parent ? options.parent.#holders : new WeakMap();
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
        if (recorder) recorder.#namespaceKeys.set(namespace, key);
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
        this.#namespaceKeys.set(value, key);
        for (const cell of this.#cellsOf(value)) cells.add(cell);
      } else if (key !== METRICS_KEY) {
        cells.add(this.#cell(this.#shared, key));
      }
    }
    this.#report(span, cells);
  }

  #report(span: number, touched: Set<Cell>): void {
    const reports = new Map<StoreRecorder, { set: Record<string, Captured>; deleted: string[] }>();
    for (const cell of withAliases(touched, this.#holders)) {
      const change = this.#changeOf(cell);
      if (!change) continue;
      let report = reports.get(cell.recorder);
      if (!report)
        reports.set(
          cell.recorder,
          (report = { set: Object.create(null) as Record<string, Captured>, deleted: [] }),
        );
      if ('deleted' in change) report.deleted.push(cell.pointer);
      else report.set[cell.pointer] = change.value;
    }
    for (const [recorder, { set, deleted }] of reports) {
      this.#sink.emit({
        type: 'store.changed',
        span,
        ...(recorder.#storeId === undefined ? {} : { store: recorder.#storeId }),
        set,
        ...(deleted.length ? { deleted } : {}),
      });
    }
  }

  /** What the trace must be told about a cell, if anything; the cell then remembers it as told. */
  #changeOf(cell: Cell): { value: Captured } | { deleted: true } | undefined {
    if (!cell.recorder.#exists(cell)) {
      if (cell.known === undefined) return undefined;
      cell.known = undefined;
      this.#hold(cell, []);
      return { deleted: true };
    }
    const value = cell.container[cell.key];
    if (!isObject(value)) {
      if (cell.known && 'primitive' in cell.known && Object.is(cell.known.primitive, value)) return undefined;
      cell.known = { primitive: value };
      this.#hold(cell, []);
      return { value: this.#sink.capture(value, cell.key) };
    }
    const objects: object[] = [];
    const captured = this.#sink.capture(value, cell.key, (object) => objects.push(object));
    const digest = digestOf(captured);
    this.#hold(cell, objects);
    if (cell.known && 'digest' in cell.known && cell.known.digest === digest) return undefined;
    cell.known = { digest };
    return { value: captured };
  }

  #hold(cell: Cell, objects: readonly object[]): void {
    for (const object of cell.objects) this.#holders.get(object)?.delete(cell);
    for (const object of objects) {
      const holders = this.#holders.get(object);
      if (holders) holders.add(cell);
      else this.#holders.set(object, new Set([cell]));
    }
    cell.objects = objects;
  }

  /** The cell of a key, in whichever layer it lives. */
  #cellOf(container: Shared, key: string): Cell | undefined {
    const recorder = this.#recorderOf(container);
    return recorder && recorder.#cell(container, key);
  }

  #recorderOf(container: Shared): StoreRecorder | undefined {
    if (container === this.#shared || this.#namespaceKeys.has(container)) return this;
    return this.#parent && this.#parent.#recorderOf(container);
  }

  /** Whether the cell's key can still be reached from the root. */
  #exists({ container, key }: Cell): boolean {
    const namespace = this.#namespaceKeys.get(container);
    const attached = namespace === undefined || this.#shared[namespace] === container;
    return attached && Object.hasOwn(container, key);
  }

  /** Every key a namespace has or had. */
  #cellsOf(namespace: Shared): Cell[] {
    for (const key of Object.keys(namespace)) this.#cell(namespace, key);
    return [...(this.#cells.get(namespace)?.values() ?? [])];
  }

  #cell(container: Shared, key: string): Cell {
    let cells = this.#cells.get(container);
    if (!cells) this.#cells.set(container, (cells = new Map()));
    let cell = cells.get(key);
    if (!cell) {
      const namespace = this.#namespaceKeys.get(container);
      const prefix = namespace === undefined ? '' : pointerStep(namespace);
      cell = {
        recorder: this,
        container,
        key,
        pointer: prefix + pointerStep(key),
        known: undefined,
        objects: [],
      };
      cells.set(key, cell);
    }
    return cell;
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

/** The touched cells, and those that held one of their objects when it was last looked at. */
function* withAliases(touched: Set<Cell>, holders: WeakMap<object, Set<Cell>>): Iterable<Cell> {
  const aliases = new Set<Cell>();
  for (const cell of touched) {
    for (const object of cell.objects) {
      for (const holder of holders.get(object) ?? []) if (!touched.has(holder)) aliases.add(holder);
    }
  }
  yield* touched;
  yield* aliases;
}

/** Short captured forms are kept as they are; long ones as a hash of theirs. */
function digestOf(captured: Captured): string {
  const json = JSON.stringify(captured);
  return json.length <= 256 ? json : createHash('sha1').update(json).digest('base64');
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
