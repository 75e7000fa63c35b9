/** Decodes OTLP protobuf into the objects of OTLP JSON, by the field numbers of opentelemetry-proto 1.x. */
import {
  describeSignal,
  type Message,
  type MessageFields,
  type OtlpSignal,
  type Scalar,
} from '../otlp-messages.js';
import { readFields, readFixed64, toDouble, toSigned, type WireField } from './protobuf.js';

type Json = Record<string, unknown>;

/** The message as OTLP JSON. Throws a RangeError where the bytes are not such a message. */
export function decodeOtlpProtobuf(bytes: Uint8Array, signal: OtlpSignal): Json {
  return decodeMessage(bytes, describeSignal(signal));
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
      const [item] = type;
      const isPacked = field.type === 'bytes' && (item === 'fixed' || item === 'double');
      if (isPacked) list.push(...readFixed64(field.bytes).map((each) => decodeField(each, item, depth)));
      else list.push(decodeField(field, item, depth));
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
    case 'fixed':
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
