import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { decodeAnyValue, decodeId, decodeTime } from '../../src/otlp/decode/any-value.js';
import { decodeOtlpJson } from '../../src/otlp/decode/decode-json.js';
import { decodeOtlpProtobuf, detectOtlpSignal } from '../../src/otlp/decode/decode-protobuf.js';

function recordSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('peer', '1.2.3');
  for (let i = 0; i < 20; i++) {
    const span = tracer.startSpan(`span ${i} ü`, {
      attributes: {
        text: 'a\u0000b',
        integer: -i,
        large: 2 ** 40,
        ratio: 0.1 * i,
        yes: i % 2 === 0,
        list: ['x', 'y'],
        empty: [],
      },
      links: i === 0 ? [] : [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }],
    });
    span.addEvent('reached', { step: i });
    if (i === 3) span.setStatus({ code: 2, message: 'broken' });
    span.end();
  }
  return exporter.getFinishedSpans();
}

test('protobuf from the OpenTelemetry SDK decodes to the same spans as its JSON', () => {
  const spans = recordSpans();
  const binary = ProtobufTraceSerializer.serializeRequest(spans)!;
  const text = new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans)!);
  expect(detectOtlpSignal(binary)).toBe('traces');
  const fromBinary = decodeOtlpJson(decodeOtlpProtobuf(binary, 'traces'));
  expect(fromBinary).toEqual(decodeOtlpJson(JSON.parse(text)));
  expect(fromBinary.spans).toHaveLength(20);
  expect(fromBinary.spans[3]).toMatchObject({
    name: 'span 3 ü',
    scope: 'peer',
    failed: true,
    statusMessage: 'broken',
  });
  expect(fromBinary.spans[3]!.attributes).toMatchObject({
    integer: -3,
    large: 2 ** 40,
    yes: false,
    list: ['x', 'y'],
  });
});

test('bytes that are not OTLP are rejected, and truncated OTLP never throws', () => {
  const binary = ProtobufTraceSerializer.serializeRequest(recordSpans())!;
  expect(detectOtlpSignal(Buffer.from('hello, world'))).toBeUndefined();
  expect(detectOtlpSignal(new Uint8Array(0))).toBeUndefined();
  for (let length = 0; length < binary.length; length += 37) {
    expect(() => detectOtlpSignal(binary.subarray(0, length))).not.toThrow();
  }
});

test('an integer decodes to a number from every encoding, unless a number would lose precision', () => {
  expect(decodeAnyValue({ intValue: '7' })).toBe(7);
  expect(decodeAnyValue({ intValue: 7 })).toBe(7);
  expect(decodeAnyValue({ int_value: '7' })).toBe(7);
  expect(decodeAnyValue({ intValue: '9223372036854775807' })).toBe('9223372036854775807');
  expect(decodeAnyValue({ kvlistValue: { values: [{ key: 'a', value: { doubleValue: 1.5 } }] } })).toEqual({
    a: 1.5,
  });
});

test('an id decodes from hexadecimal or base64, and an all-zero id is undefined', () => {
  expect(decodeId('0AF7651916CD43DD8448EB211C80319C', 16)).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(decodeId('CvdlGRbNQ92ESOshHIAxnA==', 16)).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(decodeId('AAAAAAAAAAE=', 8)).toBe('0000000000000001');
  expect(decodeId('0000000000000000', 8)).toBeUndefined();
  expect(decodeId('', 8)).toBeUndefined();
});

test('timestamps in nanoseconds keep microsecond precision', () => {
  expect(decodeTime('1790000000123456789')).toBeCloseTo(1790000000123.4568, 3);
  expect(decodeTime('0')).toBeUndefined();
  expect(decodeTime(undefined)).toBeUndefined();
});
