/** Runs a flow built in code, traced, as a library call. */
import { chooseModel } from '../llm/select/choose-model.js';
import { Flow } from '../runtime/flow/flow.js';
import type { Runnable } from '../runtime/contract/runnable.js';
import { TracingWrapper } from '../runtime/wrappers/tracing-wrapper.js';
import { findVendor } from './models/find-vendor.js';
import { runObserved, type Observing, type RunOptions, type RunResult } from './observe-run.js';

export type TraceOptions = Observing &
  Pick<RunOptions, 'model'> &
  Readonly<{
    /** Display name of the run; by default the flow's id. */
    name?: string;
    /** Initial content of the store. It is copied; the final content is in the result's `outputs`. */
    shared?: Readonly<Record<string, unknown>>;
  }>;

/**
 * Runs a flow, or a single node, that was built in code: traced, accounted and controlled as `run` does for a workflow. Every
 * node gets a span, also those of nested flows. `outputs` is the final content of the store. Throws a PflowError, before anything
 * ran, if the model's name is invalid.
 *
 * @example
 * const flow = new Flow('shop', { start: 'ask', nodes: new Map([['ask', new Ask('ask')]]), edges: [] });
 * const { outputs, metrics, tracePath } = await trace(flow, { shared: { question: 'Why?' }, traceDir: 'traces' });
 */
export async function trace(runnable: Runnable, options: TraceOptions = {}): Promise<RunResult> {
  const { name = runnable.id, shared = {}, model } = options;
  const choice = await chooseModel({ flag: model, env: process.env, findVendor });
  const flow = runnable instanceof Flow ? runnable.wrapNodes(traced) : traced(runnable);
  return runObserved(
    { name, job: { kind: 'flow', runnable: flow, shared }, types: noTypes, choice },
    options,
  );
}

/** A flow of code names no node types. */
const noTypes = { get: () => undefined, types: () => [] };

function traced(runnable: Runnable): Runnable {
  if (runnable instanceof TracingWrapper) return runnable;
  const inner = runnable instanceof Flow ? runnable.wrapNodes(traced) : runnable;
  return new TracingWrapper(inner, { nodeType: runnable.constructor.name });
}
