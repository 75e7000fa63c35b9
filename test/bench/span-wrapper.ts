import { silentObserver, type Observer } from '../../src/runtime/contract/observer.js';
import type { PhaseName } from '../../src/trace/event/compact-event.js';
import type { Action, RunContext, Runnable, Shared } from '../../src/runtime/contract/runnable.js';

/** The part of the store that each node's span contains. */
export type State = 'none' | 'before-and-after';

/** Runs the work in a span of this name, which contains the store before and after it if one is given. */
export type InSpan = <T>(name: string, work: () => Promise<T>, store?: Shared) => Promise<T>;

/** The amount that a tracer recorded of a run. */
export type Taken = Readonly<{ spans: number; bytes: number }>;

/** A tracer based on spans. */
export type Tracer = Readonly<{
  inSpan: InSpan;
  /** Waits until a run has been exported completely, and returns what the receiver counted. */
  finish: () => Promise<void>;
  /** The amount received since the last call. */
  taken: () => Taken | Promise<Taken>;
}>;

/** Wraps a node and its three phases in spans. */
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
