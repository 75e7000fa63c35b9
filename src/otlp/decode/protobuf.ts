/** Reads the protobuf wire format: the fields of a message, without a schema. */

/** A field: its number, its wire type and its value: bytes, or an integer of 64 bits. */
export type WireField =
  | Readonly<{ field: number; type: 'bytes'; bytes: Uint8Array }>
  | Readonly<{ field: number; type: 'varint' | 'fixed64'; value: bigint }>
  | Readonly<{ field: number; type: 'fixed32'; value: bigint }>;

/** The fields of a message in order. Throws a RangeError where the bytes are not a message. */
export function readFields(bytes: Uint8Array): WireField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a varint is longer than 10 bytes');
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field = key >>> 3;
    if (field === 0) throw new RangeError('field number 0');
    switch (key & 7) {
      case 0:
        fields.push({ field, type: 'varint', value: varint() });
        break;
      case 1:
        fields.push({ field, type: 'fixed64', value: view.getBigUint64(at, true) });
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        if (length > bytes.length - at) throw new RangeError('a field is longer than its message');
        fields.push({ field, type: 'bytes', bytes: bytes.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        fields.push({ field, type: 'fixed32', value: BigInt(view.getUint32(at, true)) });
        at += 4;
        break;
      default:
        throw new RangeError(`wire type ${key & 7}`);
    }
  }
  return fields;
}

/** The values of a packed list of 64 bits each. */
export function readFixed64(bytes: Uint8Array): WireField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => ({
    field: 0,
    type: 'fixed64',
    value: view.getBigUint64(8 * i, true),
  }));
}

/** A 64-bit integer with its sign: a varint as int64. */
export function toSigned(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** The bits of a fixed64 as a double. */
export function toDouble(value: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value);
  return view.getFloat64(0);
}
