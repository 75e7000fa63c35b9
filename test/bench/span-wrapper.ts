import { silentObserver, type Observer } from '../../src/runtime/contract/observer.js';
import type { PhaseName } from '../../src/trace/event/compact-event.js';
import type { Action, RunContext, Runnable, Shared } from '../../src/runtime/contract/runnable.js';

/** How much of the store each node's span carries. */
export type State = 'none' | 'before-and-after';

/** Does the work in a span of this name, which carries the store from before and after it where it is given. */
export type InSpan = <T>(name: string, work: () => Promise<T>, store?: Shared) => Promise<T>;

/** What a way of tracing has taken of a run. */
export type Taken = Readonly<{ spans: number; bytes: number }>;

/** A way of tracing that knows spans. */
export type Tracer = Readonly<{
  inSpan: InSpan;
  /** Waits until all of a run is out of the program's hands, and tells what came where it was sent. */
  finish: () => Promise<void>;
  /** What came since it was last asked. */
  taken: () => Taken | Promise<Taken>;
}>;

/** Makes a node and its three phases spans. */
export class SpanWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #inSpan: InSpan;
  readonly #state: State;

  constructor(inner: Runnable, inSpan: InSpan, state: State) {
    this.id = inner.id;
    this.#inner = inner;
    this.#inSpan = inSpan;
    this.#state = state;
  }

  run(shared: Shared, context: RunContext): Promise<Action> {
    const observer: Observer = {
      ...silentObserver,
      phase: <T>(name: PhaseName, work: () => T | Promise<T>) => this.#inSpan(name, async () => work()),
    };
    const store = this.#state === 'none' ? undefined : shared;
    return this.#inSpan(this.id, () => this.#inner.run(shared, { ...context, observer }), store);
  }
}
