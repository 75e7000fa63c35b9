/** Defines what the lifecycle and the wrappers notify the tracing of. */
import type { LlmAttemptObserver, LlmAttemptStart } from '../../llm/client/client.js';
import type { PhaseName } from '../../trace/event/compact-event.js';

export type ResolvedParam = Readonly<{
  name: string;
  /** The template, if the parameter had one. */
  template?: unknown;
  value: unknown;
  /** JSON Pointers of the store keys that were read for it. */
  from?: readonly string[];
}>;

/**
 * Receives what the lifecycle and the inner wrappers do. The tracing wrapper turns it into events; an observer never
 * changes a result.
 */
export interface Observer {
  /** The parent for spans started now; undefined when the run is not traced. */
  readonly span: number | undefined;
  phase<T>(name: PhaseName, work: () => T | Promise<T>): T | Promise<T>;
  /** Runs one attempt of exec, for a node that may have several. `retryReason` of an error is given if another one follows. */
  attempt<T>(
    attempt: number,
    work: () => T | Promise<T>,
    retryReason?: (error: unknown) => string | undefined,
  ): T | Promise<T>;
  /** The node has a result with less than it should have: what is missing, and why. */
  degraded(code: string, facts: Readonly<Record<string, unknown>>): void;
  params(resolved: readonly ResolvedParam[]): void;
  llmAttempt(start: LlmAttemptStart): LlmAttemptObserver;
  /** How many items of a batch succeeded. */
  batch(counts: BatchCounts): void;
  /** How far the node has come, in units of its own; shown on its row. */
  progressed(progress: StepProgress): void;
  /** Why the node sends its work back to an earlier one. */
  retrying(reason: string): void;
}

/** Items of a batch; those that never started are neither. `empty` succeeded with an empty output that other nodes use. */
export type BatchCounts = Readonly<{ ok: number; failed: number; of: number; empty?: number }>;

/** Done of a total, which may not be known, and what it is doing now. */
export type StepProgress = Readonly<{
  done: number;
  total?: number | undefined;
  message?: string | undefined;
}>;

const silentAttempt: LlmAttemptObserver = { progress() {}, responded() {}, failed() {} };

/** The observer of a run without a sink: emits and copies nothing. */
export const silentObserver: Observer = {
  span: undefined,
  phase: (_name, work) => work(),
  attempt: (_attempt, work) => work(),
  params() {},
  degraded() {},
  llmAttempt: () => silentAttempt,
  batch() {},
  progressed() {},
  retrying() {},
};
