/** Runs a nested workflow inside a node, in a span of its own. */
import type { EventOf } from '../../trace/event/event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { describeEdges } from '../../workflow/check/edge-kinds.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { silentObserver } from '../contract/observer.js';
import { type RunContext, type Runnable, type Shared } from '../contract/runnable.js';
import { finishSpan, startSpan } from '../../trace/record/trace-span.js';
import { ensureRecorder } from '../store/store-recorder.js';
import { METRICS_KEY, findSink } from '../store/store.js';

/** A workflow as announced in the trace. */
export type PlannedWorkflow = Readonly<{
  workflow: Workflow;
  name: string;
  origin: EventOf<'workflow.planned'>['origin'];
}>;

export type NestedRun = PlannedWorkflow &
  Readonly<{
    runnable: Runnable;
    shared: Shared;
    /** Whether the nested workflow's store is isolated from its parent's. */
    ownStore: boolean;
  }>;

/** Runs a workflow inside a node of another one, in a child span. */
export async function runNested(nested: NestedRun, context: RunContext): Promise<void> {
  const { runnable, shared, ownStore, name } = nested;
  const inner: RunContext = { ...context, params: {}, visit: 1, observer: silentObserver };
  const sink = findSink(shared);
  if (!sink) {
    await runnable.run(shared, inner);
    return;
  }
  const span = startSpan(sink, { kind: 'workflow', name, parent: context.observer.span });
  sink.emit({ ...createPlannedEvent(nested, sink), span, ...(ownStore ? { isolated: true } : {}) });
  if (ownStore) {
    ensureRecorder(shared, sink, span, span);
    // An isolated store that starts empty has nothing to record; this event makes it known.
    if (Object.keys(shared).every((key) => key === METRICS_KEY))
      sink.emit({ type: 'store.changed', span, store: span, set: {} });
  }
  try {
    await runnable.run(shared, { ...inner, observer: { ...silentObserver, span } });
    finishSpan(sink, span);
  } catch (error) {
    finishSpan(sink, span, { error });
    throw error;
  }
}

/** The event that describes the workflow about to run, so that a trace is readable without the workflow's file. */
export function createPlannedEvent(
  { workflow, name, origin }: PlannedWorkflow,
  sink: Pick<TraceSink, 'capture'>,
): Omit<EventOf<'workflow.planned'>, 'seq' | 'at'> {
  return {
    type: 'workflow.planned',
    origin,
    name,
    ir: sink.capture(workflow),
    nodes: workflow.nodes.map(({ id, type, purpose, batch, retry, loop }) => ({
      id,
      type,
      ...(purpose === undefined ? {} : { purpose }),
      ...(retry
        ? { retry: sink.capture(retry) }
        : batch && batch.max_retries > 1
          ? { retry: { max: batch.max_retries, wait: batch.retry_wait } }
          : {}),
      ...(loop ? { loop: sink.capture(loop) } : {}),
    })),
    edges: describeEdges(workflow),
  };
}
