/** Describes the messages of OTLP, by the field numbers of opentelemetry-proto 1.x and their names in JSON. */

/** How a field is represented in JSON: a scalar, a message, or a list of either. */
export type FieldType = Scalar | Message | readonly [Scalar | Message];
export type Scalar = 'text' | 'hex' | 'base64' | 'integer' | 'fixed' | 'number' | 'boolean' | 'double';
/** A thunk, because messages contain each other. */
export type Message = () => MessageFields;
export type MessageFields = Readonly<Record<number, readonly [name: string, type: FieldType]>>;

const anyValue: Message = () => ({
  1: ['stringValue', 'text'],
  2: ['boolValue', 'boolean'],
  3: ['intValue', 'integer'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => ({ 1: ['values', [anyValue]] })],
  6: ['kvlistValue', () => ({ 1: ['values', [keyValue]] })],
  7: ['bytesValue', 'base64'],
});
const keyValue: Message = () => ({ 1: ['key', 'text'], 2: ['value', anyValue] });
const resource: Message = () => ({ 1: ['attributes', [keyValue]] });
const scope: Message = () => ({ 1: ['name', 'text'], 2: ['version', 'text'], 3: ['attributes', [keyValue]] });

const span: Message = () => ({
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'text'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'text'],
  6: ['kind', 'number'],
  7: ['startTimeUnixNano', 'fixed'],
  8: ['endTimeUnixNano', 'fixed'],
  9: ['attributes', [keyValue]],
  10: ['droppedAttributesCount', 'number'],
  11: ['events', [spanEvent]],
  12: ['droppedEventsCount', 'number'],
  13: ['links', [spanLink]],
  14: ['droppedLinksCount', 'number'],
  15: ['status', () => ({ 2: ['message', 'text'], 3: ['code', 'number'] })],
  16: ['flags', 'number'],
});
const spanEvent: Message = () => ({
  1: ['timeUnixNano', 'fixed'],
  2: ['name', 'text'],
  3: ['attributes', [keyValue]],
  4: ['droppedAttributesCount', 'number'],
});
const spanLink: Message = () => ({
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'text'],
  4: ['attributes', [keyValue]],
  5: ['droppedAttributesCount', 'number'],
  6: ['flags', 'number'],
});
const logRecord: Message = () => ({
  1: ['timeUnixNano', 'fixed'],
  2: ['severityNumber', 'number'],
  3: ['severityText', 'text'],
  5: ['body', anyValue],
  6: ['attributes', [keyValue]],
  7: ['droppedAttributesCount', 'number'],
  8: ['flags', 'number'],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  11: ['observedTimeUnixNano', 'fixed'],
  12: ['eventName', 'text'],
});
const numberPoint: Message = () => ({
  2: ['startTimeUnixNano', 'fixed'],
  3: ['timeUnixNano', 'fixed'],
  4: ['asDouble', 'double'],
  6: ['asInt', 'fixed'],
  7: ['attributes', [keyValue]],
});
const histogramPoint: Message = () => ({
  2: ['startTimeUnixNano', 'fixed'],
  3: ['timeUnixNano', 'fixed'],
  4: ['count', 'fixed'],
  5: ['sum', 'double'],
  6: ['bucketCounts', ['fixed']],
  7: ['explicitBounds', ['double']],
  9: ['attributes', [keyValue]],
});
const exponentialPoint: Message = () => ({
  1: ['attributes', [keyValue]],
  2: ['startTimeUnixNano', 'fixed'],
  3: ['timeUnixNano', 'fixed'],
  4: ['count', 'fixed'],
  5: ['sum', 'double'],
});
const points = (point: Message): Message => {
  return () => ({ 1: ['dataPoints', [point]], 2: ['aggregationTemporality', 'number'] });
};
const metric: Message = () => ({
  1: ['name', 'text'],
  2: ['description', 'text'],
  3: ['unit', 'text'],
  5: ['gauge', points(numberPoint)],
  7: ['sum', points(numberPoint)],
  9: ['histogram', points(histogramPoint)],
  10: ['exponentialHistogram', points(exponentialPoint)],
});

export type OtlpSignal = 'traces' | 'logs' | 'metrics';

const signals: Readonly<Record<OtlpSignal, readonly [group: string, part: string, list: string, Message]>> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans', span],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords', logRecord],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics', metric],
};

/** The message that a signal is exported as. */
export function describeSignal(signal: OtlpSignal): Message {
  const [group, part, list, item] = signals[signal];
  const parts: Message = () => ({ 1: ['scope', scope], 2: [list, [item]], 3: ['schemaUrl', 'text'] });
  const groups: Message = () => ({ 1: ['resource', resource], 2: [part, [parts]], 3: ['schemaUrl', 'text'] });
  return () => ({ 1: [group, [groups]] });
}
