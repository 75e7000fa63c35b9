import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, expect, test } from 'vitest';
import { importTrace } from '../../src/importers/import-trace.js';
import { otlp } from './otlp-spans.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function spanNames(name: string, content: string | Uint8Array): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { run, close } = await importTrace(path);
  close();
  return run.spans.map((span) => span.name);
}

/** A ZIP archive with deflated entries, as APPNOTE 6.3.10 describes it. */
function zip(entries: Readonly<Record<string, object>>, method = 8): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, value] of Object.entries(entries)) {
    const packed = deflateRawSync(JSON.stringify(value));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

test('JSON messages are found on one line, on several, in an array and after a byte order mark', async () => {
  const message = otlp({ id: '1', name: 'first' });
  const other = otlp({ id: '2', name: 'second' });
  const both = ['first', 'second'];
  expect(await spanNames('a.txt', JSON.stringify(message))).toEqual(['first']);
  expect(await spanNames('b', JSON.stringify(message, null, 2))).toEqual(['first']);
  expect(
    await spanNames('c.jsonl', `\uFEFF${JSON.stringify(message)}\r\n\r\n${JSON.stringify(other)}`),
  ).toEqual(both);
  expect(await spanNames('d.json', JSON.stringify([message, other]))).toEqual(both);
  expect(await spanNames('e.json', JSON.stringify([message, other], null, 2))).toEqual(both);
});

test('an invalid JSON line is skipped with a note, and so is a torn last line', async () => {
  const path = join(folder, 'torn.jsonl');
  const line = JSON.stringify(otlp({ id: '1', name: 'first' }));
  writeFileSync(path, `${line}\nnot json\n${line.slice(0, 50)}`);
  const { run, notes, close } = await importTrace(path);
  close();
  expect([run.spans.length, notes]).toEqual([1, ['2 lines are not JSON and were skipped']]);
});

test('protobuf is read as one message or as several length-prefixed ones', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.getTracer('t').startSpan('binary').end();
  const message = Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans())!);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  expect(await spanNames('one', message)).toEqual(['binary']);
  expect(await spanNames('several', Buffer.concat([length, message, length, message]))).toEqual(['binary']);
});

test('an Inspect archive is read entry by entry', async () => {
  const events = [{ event: 'info', data: 'x', timestamp: '2026-06-01T10:00:00Z' }];
  const entries = {
    'header.json': { version: 2, eval: { eval_id: 'e', task: 'sums' } },
    'samples/1_epoch_1.json': { id: 1, epoch: 1, events },
  };
  expect(await spanNames('log.eval', zip(entries))).toEqual(['workflow', 'sample_1']);
  await expect(spanNames('zstd.eval', zip(entries, 12))).rejects.toThrow(
    /header\.json is compressed with method 12/,
  );
  await expect(spanNames('cut.eval', zip(entries).subarray(0, 90))).rejects.toThrow(
    /damaged: its directory is missing/,
  );
});

test.each([
  ['', 'it is empty'],
  ['# Notes\nhello', 'it looks like text that begins with "# Notes"'],
  [Buffer.from([0x1f, 0x8b, 8, 0]), 'it is compressed with gzip'],
  [Buffer.from([0, 1, 2, 3]), 'it looks like binary data'],
  ['{"a":1,"b":2}', 'it looks like JSON lines with the fields "a", "b"'],
  ['{\n"a":1', 'it begins like JSON but is neither a JSON document nor JSON lines'],
  ['["x",1]\n["y",2]\n', 'it looks like JSON lines of arrays'],
  ['[]', 'it looks like JSON without any record'],
])('%j is rejected with a description of its content', async (content, why) => {
  await expect(spanNames('rejected', content)).rejects.toThrow(
    new RegExp(`rejected is not a trace that pflow reads: ${why.replaceAll(/[.[\]"]/g, '\\$&')}`),
  );
});
