import type { LlmCaller } from '../../llm/client/client.js';
import type { RunControl } from '../control/run-control.js';
import type { Observer } from './observer.js';

/**
 * The shared store: every node's outputs in a namespace of its own (`shared[nodeId][key]`), inputs and `__x__` keys at the
 * root. The root and the namespaces have no prototype, so no key of a workflow can collide with a method.
 */
export type Shared = Record<string, unknown>;

/** The name of the edge a node leaves by. */
export type Action = string;
export const DEFAULT_ACTION: Action = 'default';
export const ERROR_ACTION: Action = 'error';

export type Params = Readonly<Record<string, unknown>>;

/** What a node may use besides the store. Wrappers hand on a changed copy; nodes only read it. */
export interface RunContext {
  /** Aborted when the run is cancelled or out of time: pass it to whatever waits. */
  readonly signal: AbortSignal;
  /** The node's parameters, templates resolved. */
  readonly params: Params;
  /** Calls to models, traced and accounted. */
  readonly llm: LlmCaller;
  /** What a node wants to say to the person: shown in its Log. */
  readonly log: (text: string, stream?: 'stdout' | 'stderr' | 'warning') => void;
  /** How often this node was entered in this run, this time included. */
  readonly visit: number;
  /** The hand on the run: pause, breakpoints, limits. Flows ask it before every node. */
  readonly control: RunControl | undefined;
  /** Who is told what happens inside; does nothing when the run is not traced. */
  readonly observer: Observer;
}

/** Anything that can run as a step of a flow: a node, a node in its wrappers, a whole flow. */
export interface Runnable {
  readonly id: string;
  run(shared: Shared, context: RunContext): Promise<Action>;
}
