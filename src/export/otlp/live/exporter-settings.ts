/** Reads the variables by which OpenTelemetry configures an OTLP exporter. */

import type { OtlpSignal } from '../../../otlp/otlp-messages.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How one signal is exported. */
export type SignalSettings = Readonly<{
  url: string;
  encoding: 'protobuf' | 'json';
  headers: Readonly<Record<string, string>>;
  gzip: boolean;
  timeoutMs: number;
}>;

/** How a run is exported. */
export type ExporterSettings = Readonly<{
  traces: SignalSettings | undefined;
  metrics: SignalSettings | undefined;
  resource: Readonly<Record<string, string>>;
  /** Includes prompts and responses. */
  content: boolean;
  /** How long spans are collected before they are sent, in ms; how many are sent at once, and kept at most. */
  delayMs: number;
  batchSize: number;
  queueSize: number;
  temporality: 'cumulative' | 'delta';
  /** What is not exported, and why; one sentence each. */
  warnings: readonly string[];
}>;

/**
 * The settings in the environment, with the defaults of the OpenTelemetry specification (protocol/exporter.md, configuration/sdk-
 * environment-variables.md, version 1.50). Undefined where no endpoint is set or telemetry is disabled: nothing is exported to a default
 * endpoint.
 */
export function readExporterSettings(env: Environment): ExporterSettings | undefined {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return undefined;
  const warnings: string[] = [];
  const traces = readSignal(env, 'traces', warnings);
  const metrics = readSignal(env, 'metrics', warnings);
  if (!traces && !metrics && warnings.length === 0) return undefined;
  const queueSize = toCount(env['OTEL_BSP_MAX_QUEUE_SIZE'], 2048);
  const service = env['OTEL_SERVICE_NAME'];
  return {
    traces,
    metrics,
    resource: {
      ...parsePairs(env['OTEL_RESOURCE_ATTRIBUTES']),
      ...(service ? { 'service.name': service } : {}),
    },
    content: env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.trim().toLowerCase() === 'true',
    delayMs: toCount(env['OTEL_BSP_SCHEDULE_DELAY'], 5000),
    batchSize: Math.min(queueSize, toCount(env['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], 512) || 1),
    queueSize,
    temporality: /^delta$/i.test(env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] ?? '')
      ? 'delta'
      : 'cumulative',
    warnings: [...new Set(warnings)],
  };
}

function readSignal(
  env: Environment,
  signal: Exclude<OtlpSignal, 'logs'>,
  warnings: string[],
): SignalSettings | undefined {
  // An empty value is the same as none.
  const read = (name: string): string | undefined =>
    env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`] ||
    env[`OTEL_EXPORTER_OTLP_${name}`] ||
    undefined;
  const exporter = env[`OTEL_${signal.toUpperCase()}_EXPORTER`];
  if (exporter && !exporter.split(',').some((each) => each.trim() === 'otlp')) return undefined;
  const own = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`];
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  // An endpoint of one signal is used as it is; the common one gets the path of the signal.
  const url = own || (base && `${base.replace(/\/+$/, '')}/v1/${signal}`);
  if (!url) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    warnings.push(
      `Telemetry is not exported: '${url}' in OTEL_EXPORTER_OTLP_ENDPOINT is not an address of HTTP.`,
    );
    return undefined;
  }
  const protocol = read('PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    warnings.push(
      `Telemetry is not exported: the protocol ${protocol} is not supported. Set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf.`,
    );
    return undefined;
  }
  return {
    url,
    encoding: protocol === 'http/json' ? 'json' : 'protobuf',
    headers: {
      ...parsePairs(env['OTEL_EXPORTER_OTLP_HEADERS']),
      ...parsePairs(env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`]),
    },
    gzip: read('COMPRESSION') === 'gzip',
    timeoutMs: toCount(read('TIMEOUT'), 10_000),
  };
}

/** `name=value,…`; values are percent-encoded, as in W3C Baggage. */
function parsePairs(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    return at < 1 || name === '' ? [] : [[name, decode(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toCount(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return text === undefined || text.trim() === '' || !Number.isFinite(value) || value < 0 ? otherwise : value;
}
