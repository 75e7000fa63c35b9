/** Gives each node a namespace of its own in the store. */
import { endsRun, messageOf } from '../../lib/error.js';
import {
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';
import {
  accessTo,
  isSpecialKey,
  ensureNamespace,
  rawStore,
  ROOT,
  unwrapNamespace,
  type StoreAccess,
} from '../store/store.js';

/**
 * Changes only the node's view of the store: writes go to `shared[id][key]`; reads see the node's namespace, then the
 * root; keys of the form `__x__` are at the root. An error that leaves the node is written to the namespace as `error`,
 * where a handler on the "error" edge finds it; a later successful visit removes it. In a workflow without namespaces
 * all of this happens at the root.
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

  /** Not an async function: most nodes have nothing to await here, and a promise costs as much as a view. */
  run(shared: Shared, context: RunContext): Promise<Action> {
    const traps = this.#enabled ? new NamespacedView(shared, this.id) : undefined;
    const view = traps ? new Proxy(PROXY_TARGET, traps) : shared;
    const before = traps?.own['error'];
    const failed = (error: unknown): never => {
      if (!endsRun(error)) view['error'] = messageOf(error);
      if (context.signal.aborted) traps?.close();
      throw error;
    };
    const running = this.#inner.run(view, context);
    if (before === undefined) return running.catch(failed);
    return running.then((action) => {
      if (action !== ERROR_ACTION && view['error'] === before) delete view['error'];
      return action;
    }, failed);
  }
}

/** The target of all views. The traps never use it. */
const PROXY_TARGET = Object.create(null) as Shared;

/** The proxy traps of a node's view of the store. */
class NamespacedView implements ProxyHandler<Shared> {
  /** The node's namespace. */
  readonly own: Shared;
  readonly #shared: Shared;
  readonly #root: Shared;
  readonly #access: StoreAccess;
  #closed = false;

  constructor(shared: Shared, id: string) {
    this.#shared = shared;
    this.#root = rawStore(shared);
    this.#access = accessTo(shared);
    this.own = ensureNamespace(this.#root, id);
    this.#access.open(this.#root, id, this.own);
  }

  /** Ignores all later writes: the node was abandoned and may still be running. */
  close(): void {
    this.#closed = true;
  }

  get(_target: Shared, key: string | symbol): unknown {
    if (typeof key === 'symbol') return key === ROOT ? this.#shared : undefined;
    return this.#read(key);
  }

  set(_target: Shared, key: string | symbol, value: unknown): boolean {
    return this.#closed || (typeof key === 'string' && this.#access.set(this.#home(key), key, value));
  }

  has(_target: Shared, key: string | symbol): boolean {
    return typeof key === 'string' && (Object.hasOwn(this.own, key) || key in this.#root);
  }

  deleteProperty(_target: Shared, key: string | symbol): boolean {
    return this.#closed || (typeof key === 'string' && this.#access.deleteProperty(this.#home(key), key));
  }

  defineProperty(_target: Shared, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    return (
      this.#closed ||
      (typeof key === 'string' &&
        this.#access.defineProperty(this.#home(key), key, { ...descriptor, configurable: true }))
    );
  }

  preventExtensions(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  ownKeys(): string[] {
    return [...new Set([...Object.keys(this.own), ...Object.keys(this.#root)])];
  }

  getOwnPropertyDescriptor(_target: Shared, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key !== 'string' || !this.has(_target, key)) return undefined;
    // An accessor, because Object.keys requests the descriptor of every key: only actual reads must count as reads.
    return { get: () => this.#read(key), enumerable: true, configurable: true };
  }

  #read(key: string): unknown {
    return Object.hasOwn(this.own, key) && !isSpecialKey(key)
      ? this.#access.get(this.own, key)
      : unwrapNamespace(this.#access.get(this.#root, key));
  }

  #home(key: string): Shared {
    return isSpecialKey(key) ? this.#root : this.own;
  }
}
