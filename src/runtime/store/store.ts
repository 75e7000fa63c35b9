/** Creates stores, layers and namespaces, and defines how views of them are accessed. */
import { createTag } from '../../lib/data/object-tag.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { Shared } from '../contract/runnable.js';

/** Root key of the run's sink. It is never captured, namespaced or exported. */
export const METRICS_KEY = '__metrics__';

/** Creates a store. It has no prototype: `constructor` and `__proto__` are ordinary keys. */
export function createStore(initial: Readonly<Record<string, unknown>> = {}): Shared {
  return fill(Object.create(null) as Shared, initial);
}

/**
 * Creates a layered store for a batch item or a nested workflow: reads fall through to `parent`, writes stay in the
 * layer.
 */
export function layerStore(parent: Shared, own: Readonly<Record<string, unknown>> = {}): Shared {
  return fill(Object.create(rawStore(parent)) as Shared, own);
}

/** The store that a layer falls through to, if any. */
export function parentStore(layer: Shared): Shared | undefined {
  return (Object.getPrototypeOf(layer) as Shared | null) ?? undefined;
}

/** The sink of the run that the store belongs to; without one nothing is traced. */
export function findSink(shared: Shared): TraceSink | undefined {
  return shared[METRICS_KEY] as TraceSink | undefined;
}

/** Keys of the form `__x__` are always at the root and belong to the runtime. */
export function isSpecialKey(key: string): boolean {
  return key.length > 4 && key.startsWith('__') && key.endsWith('__') && key !== '__proto__';
}

const namespaceTag = createTag<true>();

/** Whether a value of the root is a node's namespace rather than data. */
export function isNamespace(value: unknown): value is Shared {
  return typeof value === 'object' && value !== null && namespaceTag.on(value) === true;
}

/** Marks a view of a namespace as a namespace. */
export function markNamespace(view: Shared): Shared {
  namespaceTag.put(view, true);
  return view;
}

/** The namespace of a node in this layer, created on first use. */
export function ensureNamespace(shared: Shared, nodeId: string): Shared {
  const existing = Object.hasOwn(shared, nodeId) ? shared[nodeId] : undefined;
  if (isNamespace(existing)) return existing;
  shared[nodeId] = markNamespace(Object.create(null) as Shared);
  return shared[nodeId] as Shared;
}

/**
 * Special keys of views: `RAW` is the store behind a view, `ACCESS` the view's StoreAccess, `ROOT` the root behind a
 * node's namespaced view, `WHOLE` a namespace as a plain object.
 */
export const RAW = Symbol('pflow.raw');
export const ACCESS = Symbol('pflow.access');
export const ROOT = Symbol('pflow.root');
export const WHOLE = Symbol('pflow.whole');

/** The plain store behind a view, or the store itself. */
export function rawStore(shared: Shared): Shared {
  return (shared as { [RAW]?: Shared })[RAW] ?? shared;
}

/**
 * Direct access to a plain store and its namespaces with the same notifications as its view. Views on top of another
 * view use it, because a proxy calling another proxy is many times slower.
 */
export interface StoreAccess {
  get(container: Shared, key: string): unknown;
  set(container: Shared, key: string, value: unknown): boolean;
  deleteProperty(container: Shared, key: string): boolean;
  defineProperty(container: Shared, key: string, descriptor: PropertyDescriptor): boolean;
  /** Notifies that a node enters this namespace, which is the root's value at `key`. */
  open(root: Shared, key: string, namespace: Shared): void;
}

/** The access of a view; a plain store has nothing to notify. */
export function accessTo(shared: Shared): StoreAccess {
  return (shared as { [ACCESS]?: StoreAccess })[ACCESS] ?? plainAccess;
}

const plainAccess: StoreAccess = {
  get: (container, key) => container[key],
  set(container, key, value) {
    container[key] = value;
    return true;
  },
  deleteProperty: (container, key) => Reflect.deleteProperty(container, key),
  defineProperty: (container, key, descriptor) => Reflect.defineProperty(container, key, descriptor),
  open() {},
};

/** The root behind a node's namespaced view. */
export function findRoot(shared: Shared): Shared {
  return (shared as { [ROOT]?: Shared })[ROOT] ?? shared;
}

/**
 * What a node receives when it reads a whole namespace: the plain object, so that it can be cloned, compared or mutated
 * as usual.
 */
export function unwrapNamespace(value: unknown): unknown {
  return isNamespace(value) ? ((value as { [WHOLE]?: Shared })[WHOLE] ?? value) : value;
}

function fill(store: Shared, values: Readonly<Record<string, unknown>>): Shared {
  for (const key of Object.keys(values)) {
    Object.defineProperty(store, key, {
      value: values[key],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return store;
}
