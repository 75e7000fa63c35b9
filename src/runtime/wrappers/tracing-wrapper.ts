/** Traces a node: its span, its store changes and its LLM calls. */
import type { LlmCaller } from '../../llm/client/client.js';
import type { SpanKind } from '../../trace/event/event.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { drainTap } from '../../tap/tap.js';
import { runUnobserved } from '../calls/observe-calls.js';
import { accountOwnUsage, USAGE_KEY } from '../calls/own-usage.js';
import { Observation } from '../store/observation.js';
import { describeItem } from '../../trace/record/item-label.js';
import { finishSpan, startNode, startSpan, type SpanStart } from '../../trace/record/trace-span.js';
import { currentNode, SpanObserver } from '../spans/span-observer.js';
import { readReportedError } from '../store/reported-error.js';
import { retryReasonOf } from '../spans/retry-reason.js';
import { ensureRecorder } from '../store/store-recorder.js';
import { findSink, rawStore } from '../store/store.js';
import { createTracedLog } from '../spans/traced-log.js';
import {
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';

export type TracedAs = Readonly<{
  nodeType: string;
  /** Default `node`; an item of a batch is an `item` and has a store of its own. */
  kind?: SpanKind;
  index?: number;
  of?: number;
  /** The item itself. */
  value?: unknown;
  /** The attempt, from 1. */
  attempt?: number;
  /** Whether another attempt follows if this one fails. */
  mayRetry?: boolean;
  /** What in the store may explain a failure. */
  explain?: (shared: Shared) => string | undefined;
}>;

/**
 * The outermost wrapper: observes without changing anything. It starts the node's span and passes a store and a context
 * to the inner runnable that notify of what happens to them. In a run without a sink it only forwards.
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
    const sink = findSink(shared);
    return sink ? this.#runTraced(sink, shared, context) : this.#inner.run(shared, context);
  }

  #runTraced(sink: TraceSink, shared: Shared, context: RunContext): Promise<Action> {
    const parent = context.observer.span;
    const isItem = this.#as.kind === 'item';
    // Content that the run's store had before this node is attributed to the parent. A batch item's store is the item's
    // own.
    const known = isItem ? undefined : ensureRecorder(shared, sink, parent ?? 0);
    const span = this.#start(sink, parent, context.visit);
    const observation = new Observation(known ?? ensureRecorder(shared, sink, span, span), {
      note: USAGE_KEY,
    });
    const observer = new SpanObserver(sink, span, this.id, currentNode.getStore());
    const traced: RunContext = {
      ...context,
      observer,
      llm: new TracedLlm(context, observer),
      log: createTracedLog(context.log, sink, observer, this.#as.nodeType),
    };
    const end = (how: { action?: Action; error?: unknown }, failure?: { error: unknown }) => {
      // What worker threads have sent is this node's, though the event loop has not delivered it yet.
      drainTap();
      observer.finish(failure);
      settleUsage(observation, observer);
      observation.finish(span);
      const retryReason =
        'error' in how && this.#as.mayRetry ? retryReasonOf(how.error, context.signal) : undefined;
      const facts = retryReason === undefined ? observer.facts : { ...observer.facts, retryReason };
      const hint = 'error' in how ? this.#as.explain?.(rawStore(shared)) : undefined;
      finishSpan(sink, span, { ...how, hint, facts });
    };
    return currentNode
      .run(observer, () => this.#inner.run(observation.view, traced))
      .then(
        (action) => {
          end(action === ERROR_ACTION ? { action, error: readReportedError(shared, this.id) } : { action });
          return action;
        },
        (error: unknown) => {
          end({ error }, { error });
          throw error;
        },
      );
  }

  #start(sink: TraceSink, parent: number | undefined, visit: number): number {
    const { kind = 'node', nodeType, index, of, value, attempt = 1 } = this.#as;
    if (kind === 'node' && parent !== undefined && attempt === 1 && visit === 1)
      return startNode(sink, this.id, parent, nodeType);
    const start: SpanStart =
      kind === 'item'
        ? { kind, name: String(index), parent, index, of }
        : { kind, name: this.id, parent, nodeType };
    const label = kind === 'item' ? describeItem(value, sink) : undefined;
    if (label !== undefined) start.label = label;
    if (attempt > 1) start.attempt = attempt;
    if (visit > 1) start.visit = visit;
    return startSpan(sink, start);
  }
}

/** Accounts for the usage that a node left. */
function settleUsage({ noted }: Observation, observer: SpanObserver): void {
  if (noted === undefined) return;
  const pending = accountOwnUsage(noted, observer);
  if (pending) observer.settling(pending);
}

/**
 * A node's LLM caller, traced by the node's observer. Batch items and nodes of nested workflows receive the caller of
 * the enclosing node; it is unwrapped, so that calls are traced in their own span only.
 */
class TracedLlm implements LlmCaller {
  readonly #inner: LlmCaller;
  readonly #signal: AbortSignal;
  readonly #observer: SpanObserver;

  constructor({ llm, signal }: RunContext, observer: SpanObserver) {
    this.#inner = llm instanceof TracedLlm ? llm.#inner : llm;
    this.#signal = signal;
    this.#observer = observer;
  }

  generate: LlmCaller['generate'] = (request, options) =>
    // The tap must not record this request a second time.
    runUnobserved(() =>
      this.#inner.generate(request, {
        signal: this.#signal,
        ...options,
        onAttempt: (start) => this.#observer.llmAttempt(start),
      }),
    );
}
