import { createTag } from '../../lib/tag.js';
import type { LlmCaller } from '../../llm/client.js';
import type { SpanKind } from '../../trace/event.js';
import { accountOwnUsage, USAGE_KEY } from '../calls/own-usage.js';
import { finishSpan, startSpan, type SpanStart } from '../span.js';
import { currentNode, SpanObserver } from '../span-observer.js';
import { recorderOf } from '../store-recorder.js';
import { sinkOf } from '../store.js';
import { tracedLog } from '../traced-log.js';
import type { Action, RunContext, Runnable, Shared } from '../runnable.js';

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

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const sink = sinkOf(shared);
    if (!sink) return this.#inner.run(shared, context);

    const parent = context.observer.span;
    const isItem = this.#as.kind === 'item';
    // The run's own store was there before this node: what it held is its parent's doing. A batch item's store is the item's.
    if (!isItem) recorderOf(shared, sink, parent ?? 0);
    const span = startSpan(sink, this.#start(parent, context.visit));
    const recorder = recorderOf(shared, sink, span, isItem ? span : undefined);
    const observation = recorder.observe();
    const observer = new SpanObserver(sink, span, this.id, currentNode.getStore());
    const llm = untracedLlm.on(context.llm) ?? context.llm;
    const traced: RunContext = {
      ...context,
      observer,
      llm: {
        // Out of the node's own context: a request that is announced here must not be seen on the wire once more.
        generate: (request, options) =>
          currentNode.exit(() =>
            llm.generate(request, {
              signal: context.signal,
              ...options,
              onAttempt: (start) => observer.llmAttempt(start),
            }),
          ),
      },
      log: tracedLog(context.log, sink, () => observer.span),
    };
    untracedLlm.put(traced.llm, llm);
    const finish = (end: { action?: Action; error?: unknown }) => {
      const left = observation.written(USAGE_KEY);
      const pending =
        left !== undefined && observer.calls === 0 ? accountOwnUsage(left, observer) : undefined;
      if (pending) sink.settling?.(pending);
      observation.finish(span);
      finishSpan(sink, span, end);
    };
    try {
      const action = await currentNode.run(observer, () => this.#inner.run(observation.view, traced));
      finish({ action });
      return action;
    } catch (error) {
      observer.abandonCalls(error);
      finish({ error });
      throw error;
    }
  }

  #start(parent: number | undefined, visit: number): SpanStart {
    const { kind = 'node', nodeType, index, of, attempt = 1 } = this.#as;
    const start: SpanStart =
      kind === 'item'
        ? { kind, name: String(index), parent, index, of, ...(attempt > 1 ? { attempt } : {}) }
        : { kind, name: this.id, parent, nodeType };
    if (visit > 1) start.visit = visit;
    return start;
  }
}

/**
 * What lies beneath the calls that a node was handed. A batch item and a node of a nested workflow are handed those of the
 * node around them, and report to their own span alone.
 */
const untracedLlm = createTag<LlmCaller>();
