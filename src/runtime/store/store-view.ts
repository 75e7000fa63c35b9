/** Wraps the store in a proxy that notifies of reads and writes. */
import type { Shared } from '../contract/runnable.js';
import {
  ACCESS,
  isNamespace,
  markNamespace,
  METRICS_KEY,
  RAW,
  rawStore,
  WHOLE,
  type StoreAccess,
} from './store.js';

/** Callbacks of a view: a key whose value was read and may be mutated, a key that was written, a namespace that escaped as a plain object, a namespace that was entered. */
export interface StoreWatcher {
  onRead(container: Shared, key: string): void;
  onWrite(container: Shared, key: string): void;
  onNamespaceEscaped(namespace: Shared): void;
  onNamespaceEntered(container: Shared, key: string, namespace: Shared): void;
}

/**
 * A view that behaves exactly like the store and notifies of what may change: keys that are written or deleted, and
 * objects that are read, since the reader may mutate them. Values are returned unwrapped. Property
 * descriptors are not trapped: Object.keys requests one per key, which would count every value as read.
 */
export function observeStore(shared: Shared, watcher: StoreWatcher): Shared {
  return new Proxy(shared, new StoreView(watcher));
}

/** The proxy traps shared by the views of the root and of the namespaces that one node enters. */
class StoreView implements StoreAccess, ProxyHandler<Shared> {
  readonly #watcher: StoreWatcher;
  /** Views of namespaces, created on first use: few nodes read another node's. */
  #namespaces: Map<Shared, Shared> | undefined;

  constructor(watcher: StoreWatcher) {
    this.#watcher = watcher;
  }

  get(target: Shared, key: string | symbol): unknown {
    if (typeof key === 'string') return this.#onRead(target, key, target[key]);
    if (key === RAW) return target;
    if (key === ACCESS) return this;
    if (key === WHOLE && isNamespace(target)) {
      this.#watcher.onNamespaceEscaped(target);
      return target;
    }
    return Reflect.get(target, key) as unknown;
  }

  set(target: Shared, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'string') this.#onWrite(target, key, value);
    // A view of a namespace that is written back is stored as the namespace itself.
    target[key as string] = isNamespace(value) ? rawStore(value) : value;
    return true;
  }

  defineProperty(target: Shared, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (typeof key === 'string') this.#onWrite(target, key, descriptor.value);
    return Reflect.defineProperty(target, key, descriptor);
  }

  deleteProperty(target: Shared, key: string | symbol): boolean {
    if (typeof key === 'string') this.#onWrite(target, key, undefined);
    return Reflect.deleteProperty(target, key);
  }

  open(container: Shared, key: string, namespace: Shared): void {
    this.#watcher.onNamespaceEntered(container, key, namespace);
  }

  #onRead(container: Shared, key: string, value: unknown): unknown {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
    if (key === METRICS_KEY) return value;
    const owner = ownerOf(container, key);
    if (isNamespace(value)) return this.#enter(owner, key, value);
    this.#watcher.onRead(owner, key);
    return value;
  }

  #enter(container: Shared, key: string, namespace: Shared): Shared {
    let view = this.#namespaces?.get(namespace);
    if (!view) {
      this.#watcher.onNamespaceEntered(container, key, namespace);
      view = markNamespace(new Proxy(namespace, this));
      (this.#namespaces ??= new Map()).set(namespace, view);
    }
    return view;
  }

  #onWrite(target: Shared, key: string, value: unknown): void {
    const replaced = target[key];
    if (isNamespace(replaced)) this.#watcher.onNamespaceEscaped(replaced);
    if (key === METRICS_KEY || isNamespace(value)) return;
    this.#watcher.onWrite(target, key);
  }
}

/** The layer that contains a key. */
function ownerOf(container: Shared, key: string): Shared {
  let layer: Shared | null = container;
  while (layer && !Object.hasOwn(layer, key)) layer = Object.getPrototypeOf(layer) as Shared | null;
  return layer ?? container;
}
