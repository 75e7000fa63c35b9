/** Runs a stage, planner or workflow, in a root span. */
import type { PflowError } from '../../lib/error.js';
import type { LlmCaller } from '../../llm/client/client.js';
import type { RunControl } from '../control/run-control.js';
import { silentObserver } from '../contract/observer.js';
import type { RunContext, Runnable, Shared } from '../contract/runnable.js';
import { finishSpan, startSpan } from '../../trace/record/trace-span.js';
import { enterStage, leaveStage } from '../calls/outside-calls.js';
import { currentNode, SpanObserver } from '../spans/span-observer.js';
import { ensureRecorder } from '../store/store-recorder.js';
import { attribution, type Attribute } from '../node/uncaught.js';
import { findSink } from '../store/store.js';
import { createTracedLog } from '../spans/traced-log.js';

export type StageOptions = Readonly<{
  /** `planner` or `workflow`. */
  name: string;
  runnable: Runnable;
  shared: Shared;
  signal: AbortSignal;
  llm: LlmCaller;
  log: RunContext['log'];
  control?: RunControl | undefined;
  /** Fails the run because of an uncaught error; returns whether the run was still active. */
  onUncaught?: (node: string, error: PflowError) => boolean;
  /** Whether the stage's store is its own rather than the run's. */
  ownStore?: boolean;
  traceparentOf?: RunContext['traceparentOf'];
}>;

/** Runs a top-level stage of a run in its own span. Without a sink in the store nothing is traced. */
export async function runStage(stage: StageOptions): Promise<void> {
  const { runnable, shared, signal, log, control } = stage;
  const sink = findSink(shared);
  const llm = control ? withinLimits(stage.llm, control) : stage.llm;
  const { traceparentOf } = stage;
  const context: RunContext = {
    signal,
    params: {},
    llm,
    log,
    visit: 1,
    control,
    observer: silentObserver,
    traceparentOf,
  };
  if (!sink) {
    await runnable.run(shared, context);
    return;
  }
  const span = startSpan(sink, { kind: 'stage', name: stage.name });
  ensureRecorder(shared, sink, span, stage.ownStore ? span : undefined);
  const outside = new SpanObserver(sink, span, stage.name);
  enterStage(outside);
  try {
    const traced: RunContext = {
      ...context,
      log: createTracedLog(log, sink, { span }),
      observer: { ...silentObserver, span },
    };
    await attribution.run(attributeTo(stage), () => runnable.run(shared, traced));
    leaveStage(outside);
    finishSpan(sink, span);
  } catch (error) {
    leaveStage(outside, { error });
    finishSpan(sink, span, { error });
    throw error;
  }
}

function attributeTo({ onUncaught }: StageOptions): Attribute {
  return (explain) => {
    const node = currentNode.getStore()?.node;
    if (node === undefined) return undefined;
    const error = explain(node);
    return onUncaught?.(node, error) ? error : undefined;
  };
}

/** Wraps an LLM caller so that no request is sent once the run has reached a limit, first attempt or retry. */
function withinLimits(llm: LlmCaller, control: RunControl): LlmCaller {
  return {
    generate(request, { onAttempt = silentObserver.llmAttempt, ...options } = {}) {
      const checked: typeof onAttempt = (start) => {
        control.beforeCall();
        return onAttempt(start);
      };
      return llm.generate(request, { ...options, onAttempt: checked });
    },
  };
}
