/** Decodes OTLP JSON: spans, log records and metrics, of one message that may have all three. */
import {
  decodeAnyValue,
  decodeAttributes,
  decodeId,
  decodeTime,
  pick,
  toObject,
  toObjects,
} from './any-value.js';
import type { Origin, Received, ReceivedLog, ReceivedPoint, ReceivedSpan } from './received.js';
import { stringifyAny, toNumber } from '../../lib/data/foreign-value.js';

type Fields = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an OTLP message. */
export function isOtlpMessage(value: unknown): boolean {
  const message = toObject(value);
  return ['resourceSpans', 'resourceLogs', 'resourceMetrics'].some((name) =>
    Array.isArray(pick(message, name)),
  );
}

/** What a message (`TracesData`, `LogsData`, `MetricsData`, or the request of an export) holds. Unreadable items are dropped. */
export function decodeOtlpJson(value: unknown): Received {
  const message = toObject(value);
  return {
    spans: itemsOf(message, 'Spans', 'spans', decodeSpan),
    logs: itemsOf(message, 'Logs', 'logRecords', decodeLog),
    points: itemsOf(message, 'Metrics', 'metrics', (metric, origin) => decodeMetric(metric, origin)).flat(),
  };
}

function itemsOf<Item>(
  message: Fields | undefined,
  signal: 'Spans' | 'Logs' | 'Metrics',
  list: string,
  decode: (item: Fields, origin: Origin) => Item | undefined,
): Item[] {
  return toObjects(pick(message, `resource${signal}`)).flatMap((group) => {
    const resource = decodeAttributes(toObject(group['resource'])?.['attributes']);
    const scopes = pick(group, `scope${signal}`) ?? pick(group, `instrumentationLibrary${signal}`);
    return toObjects(scopes).flatMap((part) => {
      const scope = toObject(part['scope']) ?? toObject(pick(part, 'instrumentationLibrary'));
      const origin = { resource, scope: String(scope?.['name'] ?? '') };
      return toObjects(pick(part, list)).flatMap((item) => decode(item, origin) ?? []);
    });
  });
}

function decodeSpan(span: Fields, origin: Origin): ReceivedSpan | undefined {
  const traceId = decodeId(pick(span, 'traceId'), 16);
  const spanId = decodeId(pick(span, 'spanId'), 8);
  const startMs = decodeTime(pick(span, 'startTimeUnixNano'));
  if (traceId === undefined || spanId === undefined || startMs === undefined) return undefined;
  const parentSpanId = decodeId(pick(span, 'parentSpanId'), 8);
  const endMs = decodeTime(pick(span, 'endTimeUnixNano'));
  const status = toObject(span['status']);
  const message = status?.['message'];
  return {
    ...origin,
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: String(span['name'] ?? ''),
    startMs,
    ...(endMs === undefined ? {} : { endMs: Math.max(startMs, endMs) }),
    attributes: decodeAttributes(span['attributes']),
    events: toObjects(span['events']).map((event) => ({
      name: String(event['name'] ?? ''),
      atMs: decodeTime(pick(event, 'timeUnixNano')) ?? startMs,
      attributes: decodeAttributes(event['attributes']),
    })),
    links: toObjects(span['links']).flatMap((link) => {
      const linked = { trace: decodeId(pick(link, 'traceId'), 16), span: decodeId(pick(link, 'spanId'), 8) };
      return linked.trace !== undefined && linked.span !== undefined
        ? [{ traceId: linked.trace, spanId: linked.span }]
        : [];
    }),
    failed: status?.['code'] === 2 || status?.['code'] === 'STATUS_CODE_ERROR',
    ...(typeof message === 'string' && message !== '' ? { statusMessage: message } : {}),
  };
}

function decodeLog(record: Fields, origin: Origin): ReceivedLog | undefined {
  const atMs = decodeTime(pick(record, 'timeUnixNano')) ?? decodeTime(pick(record, 'observedTimeUnixNano'));
  if (atMs === undefined) return undefined;
  const attributes = decodeAttributes(record['attributes']);
  const name = [pick(record, 'eventName'), attributes['event.name']].find(
    (each) => typeof each === 'string' && each !== '',
  );
  const traceId = decodeId(pick(record, 'traceId'), 16);
  const spanId = decodeId(pick(record, 'spanId'), 8);
  return {
    ...origin,
    ...(name === undefined ? {} : { name: stringifyAny(name) }),
    atMs,
    severity: toNumber(pick(record, 'severityNumber') ?? 0) || 0,
    body: decodeAnyValue(record['body']),
    attributes,
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
  };
}

function decodeMetric(metric: Fields, origin: Origin): ReceivedPoint[] {
  const kinds = ['sum', 'gauge', 'histogram', 'exponentialHistogram'];
  return kinds.flatMap((kind) => {
    const data = toObject(pick(metric, kind));
    const temporality = pick(data, 'aggregationTemporality');
    return toObjects(pick(data, 'dataPoints')).map((point) => ({
      ...origin,
      metric: String(metric['name'] ?? ''),
      atMs: decodeTime(pick(point, 'timeUnixNano')) ?? 0,
      value: toNumber(pick(point, 'asInt') ?? pick(point, 'asDouble') ?? point['sum'] ?? NaN),
      delta: temporality === 1 || temporality === 'AGGREGATION_TEMPORALITY_DELTA',
      attributes: decodeAttributes(point['attributes']),
    }));
  });
}
