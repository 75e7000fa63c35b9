import type { PflowError } from '../../lib/error.js';
import type { LlmCaller } from '../../llm/client/client.js';
import type { RunControl } from '../control/run-control.js';
import { silentObserver } from '../contract/observer.js';
import type { RunContext, Runnable, Shared } from '../contract/runnable.js';
import { finishSpan, startSpan } from '../../trace/record/trace-span.js';
import { currentNode } from '../spans/span-observer.js';
import { recorderOf } from '../store/store-recorder.js';
import { blaming, type Blame } from '../node/uncaught.js';
import { sinkOf } from '../store/store.js';
import { tracedLog } from '../spans/traced-log.js';

export type StageOptions = Readonly<{
  /** `planner` or `workflow`. */
  name: string;
  runnable: Runnable;
  shared: Shared;
  signal: AbortSignal;
  llm: LlmCaller;
  log: RunContext['log'];
  control?: RunControl | undefined;
  /** Ends the run for what a node did past every promise; says whether the run was there to end. */
  onStray?: (node: string, error: PflowError) => boolean;
  /** Whether the stage's store is its own rather than the run's. */
  ownStore?: boolean;
}>;

/** Runs one of the outermost parts of a run in a span of its own. Without a sink in the store nothing is traced. */
export async function runStage(stage: StageOptions): Promise<void> {
  const { runnable, shared, signal, log, control } = stage;
  const sink = sinkOf(shared);
  const llm = control ? withinLimits(stage.llm, control) : stage.llm;
  const context: RunContext = { signal, params: {}, llm, log, visit: 1, control, observer: silentObserver };
  if (!sink) {
    await runnable.run(shared, context);
    return;
  }
  const span = startSpan(sink, { kind: 'stage', name: stage.name });
  recorderOf(shared, sink, span, stage.ownStore ? span : undefined);
  try {
    const traced: RunContext = {
      ...context,
      log: tracedLog(log, sink, { span }),
      observer: { ...silentObserver, span },
    };
    await blaming.run(blameOf(stage), () => runnable.run(shared, traced));
    finishSpan(sink, span);
  } catch (error) {
    finishSpan(sink, span, { error });
    throw error;
  }
}

function blameOf({ onStray }: StageOptions): Blame {
  return (explain) => {
    const node = currentNode.getStore()?.node;
    if (node === undefined) return undefined;
    const error = explain(node);
    return onStray?.(node, error) ? error : undefined;
  };
}

/** A caller that sends no request once the run has reached a limit, be it the first of a call or one more try. */
function withinLimits(llm: LlmCaller, control: RunControl): LlmCaller {
  return {
    generate(request, { onAttempt = silentObserver.llmAttempt, ...options } = {}) {
      const checked: typeof onAttempt = (start) => {
        control.checkLimits();
        return onAttempt(start);
      };
      return llm.generate(request, { ...options, onAttempt: checked });
    },
  };
}
