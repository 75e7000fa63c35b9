/** Decodes OTLP protobuf into the objects of OTLP JSON, by the field numbers of opentelemetry-proto 1.x. */
import { readFields, toDouble, toSigned, type WireField } from './protobuf.js';

type Json = Record<string, unknown>;

/** How a field is represented in JSON: a scalar, a message, or a list of either. */
type FieldType = Scalar | Message | readonly [Scalar | Message];
type Scalar = 'text' | 'hex' | 'base64' | 'integer' | 'number' | 'boolean' | 'double';
/** A thunk, because messages contain each other. */
type Message = () => MessageFields;
type MessageFields = Readonly<Record<number, readonly [name: string, type: FieldType]>>;

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
  7: ['startTimeUnixNano', 'integer'],
  8: ['endTimeUnixNano', 'integer'],
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
  1: ['timeUnixNano', 'integer'],
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
  1: ['timeUnixNano', 'integer'],
  2: ['severityNumber', 'number'],
  3: ['severityText', 'text'],
  5: ['body', anyValue],
  6: ['attributes', [keyValue]],
  7: ['droppedAttributesCount', 'number'],
  8: ['flags', 'number'],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  11: ['observedTimeUnixNano', 'integer'],
  12: ['eventName', 'text'],
});
const numberPoint: Message = () => ({
  2: ['startTimeUnixNano', 'integer'],
  3: ['timeUnixNano', 'integer'],
  4: ['asDouble', 'double'],
  6: ['asInt', 'integer'],
  7: ['attributes', [keyValue]],
});
const histogramPoint: Message = () => ({
  2: ['startTimeUnixNano', 'integer'],
  3: ['timeUnixNano', 'integer'],
  4: ['count', 'integer'],
  5: ['sum', 'double'],
  9: ['attributes', [keyValue]],
});
const exponentialPoint: Message = () => ({
  1: ['attributes', [keyValue]],
  2: ['startTimeUnixNano', 'integer'],
  3: ['timeUnixNano', 'integer'],
  4: ['count', 'integer'],
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

/** The message as OTLP JSON. Throws a RangeError where the bytes are not such a message. */
export function decodeOtlpProtobuf(bytes: Uint8Array, signal: OtlpSignal): Json {
  const [group, part, list, item] = signals[signal];
  const parts: Message = () => ({ 1: ['scope', scope], 2: [list, [item]], 3: ['schemaUrl', 'text'] });
  const groups: Message = () => ({ 1: ['resource', resource], 2: [part, [parts]], 3: ['schemaUrl', 'text'] });
  return decodeMessage(bytes, () => ({ 1: [group, [groups]] }));
}

/** Which signal a protobuf file holds, by the shape of its first item; undefined where it is not OTLP. */
export function detectOtlpSignal(bytes: Uint8Array): OtlpSignal | undefined {
  try {
    for (const group of messagesIn(bytes, 1)) {
      for (const part of messagesIn(group, 2)) {
        for (const item of messagesIn(part, 2)) return signalOf(readFields(item));
      }
    }
  } catch {
    // The bytes are something else.
  }
  return undefined;
}

function messagesIn(bytes: Uint8Array, field: number): Uint8Array[] {
  return readFields(bytes).flatMap((each) =>
    each.type === 'bytes' && each.field === field ? [each.bytes] : [],
  );
}

/** A span begins with an id of 16 bytes and one of 8, a log record has times of fixed width at the top, a metric a name. */
function signalOf(fields: readonly WireField[]): OtlpSignal | undefined {
  const lengthOf = (field: number): number | undefined => {
    const found = fields.find((each) => each.field === field);
    return found?.type === 'bytes' ? found.bytes.length : undefined;
  };
  if (lengthOf(1) === 16 && lengthOf(2) === 8) return 'traces';
  if (fields.some(({ field, type }) => (field === 1 || field === 11) && type === 'fixed64')) return 'logs';
  const isMetric = [5, 7, 9, 10].some((field) => lengthOf(field) !== undefined);
  return isMetric && lengthOf(1) !== undefined ? 'metrics' : undefined;
}

function decodeMessage(bytes: Uint8Array, message: Message, depth = 0): Json {
  if (depth > MAX_DEPTH) throw new RangeError('messages are nested too deeply');
  const types = fieldsOf(message);
  const json: Json = {};
  for (const field of readFields(bytes)) {
    const known = types[field.field];
    if (!known) continue;
    const [name, type] = known;
    if (typeof type === 'object') {
      const list = (json[name] ??= []) as unknown[];
      list.push(decodeField(field, type[0], depth));
    } else {
      json[name] = decodeField(field, type, depth);
    }
  }
  return json;
}

/** The fields of a message, built once. */
function fieldsOf(message: Message): MessageFields {
  const known = tables.get(message) ?? message();
  tables.set(message, known);
  return known;
}

const tables = new WeakMap<Message, MessageFields>();

/** Values nest, and every level is a message of its own. */
const MAX_DEPTH = 200;

function decodeField(field: WireField, type: Scalar | Message, depth: number): unknown {
  if (typeof type === 'function') return decodeMessage(bytesOf(field), type, depth + 1);
  switch (type) {
    case 'text':
      return Buffer.from(bytesOf(field)).toString('utf8');
    case 'hex':
      return Buffer.from(bytesOf(field)).toString('hex');
    case 'base64':
      return Buffer.from(bytesOf(field)).toString('base64');
    case 'double':
      return toDouble(integerOf(field));
    case 'boolean':
      return integerOf(field) !== 0n;
    case 'number':
      return Number(integerOf(field));
    case 'integer':
      return String(toSigned(integerOf(field)));
    default:
      return type satisfies never;
  }
}

function bytesOf(field: WireField): Uint8Array {
  if (field.type !== 'bytes') throw new RangeError(`field ${field.field} has no bytes`);
  return field.bytes;
}

function integerOf(field: WireField): bigint {
  if (field.type === 'bytes') throw new RangeError(`field ${field.field} is not a number`);
  return field.value;
}
