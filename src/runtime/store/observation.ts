import type { Shared } from '../contract/runnable.js';
import type { Cell, StoreRecorder } from './store-recorder.js';
import { observeStore, type StoreWatcher } from './store-view.js';

/** What one node does to a store: the view to hand to it, and the report when it is done. */
export class Observation implements StoreWatcher {
  readonly view: Shared;
  readonly #recorder: StoreRecorder;
  readonly #touched = new Set<Cell>();
  /** Namespaces that were taken whole: any key of theirs may change. Few nodes take one. */
  #whole: Set<Shared> | undefined;
  /** A key of which it is noted where it was written last. */
  readonly #noted: string;
  #notedIn: Shared | undefined;

  constructor(recorder: StoreRecorder, options: { note: string }) {
    this.#recorder = recorder;
    this.#noted = options.note;
    this.view = observeStore(recorder.shared, this);
  }

  touch(container: Shared, key: string): void {
    const cell = this.#recorder.cellOf(container, key);
    if (cell) this.#touched.add(cell);
  }

  wrote(container: Shared, key: string): void {
    if (key === this.#noted) this.#notedIn = container;
    this.touch(container, key);
  }

  openWhole(namespace: Shared): void {
    (this.#whole ??= new Set()).add(namespace);
  }

  opened(container: Shared, key: string, namespace: Shared): void {
    this.#recorder.recorderOf(container)?.openNamespace(namespace, key);
  }

  /** The value under the noted key, where the node wrote it; undefined when it did not. */
  get noted(): unknown {
    return this.#notedIn?.[this.#noted];
  }

  /** Tells the trace what the node changed, in the name of `span`. */
  finish(span: number): void {
    for (const namespace of this.#whole ?? [])
      for (const cell of this.#recorder.recorderOf(namespace)?.cellsOf(namespace) ?? [])
        this.#touched.add(cell);
    this.#recorder.report(span, this.#touched);
  }
}
