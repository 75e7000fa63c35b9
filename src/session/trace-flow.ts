/** Runs a flow built in code, traced, as a library call. */
import { PflowError } from '../lib/error.js';
import { nameType } from '../nodes/custom/pocketflow-names.js';
import { PocketFlowAdapter } from '../nodes/custom/pocketflow-node.js';
import { isPocketFlow, isPocketFlowNode, PocketFlowRunner } from '../nodes/custom/pocketflow-walk.js';
import { Flow } from '../runtime/flow/flow.js';
import type { Runnable } from '../runtime/contract/runnable.js';
import { TracingWrapper } from '../runtime/wrappers/tracing-wrapper.js';
import { runObserved, type Observing, type RunResult } from './observe-run.js';

export type TraceOptions = Observing &
  Readonly<{
    /** Display name of the run; by default the flow's id. */
    name?: string;
    /** Initial content of the store. It is copied; the final content is in the result's `outputs`. */
    shared?: Readonly<Record<string, unknown>>;
  }>;

/**
 * Runs a flow, or a single node, that was built in code: traced, accounted and controlled as `run` does for a workflow. Every
 * node gets a span, also those of nested flows. Flows and nodes of the `pocketflow` package run as they are; a copy of them is
 * run. `outputs` is the final content of the store. Throws a PflowError, before anything ran, if the model's name is invalid
 * (`usage`) or the first argument cannot be run (`invalid_workflow`).
 *
 * @example
 * const flow = new Flow('shop', { start: 'ask', nodes: new Map([['ask', new Ask('ask')]]), edges: [] });
 * const { outputs, metrics, tracePath } = await trace(flow, { shared: { question: 'Why?' }, traceDir: 'traces' });
 */
export async function trace(
  runnable: Runnable | PocketFlowRunnable,
  options: TraceOptions = {},
): Promise<RunResult> {
  const own = asRunnable(runnable, 'trace()');
  const { name = own.id, shared = {} } = options;
  const flow = own instanceof Flow ? wrapFlow(own) : traced(own);
  return runObserved({ name, job: { kind: 'flow', runnable: flow, shared }, types: noTypes }, options);
}

/** A flow or a node of the `pocketflow` package. */
export type PocketFlowRunnable = Readonly<{
  prep(shared: never): unknown;
  exec(prepared: never): unknown;
  post(shared: never, prepared: never, result: never): unknown;
  setParams(params: never): unknown;
  clone(): unknown;
}>;

/** A flow of code names no node types. */
const noTypes = { get: () => undefined, types: () => [] };

function traced(runnable: Runnable): Runnable {
  if (runnable instanceof TracingWrapper) return runnable;
  const inner = runnable instanceof Flow ? wrapFlow(runnable) : runnable;
  return new TracingWrapper(inner, { nodeType: nodeTypeOf(runnable) });
}

function nodeTypeOf(runnable: Runnable): string {
  const isAdapted = runnable instanceof PocketFlowRunner || runnable instanceof PocketFlowAdapter;
  return isAdapted ? runnable.id : runnable.constructor.name;
}

/** A copy of a flow with traced nodes. Throws for nodes that cannot run, and for edges to nodes that it does not have. */
function wrapFlow(flow: Flow): Flow {
  const [missing] = flow.missingNodes;
  if (missing !== undefined) throw cannotRun(`The flow '${flow.id}' has no node '${missing}'.`);
  return flow.wrapNodes((node, id) => traced(asRunnable(node, `Node '${id}' of the flow '${flow.id}'`, id)));
}

/** Anything that can run as a runnable; `where` names its place in the error for anything else. */
function asRunnable(value: unknown, where: string, id?: string): Runnable {
  if (isPocketFlow(value)) {
    if (!isPocketFlowNode(value.start))
      throw cannotRun(`${where} is a pocketflow flow without a start node.`);
    return new PocketFlowRunner(id ?? nameOf(value, 'flow'), () => value.clone());
  }
  if (isPocketFlowNode(value)) return new PocketFlowAdapter(id ?? nameOf(value, 'node'), () => value.clone());
  const { id: ownId, run } = (value ?? {}) as { id?: unknown; run?: unknown };
  if (typeof ownId === 'string' && ownId !== '' && typeof run === 'function') return value as Runnable;
  throw cannotRun(`${where} needs a flow or a node with an id and a run method, but got ${describe(value)}.`);
}

function nameOf(value: object, other: string): string {
  const { name } = value.constructor;
  return nameType(name) || other;
}

function describe(value: unknown): string {
  if (typeof value === 'function')
    return `the ${/^class\b/.test(String(value)) ? 'class' : 'function'} ${value.name || 'without a name'}`;
  if (Array.isArray(value)) return 'a list';
  if (value === null || typeof value !== 'object') return String(value);
  const { name = 'Object' } = (value.constructor ?? {}) as { name?: string };
  return name === 'Object'
    ? `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`
    : `an instance of ${name}`;
}

function cannotRun(message: string): PflowError {
  return new PflowError('invalid_workflow', message, {
    hint: 'Pass an instance of Flow, of a subclass of BaseNode, or a flow or node of pocketflow. A workflow in JSON or Markdown runs with run().',
  });
}
