/** Encodes OTLP JSON as protobuf. */

import { describeSignal, type Message, type OtlpSignal, type Scalar } from './otlp-messages.js';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** The message of a signal. Fields that OTLP does not define are omitted, as receivers of JSON ignore them. */
export function encodeOtlpProtobuf(json: object, signal: OtlpSignal): Buffer {
  return encodeMessage(json as Readonly<Record<string, unknown>>, describeSignal(signal));
}

function encodeMessage(json: Readonly<Record<string, unknown>>, message: Message): Buffer {
  const chunks: Buffer[] = [];
  for (const [number, [name, type]] of Object.entries(message())) {
    const value = json[name];
    if (value === undefined) continue;
    const field = Number(number);
    if (typeof type !== 'object') chunks.push(...encodeField(field, type, value));
    else if (type[0] === 'fixed' || type[0] === 'double') {
      const packed = (value as unknown[]).map((each) => encodeScalar(type[0] as Scalar, each)[1]);
      chunks.push(...lengthDelimited(field, Buffer.concat(packed)));
    } else for (const each of value as unknown[]) chunks.push(...encodeField(field, type[0], each));
  }
  return Buffer.concat(chunks);
}

function encodeField(field: number, type: Scalar | Message, value: unknown): Buffer[] {
  if (typeof type === 'function')
    return lengthDelimited(field, encodeMessage(value as Readonly<Record<string, unknown>>, type));
  const [wireType, bytes] = encodeScalar(type, value);
  return wireType === BYTES
    ? lengthDelimited(field, bytes)
    : [varint(BigInt(field) * 8n + BigInt(wireType)), bytes];
}

function encodeScalar(type: Scalar, value: unknown): [wireType: number, bytes: Buffer] {
  switch (type) {
    case 'text':
      return [BYTES, Buffer.from(value as string)];
    case 'hex':
      return [BYTES, Buffer.from(value as string, 'hex')];
    case 'base64':
      return [BYTES, Buffer.from(value as string, 'base64')];
    case 'boolean':
      return [VARINT, varint(value ? 1n : 0n)];
    case 'number':
    case 'integer':
      return [VARINT, varint(BigInt.asUintN(64, BigInt(value as number | string)))];
    case 'fixed': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value as number | string)));
      return [FIXED64, bytes];
    }
    case 'double': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value as number);
      return [FIXED64, bytes];
    }
    default:
      return type satisfies never;
  }
}

function lengthDelimited(field: number, bytes: Buffer): Buffer[] {
  return [varint(BigInt(field) * 8n + BigInt(BYTES)), varint(BigInt(bytes.length)), bytes];
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
