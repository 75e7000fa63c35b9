import { tracerProvider } from './otel.js';
import { requirePeer } from './peers.js';
import { startSink } from './sink.js';
import type { InSpan, Tracer } from './span-wrapper.js';

/** The used part of Langfuse's SDK, which is not a dependency of the project: run.ts installs it. */
type Observation = { update(attributes: Readonly<{ input?: unknown; output?: unknown }>): void };
type Processor = { forceFlush(): Promise<void> };
type Otel = { LangfuseSpanProcessor: new (options: unknown) => Processor };
type Tracing = {
  setLangfuseTracerProvider(provider: unknown): void;
  startActiveObservation<T>(name: string, work: (observation: Observation) => T): T;
};

/** Observations of Langfuse, batched by its span processor and sent to a server on loopback. */
export async function langfuse(): Promise<Tracer> {
  const { LangfuseSpanProcessor } = requirePeer('@langfuse/otel') as Otel;
  const { setLangfuseTracerProvider, startActiveObservation } = requirePeer('@langfuse/tracing') as Tracing;
  const sink = await startSink('langfuse');
  const keys = { publicKey: 'bench', secretKey: 'bench' };
  const processor = new LangfuseSpanProcessor({ ...keys, baseUrl: sink.url });
  setLangfuseTracerProvider(tracerProvider(processor));
  const inSpan: InSpan = (name, work, store) =>
    startActiveObservation(name, async (observation) => {
      if (store) observation.update({ input: store });
      const result = await work();
      if (store) observation.update({ output: store });
      return result;
    });
  return { inSpan, finish: () => processor.forceFlush(), taken: sink.taken };
}
