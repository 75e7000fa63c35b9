import type { LlmCaller } from '../../src/llm/client/client.js';
import type { NodeType } from '../../src/nodes/definition/node-type.js';
import { silentObserver } from '../../src/runtime/contract/observer.js';
import type { Action, RunContext } from '../../src/runtime/contract/runnable.js';
import { createStore } from '../../src/runtime/store/store.js';

export type NodeRun = Readonly<{ action: Action; outputs: Record<string, unknown>; logs: readonly string[] }>;

export type NodeRunOptions = Readonly<{
  /** The store when the node starts. */
  store?: Readonly<Record<string, unknown>>;
  signal?: AbortSignal;
  llm?: LlmCaller;
  visit?: number;
  /** The span that the node runs in. */
  span?: number;
  traceparentOf?: RunContext['traceparentOf'];
}>;

const noModel: LlmCaller = { generate: () => Promise.reject(new Error('This test has no model.')) };

/** Runs one node without any wrapper; returns its outputs in the store, its action and its logs. */
export async function runNode(
  type: NodeType,
  params: Record<string, unknown>,
  options: NodeRunOptions = {},
): Promise<NodeRun> {
  const shared = createStore(options.store);
  const logs: string[] = [];
  const context: RunContext = {
    signal: options.signal ?? new AbortController().signal,
    params,
    llm: options.llm ?? noModel,
    log: (text, stream = 'stdout') => logs.push(`${stream}: ${text}`),
    visit: options.visit ?? 1,
    control: undefined,
    observer: options.span === undefined ? silentObserver : { ...silentObserver, span: options.span },
    traceparentOf: options.traceparentOf,
  };
  const action = await type.create('node').run(shared, context);
  return { action, outputs: { ...shared }, logs };
}

/** The message of the error that the node fails with. */
export function failureOf(
  type: NodeType,
  params: Record<string, unknown>,
  options: NodeRunOptions = {},
): Promise<string> {
  return runNode(type, params, options).then(
    () => 'it did not fail',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
