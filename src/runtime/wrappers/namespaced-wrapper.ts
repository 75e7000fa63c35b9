import { isCancellation, messageOf } from '../../lib/error.js';
import type { Action, RunContext, Runnable, Shared } from '../runnable.js';
import { isSpecialKey, namespaceOf, ROOT, wholeValue } from '../store.js';

/**
 * Changes the store only: a node's writes go to `shared[id][key]`; its reads see its own namespace, then the root; keys of
 * the form `__x__` live at the root. An error that leaves the node is written into the namespace as `error`, where a
 * handler down the "error" edge finds it. In a workflow without namespaces all of that happens at the root.
 */
export class NamespacedWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #enabled: boolean;

  constructor(inner: Runnable, options: { enabled?: boolean } = {}) {
    this.id = inner.id;
    this.#inner = inner;
    this.#enabled = options.enabled ?? true;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const view = this.#enabled ? namespacedView(shared, this.id) : shared;
    try {
      return await this.#inner.run(view, context);
    } catch (error) {
      if (!isCancellation(error)) view['error'] = messageOf(error);
      throw error;
    }
  }
}

/** The store as the node `id` sees it. */
export function namespacedView(shared: Shared, id: string): Shared {
  const own = namespaceOf(shared, id);
  const home = (key: string): Shared => (isSpecialKey(key) ? shared : own);
  const read = (key: string): unknown =>
    Object.hasOwn(own, key) && !isSpecialKey(key) ? own[key] : wholeValue(shared[key]);
  return new Proxy(Object.create(null) as Shared, {
    get: (_target, key) => (typeof key === 'string' ? read(key) : key === ROOT ? shared : undefined),
    set: (_target, key, value: unknown) => typeof key === 'string' && Reflect.set(home(key), key, value),
    has: (_target, key) => typeof key === 'string' && (Object.hasOwn(own, key) || key in shared),
    deleteProperty: (_target, key) => typeof key === 'string' && Reflect.deleteProperty(home(key), key),
    defineProperty: (_target, key, descriptor) =>
      typeof key === 'string' &&
      Reflect.defineProperty(home(key), key, { ...descriptor, configurable: true }),
    ownKeys: () => [...new Set([...Object.keys(own), ...Object.keys(shared)])],
    getOwnPropertyDescriptor(_target, key) {
      if (typeof key !== 'string') return undefined;
      if (!Object.hasOwn(own, key) && !(key in shared)) return undefined;
      // An accessor, because Object.keys asks for every key's descriptor: only what is really read counts as read.
      return { get: () => read(key), enumerable: true, configurable: true };
    },
  });
}
