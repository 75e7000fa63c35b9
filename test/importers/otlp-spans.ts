type SpanOptions = {
  id: string;
  parent?: string;
  name?: string;
  trace?: string;
  /** Milliseconds after the start of the trace. */
  from?: number;
  to?: number | null;
  attributes?: Record<string, unknown>;
  events?: unknown[];
  failed?: string;
  scope?: string;
  service?: string;
};

const BEGAN = 1_790_000_000_000;

/** An OTLP JSON message with these spans. */
export function otlp(...spans: readonly SpanOptions[]): object {
  return {
    resourceSpans: [{ resource: resource(spans[0]?.service ?? 'app'), scopeSpans: spans.map(scopeSpan) }],
  };
}

function scopeSpan({ scope, ...span }: SpanOptions): object {
  return { scope: scope === undefined ? {} : { name: scope }, spans: [otlpSpan(span)] };
}

/** A span in OTLP JSON; ids are padded to their length. */
function otlpSpan({
  id,
  parent,
  name,
  trace = 'a',
  from = 0,
  to = 100,
  attributes = {},
  events,
  failed,
}: SpanOptions): object {
  return {
    traceId: trace.padEnd(32, '0'),
    spanId: id.padEnd(16, '0'),
    ...(parent === undefined ? {} : { parentSpanId: parent === '' ? '' : parent.padEnd(16, '0') }),
    name: name ?? id,
    startTimeUnixNano: nanoseconds(from),
    ...(to === null ? {} : { endTimeUnixNano: nanoseconds(to) }),
    attributes: pairs(attributes),
    ...(events ? { events } : {}),
    ...(failed === undefined ? {} : { status: { code: 2, message: failed } }),
  };
}

/** A log record of OTLP JSON in a message of its own. */
export function otlpLog(
  name: string,
  at: number,
  attributes: Record<string, unknown>,
  service = 'app',
): object {
  const record = {
    timeUnixNano: nanoseconds(at),
    body: { stringValue: name },
    attributes: pairs({ 'event.name': name, ...attributes }),
  };
  return {
    resourceLogs: [{ resource: resource(service), scopeLogs: [{ scope: {}, logRecords: [record] }] }],
  };
}

function resource(service: string): object {
  return { attributes: pairs({ 'service.name': service }) };
}

function nanoseconds(ms: number): string {
  return String(BigInt(BEGAN) * 1_000_000n + BigInt(Math.round(ms * 1e6)));
}

function pairs(attributes: Record<string, unknown>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { stringValue: String(value) };
}

/** A data point of a sum in a message of its own; temporality 1 is delta, 2 cumulative. */
export function otlpMetric(
  name: string,
  at: number,
  value: number,
  attributes: Record<string, unknown>,
  service: string,
  aggregationTemporality = 1,
): object {
  const point = { timeUnixNano: nanoseconds(at), asInt: String(value), attributes: pairs(attributes) };
  const metric = { name, sum: { aggregationTemporality, dataPoints: [point] } };
  return {
    resourceMetrics: [{ resource: resource(service), scopeMetrics: [{ scope: {}, metrics: [metric] }] }],
  };
}
