import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { requirePeer } from './peers.js';
import type { InSpan, Taken, Tracer } from './span-wrapper.js';
import { outputFolder } from './output-folder.js';

/** The used part of OpenTelemetry, which is not a dependency of the project: run.ts installs it. */
type Span = { setAttribute(key: string, value: string): void; end(): void };
type OtelTracer = { startActiveSpan<T>(name: string, work: (span: Span) => T): T };
type SpanContext = { traceId: string; spanId: string };
type ReadableSpan = Readonly<
  Record<'name' | 'kind' | 'startTime' | 'duration' | 'status' | 'attributes' | 'events' | 'links', unknown>
> & {
  parentSpanContext?: SpanContext;
  spanContext(): SpanContext;
};
type Api = { context: { setGlobalContextManager(manager: unknown): void } };
type Provider = { forceFlush(): Promise<void>; getTracer(name: string): OtelTracer };
type TraceBase = {
  BasicTracerProvider: new (options: unknown) => Provider;
  BatchSpanProcessor: new (exporter: unknown, options: unknown) => unknown;
};
type AsyncHooks = { AsyncLocalStorageContextManager: new () => { enable(): unknown } };

/** How a batch of spans is written: as OpenTelemetry writes it, or as one minimal line per span. */
export type Format = 'otlp' | 'bare';

/** Spans of OpenTelemetry, batched and written to a file. */
export function openTelemetry(format: Format): Tracer {
  const { BatchSpanProcessor } = requirePeer('@opentelemetry/sdk-trace-base') as TraceBase;
  const exporter = new FileExporter(
    join(outputFolder, `otel-${process.pid}.jsonl`),
    format === 'otlp' ? otlpSerializer() : bareLines,
  );
  // The default queue drops spans in a burst, which would make it look faster than it is.
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 1_000_000, scheduledDelayMillis: 100 });
  const provider = tracerProvider(processor);
  const tracer = provider.getTracer('bench');
  const inSpan: InSpan = (name, work, store) =>
    tracer.startActiveSpan(name, async (span) => {
      if (store) span.setAttribute('state.before', JSON.stringify(store));
      try {
        return await work();
      } finally {
        if (store) span.setAttribute('state.after', JSON.stringify(store));
        span.end();
      }
    });
  return { inSpan, finish: () => provider.forceFlush(), taken: () => exporter.taken() };
}

/** A provider of tracers whose spans go to one processor, with the context kept across awaits. */
export function tracerProvider(processor: unknown): Provider {
  const { context } = requirePeer('@opentelemetry/api') as Api;
  const { BasicTracerProvider } = requirePeer('@opentelemetry/sdk-trace-base') as TraceBase;
  const { AsyncLocalStorageContextManager } = requirePeer('@opentelemetry/context-async-hooks') as AsyncHooks;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return new BasicTracerProvider({ spanProcessors: [processor] });
}

type Serialize = (spans: readonly ReadableSpan[]) => Uint8Array;

/** OTLP in JSON as written by OpenTelemetry's file exporter: one request per line. */
function otlpSerializer(): Serialize {
  const { JsonTraceSerializer } = requirePeer('@opentelemetry/otlp-transformer') as {
    JsonTraceSerializer: { serializeRequest: Serialize };
  };
  return (spans) => Buffer.concat([JsonTraceSerializer.serializeRequest(spans), NEWLINE]);
}

const NEWLINE = Buffer.from('\n');

/** As written by OpenTelemetry's console exporter, without what is the same for every span. */
function bareLines(spans: readonly ReadableSpan[]): Uint8Array {
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
  return Buffer.from(`${lines.join('\n')}\n`);
}

class FileExporter {
  #spans = 0;
  #position = 0;
  readonly #fd: number;
  readonly #serialize: Serialize;

  constructor(path: string, serialize: Serialize) {
    this.#fd = openSync(path, 'w');
    this.#serialize = serialize;
  }

  /** The next run overwrites the measured one, so that the disk does not fill. */
  taken(): Taken {
    const taken = { spans: this.#spans, bytes: this.#position };
    this.#spans = 0;
    this.#position = 0;
    return taken;
  }

  export(spans: readonly ReadableSpan[], done: (result: { code: number }) => void): void {
    const batch = this.#serialize(spans);
    this.#position += writeSync(this.#fd, batch, 0, batch.length, this.#position);
    this.#spans += spans.length;
    done({ code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
