/** Defines the contract of everything that runs as a step of a flow. */
import type { LlmCaller } from '../../llm/client/client.js';
import type { RunControl } from '../control/run-control.js';
import type { Observer } from './observer.js';

/**
 * The shared store: each node's outputs in its own namespace (`shared[nodeId][key]`), inputs and `__x__` keys at the
 * root. Root and namespaces have no prototype, so a workflow's key cannot collide with a method.
 */
export type Shared = Record<string, unknown>;

/** The label of the edge that a node leaves by. */
export type Action = string;
export const DEFAULT_ACTION: Action = 'default';
export const ERROR_ACTION: Action = 'error';

export type Params = Readonly<Record<string, unknown>>;

/** What a node may use besides the store. Wrappers pass on a modified copy; nodes only read it. */
export interface RunContext {
  /** Aborted when the run is cancelled or times out; pass it to everything that waits. */
  readonly signal: AbortSignal;
  /** The node's parameters with templates resolved. */
  readonly params: Params;
  /** The LLM client, traced and accounted. */
  readonly llm: LlmCaller;
  /** Writes a message for the user, shown in the node's Log. */
  readonly log: (text: string, stream?: 'stdout' | 'stderr' | 'warning') => void;
  /** Number of this visit of the node in the run, from 1. */
  readonly visit: number;
  /** Pause, breakpoints and limits. Flows consult it before every node. */
  readonly control: RunControl | undefined;
  /** Is notified of what happens inside; does nothing when the run is not traced. */
  readonly observer: Observer;
  /** The W3C trace context of a span, for what is started within it; absent where the run is not part of a distributed trace. */
  readonly traceparentOf?: ((span: number) => string) | undefined;
}

/** Anything that can run as a step of a flow: a node, a wrapped node, a whole flow. */
export interface Runnable {
  readonly id: string;
  run(shared: Shared, context: RunContext): Promise<Action>;
}
