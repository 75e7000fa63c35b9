import type { LlmCaller } from '../../llm/client/client.js';
import type { SpanKind } from '../../trace/event/event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { accountOwnUsage, USAGE_KEY } from '../calls/own-usage.js';
import { Observation } from '../store/observation.js';
import { finishSpan, startNode, startSpan, type SpanStart } from '../../trace/record/trace-span.js';
import { currentNode, SpanObserver } from '../spans/span-observer.js';
import { reportedError } from '../store/reported-error.js';
import { recorderOf } from '../store/store-recorder.js';
import { sinkOf } from '../store/store.js';
import { tracedLog } from '../spans/traced-log.js';
import {
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';

export type TracedAs = Readonly<{
  nodeType: string;
  /** `node` unless said otherwise; an element of a batch is an `item` and works on a store of its own. */
  kind?: SpanKind;
  index?: number;
  of?: number;
  /** Which try of the item this is. */
  attempt?: number;
}>;

/**
 * The outermost wrapper: it watches and changes nothing. It opens the node's span and hands the inner runnable a store and
 * a context that report what happens to them. In a run without a sink it is not there.
 */
export class TracingWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #as: TracedAs;

  constructor(inner: Runnable, as: TracedAs) {
    this.id = inner.id;
    this.#inner = inner;
    this.#as = as;
  }

  run(shared: Shared, context: RunContext): Promise<Action> {
    const sink = sinkOf(shared);
    return sink ? this.#runTraced(sink, shared, context) : this.#inner.run(shared, context);
  }

  #runTraced(sink: TraceSink, shared: Shared, context: RunContext): Promise<Action> {
    const parent = context.observer.span;
    const isItem = this.#as.kind === 'item';
    // The run's own store was there before this node: what it held is its parent's doing. A batch item's store is the item's.
    const known = isItem ? undefined : recorderOf(shared, sink, parent ?? 0);
    const span = this.#start(sink, parent, context.visit);
    const observation = new Observation(known ?? recorderOf(shared, sink, span, span), { note: USAGE_KEY });
    const observer = new SpanObserver(sink, span, this.id, currentNode.getStore());
    const traced: RunContext = {
      ...context,
      observer,
      llm: new TracedLlm(context, observer),
      log: tracedLog(context.log, sink, observer),
    };
    const end = (how: { action?: Action; error?: unknown }) => {
      settleUsage(observation, observer);
      observation.finish(span);
      finishSpan(sink, span, how);
    };
    return currentNode
      .run(observer, () => this.#inner.run(observation.view, traced))
      .then(
        (action) => {
          end(action === ERROR_ACTION ? { action, error: reportedError(shared, this.id) } : { action });
          return action;
        },
        (error: unknown) => {
          observer.abandonCalls(error);
          end({ error });
          throw error;
        },
      );
  }

  #start(sink: TraceSink, parent: number | undefined, visit: number): number {
    const { kind = 'node', nodeType, index, of, attempt = 1 } = this.#as;
    if (kind === 'node' && parent !== undefined && attempt === 1 && visit === 1)
      return startNode(sink, this.id, parent, nodeType);
    const start: SpanStart =
      kind === 'item'
        ? { kind, name: String(index), parent, index, of }
        : { kind, name: this.id, parent, nodeType };
    if (attempt > 1) start.attempt = attempt;
    if (visit > 1) start.visit = visit;
    return startSpan(sink, start);
  }
}

/** Accounts for what a node left of calls that nobody saw. */
function settleUsage({ noted }: Observation, observer: SpanObserver): void {
  if (noted === undefined || observer.calls > 0) return;
  const pending = accountOwnUsage(noted, observer);
  if (pending) observer.settling(pending);
}

/**
 * A node's calls to models, told to its observer. A batch item and a node of a nested workflow are handed those of the node
 * around them, and report to their own span alone.
 */
class TracedLlm implements LlmCaller {
  readonly #beneath: LlmCaller;
  readonly #signal: AbortSignal;
  readonly #observer: SpanObserver;

  constructor({ llm, signal }: RunContext, observer: SpanObserver) {
    this.#beneath = llm instanceof TracedLlm ? llm.#beneath : llm;
    this.#signal = signal;
    this.#observer = observer;
  }

  generate: LlmCaller['generate'] = (request, options) =>
    // Out of the node's own context: a request that is announced here must not be seen on the wire once more.
    currentNode.exit(() =>
      this.#beneath.generate(request, {
        signal: this.#signal,
        ...options,
        onAttempt: (start) => this.#observer.llmAttempt(start),
      }),
    );
}
