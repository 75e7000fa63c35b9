import type { Shared } from './runnable.js';
import { isNamespace, markNamespace, METRICS_KEY, RAW, rawStore, WHOLE } from './store.js';

/** What a view reports: a key that may have changed, one that was written, a namespace that was taken whole, one that was entered. */
export type StoreWatcher = Readonly<{
  touch(container: Shared, key: string): void;
  wrote(container: Shared, key: string): void;
  openWhole(namespace: Shared): void;
  opened(container: Shared, key: string, namespace: Shared): void;
}>;

/**
 * A view of the store that behaves exactly like it and reports what may change: keys that are written or deleted, and
 * objects that are read, since their holder may mutate them in place. Values come out as they are, never wrapped.
 */
export function observeStore(shared: Shared, watcher: StoreWatcher): Shared {
  const views = new Map<Shared, Shared>();
  const viewOf = (container: Shared, key: string, namespace: Shared): Shared => {
    let view = views.get(namespace);
    if (!view) {
      watcher.opened(container, key, namespace);
      view = markNamespace(observe(namespace, watcher, viewOf));
      views.set(namespace, view);
    }
    return view;
  };
  return observe(shared, watcher, viewOf);
}

type ViewOf = (container: Shared, key: string, namespace: Shared) => Shared;

function observe(container: Shared, watcher: StoreWatcher, viewOf: ViewOf): Shared {
  const handOut = (key: string, value: unknown): unknown => {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null && key !== METRICS_KEY)) {
      const owner = ownerOf(container, key);
      if (isNamespace(value)) return viewOf(owner, key, value);
      watcher.touch(owner, key);
    }
    return value;
  };
  return new Proxy(container, {
    get(target, key) {
      if (typeof key === 'string') return handOut(key, target[key]);
      if (key === RAW) return target;
      if (key === WHOLE && isNamespace(target)) {
        watcher.openWhole(target);
        return target;
      }
      return Reflect.get(target, key) as unknown;
    },
    set(target, key, value: unknown) {
      if (typeof key === 'string') noteWrite(target, key, value);
      return Reflect.set(target, key, plain(value));
    },
    defineProperty(target, key, descriptor) {
      if (typeof key === 'string') noteWrite(target, key, descriptor.value);
      return Reflect.defineProperty(target, key, descriptor);
    },
    deleteProperty(target, key) {
      if (typeof key === 'string') noteWrite(target, key, undefined);
      return Reflect.deleteProperty(target, key);
    },
    // No trap for descriptors: Object.keys asks for one a key, which would count every value of the store as read.
  });

  function noteWrite(target: Shared, key: string, value: unknown): void {
    const replaced = target[key];
    if (isNamespace(replaced)) watcher.openWhole(replaced);
    if (key === METRICS_KEY || isNamespace(value)) return;
    watcher.touch(target, key);
    watcher.wrote(target, key);
  }
}

/** The layer in which a key is found. */
function ownerOf(container: Shared, key: string): Shared {
  let layer: Shared | null = container;
  while (layer && !Object.hasOwn(layer, key)) layer = Object.getPrototypeOf(layer) as Shared | null;
  return layer ?? container;
}

/** A namespace's view that is written back is stored as the namespace itself. */
function plain(value: unknown): unknown {
  return isNamespace(value) ? rawStore(value) : value;
}
