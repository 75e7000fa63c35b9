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

/** What a view reports: a key that was read and may change in place, one that was written, a namespace that was taken whole, one that was entered. */
export interface StoreWatcher {
  touch(container: Shared, key: string): void;
  wrote(container: Shared, key: string): void;
  openWhole(namespace: Shared): void;
  opened(container: Shared, key: string, namespace: Shared): void;
}

/**
 * A view of the store that behaves exactly like it and reports what may change: keys that are written or deleted, and
 * objects that are read, since their holder may mutate them in place. Values come out as they are, never wrapped.
 *
 * There is no trap for descriptors: Object.keys asks for one a key, which would count every value of the store as read.
 */
export function observeStore(shared: Shared, watcher: StoreWatcher): Shared {
  return new Proxy(shared, new StoreView(watcher));
}

/** The traps of one node's views, of the root and of the namespaces it enters alike. */
class StoreView implements StoreAccess, ProxyHandler<Shared> {
  readonly #watcher: StoreWatcher;
  /** The views of the namespaces that were handed out: few nodes read another's. */
  #namespaces: Map<Shared, Shared> | undefined;

  constructor(watcher: StoreWatcher) {
    this.#watcher = watcher;
  }

  get(target: Shared, key: string | symbol): unknown {
    if (typeof key === 'string') return this.#handOut(target, key, target[key]);
    if (key === RAW) return target;
    if (key === ACCESS) return this;
    if (key === WHOLE && isNamespace(target)) {
      this.#watcher.openWhole(target);
      return target;
    }
    return Reflect.get(target, key) as unknown;
  }

  set(target: Shared, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'string') this.#noteWrite(target, key, value);
    // A namespace's view that is written back is stored as the namespace itself.
    target[key as string] = isNamespace(value) ? rawStore(value) : value;
    return true;
  }

  defineProperty(target: Shared, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (typeof key === 'string') this.#noteWrite(target, key, descriptor.value);
    return Reflect.defineProperty(target, key, descriptor);
  }

  deleteProperty(target: Shared, key: string | symbol): boolean {
    if (typeof key === 'string') this.#noteWrite(target, key, undefined);
    return Reflect.deleteProperty(target, key);
  }

  open(container: Shared, key: string, namespace: Shared): void {
    this.#watcher.opened(container, key, namespace);
  }

  #handOut(container: Shared, key: string, value: unknown): unknown {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
    if (key === METRICS_KEY) return value;
    const owner = ownerOf(container, key);
    if (isNamespace(value)) return this.#enter(owner, key, value);
    this.#watcher.touch(owner, key);
    return value;
  }

  #enter(container: Shared, key: string, namespace: Shared): Shared {
    let view = this.#namespaces?.get(namespace);
    if (!view) {
      this.#watcher.opened(container, key, namespace);
      view = markNamespace(new Proxy(namespace, this));
      (this.#namespaces ??= new Map()).set(namespace, view);
    }
    return view;
  }

  #noteWrite(target: Shared, key: string, value: unknown): void {
    const replaced = target[key];
    if (isNamespace(replaced)) this.#watcher.openWhole(replaced);
    if (key === METRICS_KEY || isNamespace(value)) return;
    this.#watcher.wrote(target, key);
  }
}

/** The layer in which a key is found. */
function ownerOf(container: Shared, key: string): Shared {
  let layer: Shared | null = container;
  while (layer && !Object.hasOwn(layer, key)) layer = Object.getPrototypeOf(layer) as Shared | null;
  return layer ?? container;
}
