import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { PhaseName } from '../../src/runtime/observer.js';
import { silentObserver, type Observer } from '../../src/runtime/observer.js';
import type { Flow } from '../../src/runtime/flow.js';
import type { Action, RunContext, Runnable, Shared } from '../../src/runtime/runnable.js';
import { chain, runFlow, sampleStore } from './workload.js';
import { outputFolder } from './traced-run.js';

/** What is used of OpenTelemetry, which run.ts installs: the project does not know it. */
type Span = { setAttribute(key: string, value: string): void; end(): void };
type Tracer = { startActiveSpan<T>(name: string, work: (span: Span) => T): T };
type SpanContext = { traceId: string; spanId: string };
type ReadableSpan = Readonly<
  Record<'name' | 'kind' | 'startTime' | 'duration' | 'status' | 'attributes' | 'events' | 'links', unknown>
> & {
  parentSpanContext?: SpanContext;
  spanContext(): SpanContext;
};
type Api = {
  trace: { setGlobalTracerProvider(provider: unknown): void; getTracer(name: string): Tracer };
  context: { setGlobalContextManager(manager: unknown): void };
};
type TraceBase = {
  BasicTracerProvider: new (options: unknown) => {
    forceFlush(): Promise<void>;
    getTracer(name: string): Tracer;
  };
  BatchSpanProcessor: new (exporter: unknown, options: unknown) => unknown;
};
type AsyncHooks = { AsyncLocalStorageContextManager: new () => { enable(): unknown } };

/** How much of the store each node's span carries. */
export type State = 'none' | 'before-and-after';

/** A chain whose nodes and phases are OpenTelemetry spans, batched and written to a file as JSON lines. */
export function openTelemetry(): {
  chain(nodes: number, state: State): Flow;
  run(flow: Flow, nodes: number, keys: number): Promise<number>;
} {
  const require = createRequire(resolve('.bench', 'peers', 'index.js'));
  const { trace, context } = require('@opentelemetry/api') as Api;
  const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base') as TraceBase;
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks') as AsyncHooks;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new FileExporter(join(outputFolder, 'otel.jsonl'));
  // The default queue drops spans in a burst, which would make it look faster than it is.
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 1_000_000, scheduledDelayMillis: 100 });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('bench');
  return {
    chain: (nodes, state) => chain(nodes, (node) => new SpanWrapper(node, tracer, state)),
    async run(flow, nodes, keys) {
      const shared = sampleStore(keys);
      exporter.rewind();
      const began = performance.now();
      await runFlow(flow, shared);
      await provider.forceFlush();
      const microseconds = ((performance.now() - began) * 1000) / nodes;
      if (exporter.spans !== nodes * 4) throw new Error('OpenTelemetry has dropped spans.');
      return microseconds;
    },
  };
}

class SpanWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #tracer: Tracer;
  readonly #state: State;

  constructor(inner: Runnable, tracer: Tracer, state: State) {
    this.id = inner.id;
    this.#inner = inner;
    this.#tracer = tracer;
    this.#state = state;
  }

  run(shared: Shared, context: RunContext): Promise<Action> {
    const tracer = this.#tracer;
    const observer: Observer = {
      ...silentObserver,
      phase: <T>(name: PhaseName, work: () => Promise<T>) =>
        tracer.startActiveSpan(name, (span) => ended(span, work)),
    };
    return tracer.startActiveSpan(this.id, (span) =>
      ended(span, async () => {
        if (this.#state !== 'none') span.setAttribute('state.before', JSON.stringify(shared));
        const action = await this.#inner.run(shared, { ...context, observer });
        if (this.#state !== 'none') span.setAttribute('state.after', JSON.stringify(shared));
        return action;
      }),
    );
  }
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    span.end();
  }
}

class FileExporter {
  spans = 0;
  #position = 0;
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'w');
  }

  /** What was written before has been measured: the disk is not to fill. */
  rewind(): void {
    this.spans = 0;
    this.#position = 0;
  }

  /** As the console exporter of OpenTelemetry has it, one span a line. */
  export(spans: readonly ReadableSpan[], done: (result: { code: number }) => void): void {
    const lines = spans.map((span) => {
      const { name, kind, startTime, duration, status, attributes, events, links, parentSpanContext } = span;
      const { traceId, spanId } = span.spanContext();
      const parent = parentSpanContext?.spanId;
      return JSON.stringify({
        traceId,
        spanId,
        parent,
        name,
        kind,
        startTime,
        duration,
        status,
        attributes,
        events,
        links,
      });
    });
    this.#position += writeSync(this.#fd, `${lines.join('\n')}\n`, this.#position);
    this.spans += spans.length;
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {
    closeSync(this.#fd);
  }
}
