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
  namespaceOf,
  rawStore,
  ROOT,
  wholeValue,
  type StoreAccess,
} from '../store/store.js';

/**
 * Changes the store only: a node's writes go to `shared[id][key]`; its reads see its own namespace, then the root; keys of
 * the form `__x__` live at the root. An error that leaves the node is written into the namespace as `error`, where a
 * handler down the "error" edge finds it; a later visit that succeeds takes it away. In a workflow without namespaces all of that happens at the root.
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

  /** Not an async function: most nodes have nothing to wait for here, and a promise costs as much as a view. */
  run(shared: Shared, context: RunContext): Promise<Action> {
    const traps = this.#enabled ? new NamespacedView(shared, this.id) : undefined;
    const view = traps ? new Proxy(NOTHING, traps) : shared;
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

/** What every view stands on: none looks at it, and none may change it. */
const NOTHING = Object.create(null) as Shared;

/** The store as a node sees it. */
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
    this.own = namespaceOf(this.#root, id);
    this.#access.open(this.#root, id, this.own);
  }

  /** From now on nothing is written: the node was given up, and may not know. */
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
    // An accessor, because Object.keys asks for every key's descriptor: only what is really read counts as read.
    return { get: () => this.#read(key), enumerable: true, configurable: true };
  }

  #read(key: string): unknown {
    return Object.hasOwn(this.own, key) && !isSpecialKey(key)
      ? this.#access.get(this.own, key)
      : wholeValue(this.#access.get(this.#root, key));
  }

  #home(key: string): Shared {
    return isSpecialKey(key) ? this.#root : this.own;
  }
}
