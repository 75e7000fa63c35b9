import type { LlmAttemptObserver, LlmAttemptStart } from '../../llm/client/client.js';
import type { PhaseName } from '../../trace/event/compact-event.js';

export type ResolvedParam = Readonly<{
  name: string;
  /** The template, where the parameter had one. */
  template?: unknown;
  value: unknown;
  /** JSON Pointers of the store keys it was read from. */
  from?: readonly string[];
}>;

/** What the lifecycle and the inner wrappers report. TracingWrapper makes events of it; nothing here changes a result. */
export interface Observer {
  /** The span that work started now belongs to; undefined when nothing is traced. */
  readonly span: number | undefined;
  phase<T>(name: PhaseName, work: () => T | Promise<T>): T | Promise<T>;
  /** One try of exec, of a node that may have several. */
  attempt<T>(attempt: number, work: () => T | Promise<T>): T | Promise<T>;
  params(resolved: readonly ResolvedParam[]): void;
  llmAttempt(start: LlmAttemptStart): LlmAttemptObserver;
}

const silentAttempt: LlmAttemptObserver = { progress() {}, responded() {}, failed() {} };

/** The observer of a run without a sink: no events, no copies. */
export const silentObserver: Observer = {
  span: undefined,
  phase: (_name, work) => work(),
  attempt: (_attempt, work) => work(),
  params() {},
  llmAttempt: () => silentAttempt,
};
