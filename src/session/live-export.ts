/** Exports a run over OTLP while it runs, where the environment names an endpoint, and makes what it starts part of its trace. */
import { createRunIds, formatTraceparent } from '../otlp/run-ids.js';
import type { Recording, RecordingOptions } from './recording.js';

/** The export of a run in progress. */
export type LiveExport = Readonly<{
  /** The trace context of a span; undefined where the run is not part of a distributed trace. */
  traceparentOf: ((span: number) => string) | undefined;
  /** Sends the rest in the background. */
  finish(): void;
}>;

const ENDPOINT = /^OTEL_EXPORTER_OTLP_(?:TRACES_|METRICS_)?ENDPOINT$/;

/** Begins to export. The modules for it are loaded in the background; the run never waits for them. */
export function startLiveExport(
  { log, collector, runId }: Pick<Recording, 'log' | 'collector' | 'runId'>,
  { env, onWarning = () => {}, holdExit }: Pick<RecordingOptions, 'env' | 'onWarning' | 'holdExit'>,
  traceparent: string | undefined,
): LiveExport {
  const hasEndpoint = Object.keys(env).some((name) => ENDPOINT.test(name) && env[name]);
  const ids = createRunIds(runId, traceparent);
  const isTraced = hasEndpoint || traceparent !== undefined;
  const starting = hasEndpoint ? start() : undefined;
  return {
    traceparentOf: isTraced ? (span) => formatTraceparent(ids, span) : undefined,
    finish() {
      const finished = starting?.then((exporter) => exporter?.finish());
      if (finished) holdExit?.(finished);
    },
  };

  async function start() {
    const [{ LiveExporter }, { readExporterSettings }] = await Promise.all([
      import('../export/otlp/live/live-exporter.js'),
      import('../export/otlp/live/exporter-settings.js'),
    ]);
    const settings = readExporterSettings(env);
    return settings && new LiveExporter(settings, log, () => collector.state(), onWarning);
  }
}
