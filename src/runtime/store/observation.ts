/** Observes what one node does to the store and emits the changes. */
import type { Shared } from '../contract/runnable.js';
import type { Cell, StoreRecorder } from './store-recorder.js';
import { observeStore, type StoreWatcher } from './store-view.js';

/** Observes one node's access to a store: provides the view to pass to it and emits its changes when it finishes. */
export class Observation implements StoreWatcher {
  readonly view: Shared;
  readonly #recorder: StoreRecorder;
  readonly #touched = new Set<Cell>();
  /** Namespaces that escaped as plain objects: any of their keys may change. Few nodes use one. */
  #escaped: Set<Shared> | undefined;
  /** The key whose last written value is to be remembered. */
  readonly #noted: string;
  #notedIn: Shared | undefined;

  constructor(recorder: StoreRecorder, options: { note: string }) {
    this.#recorder = recorder;
    this.#noted = options.note;
    this.view = observeStore(recorder.shared, this);
  }

  onRead(container: Shared, key: string): void {
    const cell = this.#recorder.findCell(container, key);
    if (cell) this.#touched.add(cell);
  }

  onWrite(container: Shared, key: string): void {
    if (key === this.#noted) this.#notedIn = container;
    this.onRead(container, key);
  }

  onNamespaceEscaped(namespace: Shared): void {
    (this.#escaped ??= new Set()).add(namespace);
  }

  onNamespaceEntered(container: Shared, key: string, namespace: Shared): void {
    this.#recorder.findRecorder(container)?.openNamespace(namespace, key);
  }

  /** The value of the noted key, if the node wrote it. */
  get noted(): unknown {
    return this.#notedIn?.[this.#noted];
  }

  /** Emits the node's changes, attributed to `span`. */
  finish(span: number): void {
    for (const namespace of this.#escaped ?? [])
      for (const cell of this.#recorder.findRecorder(namespace)?.listCells(namespace) ?? [])
        this.#touched.add(cell);
    this.#recorder.emitChanges(span, this.#touched);
  }
}
