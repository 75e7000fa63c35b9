/** Encodes spans and attributes as OTLP JSON. */

/** An attribute's value in OTLP JSON: 64-bit integers are decimal strings. */
export type AnyValue =
  | Readonly<{ stringValue: string }>
  | Readonly<{ boolValue: boolean }>
  | Readonly<{ intValue: string }>
  | Readonly<{ doubleValue: number }>
  | Readonly<{ arrayValue: Readonly<{ values: readonly AnyValue[] }> }>;

export type KeyValue = Readonly<{ key: string; value: AnyValue }>;

/** A span in OTLP JSON: ids are hexadecimal, enumerations numbers, times decimal strings of nanoseconds since 1970. */
export type OtlpSpan = Readonly<{
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: typeof INTERNAL | typeof CLIENT;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: readonly KeyValue[];
  events: readonly OtlpEvent[];
  status: Readonly<{ code: typeof UNSET | typeof ERROR; message?: string }>;
}>;

export type OtlpEvent = Readonly<{ timeUnixNano: string; name: string; attributes: readonly KeyValue[] }>;

/** Values of SpanKind. */
export const INTERNAL = 1;
export const CLIENT = 3;
/** Values of StatusCode. */
export const UNSET = 0;
export const ERROR = 2;

/** Attribute input types. Integers meant as doubles are marked. */
export type Plain = string | boolean | number | Double | readonly string[];
export type Double = Readonly<{ double: number }>;

/** Encodes attributes by name; undefined values are omitted. */
export function attributes(fields: Readonly<Record<string, Plain | undefined>>): KeyValue[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: Plain): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return 'double' in value
    ? { doubleValue: value.double }
    : { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
}
