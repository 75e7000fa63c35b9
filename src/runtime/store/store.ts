import { createTag } from '../../lib/data/object-tag.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import type { Shared } from '../contract/runnable.js';

/** The root key under which the run's sink travels. It is never captured, namespaced or exported. */
export const METRICS_KEY = '__metrics__';

/** A fresh store. It has no prototype: `constructor` or `__proto__` are keys like any other. */
export function createStore(initial: Readonly<Record<string, unknown>> = {}): Shared {
  return fill(Object.create(null) as Shared, initial);
}

/** A store of its own for a batch item or a nested workflow: it reads through to `parent` and writes to itself. */
export function layerStore(parent: Shared, own: Readonly<Record<string, unknown>> = {}): Shared {
  return fill(Object.create(rawStore(parent)) as Shared, own);
}

/** The store that `layer` reads through to, if any. */
export function parentStore(layer: Shared): Shared | undefined {
  return (Object.getPrototypeOf(layer) as Shared | null) ?? undefined;
}

/** The sink of the run that this store belongs to; without one nothing is traced. */
export function sinkOf(shared: Shared): TraceSink | undefined {
  return shared[METRICS_KEY] as TraceSink | undefined;
}

/** Keys of the form `__x__` live at the root whatever the namespace, and belong to the runtime. */
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

/** The namespace of a node in this very store, made on first use. */
export function namespaceOf(shared: Shared, nodeId: string): Shared {
  const existing = Object.hasOwn(shared, nodeId) ? shared[nodeId] : undefined;
  if (isNamespace(existing)) return existing;
  shared[nodeId] = markNamespace(Object.create(null) as Shared);
  return shared[nodeId] as Shared;
}

/**
 * Views answer to these: `RAW` is the store behind a view, `ACCESS` what the view does, `ROOT` the root behind a node's
 * namespaced view, `WHOLE` a namespace handed out as a value.
 */
export const RAW = Symbol('pflow.raw');
export const ACCESS = Symbol('pflow.access');
export const ROOT = Symbol('pflow.root');
export const WHOLE = Symbol('pflow.whole');

/** The plain store behind a view (itself when there is none). */
export function rawStore(shared: Shared): Shared {
  return (shared as { [RAW]?: Shared })[RAW] ?? shared;
}

/**
 * How the keys of a plain store, and of the namespaces in it, are reached as its view reaches them, with all that the view
 * reports. A view that stands on another one uses this: for one proxy to ask another takes many times as long.
 */
export interface StoreAccess {
  get(container: Shared, key: string): unknown;
  set(container: Shared, key: string, value: unknown): boolean;
  deleteProperty(container: Shared, key: string): boolean;
  defineProperty(container: Shared, key: string, descriptor: PropertyDescriptor): boolean;
  /** A node works on this namespace, which is the root's under the key. */
  open(root: Shared, key: string, namespace: Shared): void;
}

/** The access of a store's view; a store that is none has nothing to report. */
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

/** The root that a node's view stands on. */
export function rootOf(shared: Shared): Shared {
  return (shared as { [ROOT]?: Shared })[ROOT] ?? shared;
}

/** What a node gets that reads a whole namespace: the plain object, so that it can be cloned, compared or mutated as usual. */
export function wholeValue(value: unknown): unknown {
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
