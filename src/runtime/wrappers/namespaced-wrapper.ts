import { endsRun, messageOf } from '../../lib/error.js';
import { ERROR_ACTION, type Action, type RunContext, type Runnable, type Shared } from '../runnable.js';
import { isSpecialKey, namespaceOf, ROOT, wholeValue } from '../store/store.js';

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

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const own = this.#enabled ? namespaceOf(shared, this.id) : undefined;
    const traps = own && new NamespacedView(shared, own);
    const view = traps ? new Proxy(NOTHING, traps) : shared;
    const before = own?.['error'];
    try {
      const action = await this.#inner.run(view, context);
      if (before !== undefined && action !== ERROR_ACTION && view['error'] === before) delete view['error'];
      return action;
    } catch (error) {
      if (!endsRun(error)) view['error'] = messageOf(error);
      if (context.signal.aborted) traps?.close();
      throw error;
    }
  }
}

/** What every view stands on: none looks at it, and none may change it. */
const NOTHING = Object.create(null) as Shared;

/** The store as a node sees it. */
class NamespacedView implements ProxyHandler<Shared> {
  readonly #shared: Shared;
  readonly #own: Shared;
  #closed = false;

  constructor(shared: Shared, own: Shared) {
    this.#shared = shared;
    this.#own = own;
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
    return this.#closed || (typeof key === 'string' && Reflect.set(this.#home(key), key, value));
  }

  has(_target: Shared, key: string | symbol): boolean {
    return typeof key === 'string' && (Object.hasOwn(this.#own, key) || key in this.#shared);
  }

  deleteProperty(_target: Shared, key: string | symbol): boolean {
    return this.#closed || (typeof key === 'string' && Reflect.deleteProperty(this.#home(key), key));
  }

  defineProperty(_target: Shared, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    return (
      this.#closed ||
      (typeof key === 'string' &&
        Reflect.defineProperty(this.#home(key), key, { ...descriptor, configurable: true }))
    );
  }

  preventExtensions(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  ownKeys(): string[] {
    return [...new Set([...Object.keys(this.#own), ...Object.keys(this.#shared)])];
  }

  getOwnPropertyDescriptor(_target: Shared, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key !== 'string' || !this.has(_target, key)) return undefined;
    // An accessor, because Object.keys asks for every key's descriptor: only what is really read counts as read.
    return { get: () => this.#read(key), enumerable: true, configurable: true };
  }

  #read(key: string): unknown {
    return Object.hasOwn(this.#own, key) && !isSpecialKey(key)
      ? this.#own[key]
      : wholeValue(this.#shared[key]);
  }

  #home(key: string): Shared {
    return isSpecialKey(key) ? this.#shared : this.#own;
  }
}
