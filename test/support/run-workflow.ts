import { compileWorkflow, type CompileOptions, type NodeTypes } from '../../src/compile/compile.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { requireOutputs, resolveOutputs } from '../../src/runtime/flow/outputs.js';
import type { RunContext, Shared } from '../../src/runtime/contract/runnable.js';
import { createStore, METRICS_KEY } from '../../src/runtime/store/store.js';
import type { TraceSink } from '../../src/trace/event/trace-sink.js';
import { resolveInputs } from '../../src/workflow/check/inputs.js';
import type { Workflow } from '../../src/workflow/format/ir.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';
import { formatProblem } from '../../src/workflow/format/problem.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { testContext } from './tracing.js';

export type WorkflowRun = Readonly<{ outputs: Record<string, unknown>; store: Shared; error: unknown }>;

export type WorkflowRunOptions = CompileOptions &
  Readonly<{
    inputs?: Record<string, unknown>;
    types?: NodeTypes;
    /** Traces the run into it. */
    sink?: TraceSink;
    context?: Partial<RunContext>;
    store?: Shared;
  }>;

/** Loads and validates a workflow from a file's path, a saved name or an object. Throws with all its problems. */
export function validWorkflow(source: unknown, types: NodeTypes = createRegistry()): Workflow {
  const raw = typeof source === 'string' ? loadWorkflow(source).source : source;
  const { workflow, problems } = validateWorkflow(raw, types);
  if (!workflow) throw new Error(problems.map(formatProblem).join('\n'));
  return workflow;
}

/** Runs a workflow with the built-in node types, as pflow does. A failure is returned in `error`. */
export async function runWorkflow(source: unknown, options: WorkflowRunOptions = {}): Promise<WorkflowRun> {
  const { inputs = {}, types = createRegistry(), sink, context, store, ...compile } = options;
  const workflow = validWorkflow(source, types);
  const shared = store ?? createStore(resolveInputs(workflow, inputs));
  if (sink) shared[METRICS_KEY] = sink;
  const error = await compileWorkflow(workflow, types, compile)
    .run(shared, testContext(context))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return {
    outputs: (error === undefined ? requireOutputs : resolveOutputs)(workflow, shared).outputs,
    store: shared,
    error,
  };
}
