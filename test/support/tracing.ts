import type { LlmCaller } from '../../src/llm/client/client.js';
import { silentObserver } from '../../src/runtime/contract/observer.js';
import { BaseNode, type RetryOptions } from '../../src/runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../src/runtime/contract/runnable.js';
import { createStore, METRICS_KEY } from '../../src/runtime/store/store.js';
import { createCapture, type CaptureLevel } from '../../src/trace/capture/capture.js';
import type { EventOf, TraceEvent, TraceEventType } from '../../src/trace/event/event.js';
import { TraceLog } from '../../src/trace/write/event-log.js';
import { noRedactor } from '../../src/trace/redact/redact.js';
import type { TraceSink } from '../../src/trace/event/trace-sink.js';

/** A sink that keeps its events in memory. */
export type MemorySink = TraceSink & {
  readonly events: readonly TraceEvent[];
  of<T extends TraceEventType>(type: T): EventOf<T>[];
};

export function memorySink(level: CaptureLevel = 'full'): MemorySink {
  const log = new TraceLog();
  let spans = 0;
  return {
    emit: (event) => log.append(event),
    nextSpan: () => ++spans,
    capture: createCapture({ level, redactor: noRedactor }),
    now: () => log.now(),
    get events() {
      return log.all;
    },
    of: (type) => log.all.filter((event): event is EventOf<typeof type> => event.type === type),
  };
}

/** A store whose runs are traced into `sink`. */
export function tracedStore(sink: TraceSink, initial: Record<string, unknown> = {}): Shared {
  return createStore({ ...initial, [METRICS_KEY]: sink });
}

/** A caller for tests without model calls. */
export const noModel: LlmCaller = { generate: () => Promise.reject(new Error('no model is called here')) };

export function testContext(changes: Partial<RunContext> = {}): RunContext {
  return {
    signal: new AbortController().signal,
    params: {},
    llm: noModel,
    log: () => {},
    visit: 1,
    control: undefined,
    observer: silentObserver,
    ...changes,
  };
}

type Steps<P, R> = {
  prep?: (shared: Shared, context: RunContext) => P | Promise<P>;
  exec?: (prepared: P, context: RunContext) => R | Promise<R>;
  execFallback?: (prepared: P, error: unknown, context: RunContext) => R | Promise<R>;
  post?: (
    shared: Shared,
    prepared: P,
    result: R,
    context: RunContext,
  ) => Action | void | Promise<Action | void>;
};

/** A node with the given lifecycle methods. */
export function nodeOf<P = unknown, R = unknown>(
  id: string,
  steps: Steps<P, R>,
  retry: RetryOptions = {},
): BaseNode<P, R> {
  return new (class extends BaseNode<P, R> {
    override prep(shared: Shared, context: RunContext): P | Promise<P> {
      return steps.prep ? steps.prep(shared, context) : (context.params as P);
    }
    override exec(prepared: P, context: RunContext): R | Promise<R> {
      return steps.exec ? steps.exec(prepared, context) : (undefined as R);
    }
    override execFallback(prepared: P, error: unknown, context: RunContext): R | Promise<R> {
      return steps.execFallback
        ? steps.execFallback(prepared, error, context)
        : super.execFallback(prepared, error, context);
    }
    override post(
      shared: Shared,
      prepared: P,
      result: R,
      context: RunContext,
    ): Action | void | Promise<Action | void> {
      return steps.post?.(shared, prepared, result, context);
    }
  })(id, retry);
}
