import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, expect, test } from 'vitest';
import { readOpencodeDatabase } from '../../src/importers/files/opencode-database.js';
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
/** A frame of Zstandard (RFC 8878) with one block that is not compressed. */
function zstdFrame(text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(0xfd2fb528, 0);
  // A single segment with its length in four bytes.
  header.writeUInt8(0xa0, 4);
  header.writeUInt32LE(content.length, 5);
  // The last block.
  header.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([header, content]);
}

function zip(entries: Readonly<Record<string, object>>, method = 8): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, value] of Object.entries(entries)) {
    const packed = method === 93 ? zstdFrame(JSON.stringify(value)) : deflateRawSync(JSON.stringify(value));
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
  expect(await spanNames('zstd.eval', zip(entries, 93))).toEqual(['workflow', 'sample_1']);
  await expect(spanNames('bzip2.eval', zip(entries, 12))).rejects.toThrow(
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

test("a session in opencode's storage folder is read with its messages and parts, which are files of their own", async () => {
  const storage = mkdtempSync(join(folder, 'opencode-'));
  const write = (path: string, content: object): string => {
    const file = join(storage, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const session = write('session/p1/ses_1.json', {
    id: 'ses_1',
    title: 'Rename',
    directory: '/app',
    time: {},
  });
  const created = Date.UTC(2026, 5, 1);
  write('message/ses_1/msg_1.json', { id: 'msg_1', role: 'user', time: { created } });
  write('part/msg_1/prt_1.json', { id: 'prt_1', type: 'text', text: 'rename it' });
  write('message/ses_1/msg_2.json', {
    id: 'msg_2',
    role: 'assistant',
    modelID: 'claude-haiku-4-5',
    providerID: 'anthropic',
    time: { created: created + 1000, completed: created + 5000 },
  });
  const tokens = { input: 10, output: 3, reasoning: 2, cache: { read: 10, write: 0 } };
  write('part/msg_2/prt_2.json', { id: 'prt_2', type: 'text', text: 'Done.' });
  write('part/msg_2/prt_3.json', { id: 'prt_3', type: 'step-finish', tokens });
  write('message/ses_2/msg_3.json', { id: 'msg_3', role: 'user', time: { created } });
  const { run, close } = await importTrace(session);
  expect([run.id, run.name, run.project]).toEqual(['ses_1', 'Rename', '/app']);
  expect(run.spans.map(({ kind, name, call }) => [kind, name, call?.tokens])).toEqual([
    ['agent', 'opencode', undefined],
    ['step', 'turn 1', undefined],
    ['llm', 'claude-haiku-4-5', 25],
  ]);
  close();
  await expect(importTrace(join(storage, 'message/ses_2/msg_3.json'))).rejects.toThrow('is not a trace');
});

/** Answers the statements of a reader from rows by table, as a database of opencode would. */
function databaseOf(tables: Readonly<Record<string, readonly Record<string, unknown>[]>>) {
  return {
    DatabaseSync: class {
      prepare(sql: string) {
        const [, table = ''] = / from (\w+)/.exec(sql)!;
        return {
          all: (session?: string) =>
            table === 'sqlite_master'
              ? Object.keys(tables).map((name) => ({ name }))
              : tables[table]!.filter((row) => session === undefined || row['session_id'] === session),
        };
      }
      close(): void {}
    },
  };
}

test("the last session in opencode's database is read like an exported one", async () => {
  const at = Date.UTC(2026, 5, 1);
  const row = (id: string, data: object, more = {}) => ({
    id,
    session_id: 'ses_2',
    data: JSON.stringify(data),
    ...more,
  });
  const tokens = { input: 10, output: 3, reasoning: 2, cache: { read: 10, write: 0 } };
  const sqlite = databaseOf({
    session: [{ id: 'ses_2', title: 'Rename', directory: '/app' }, { id: 'ses_1' }],
    message: [
      row('msg_1', { role: 'user', time: { created: at } }),
      row('msg_2', {
        role: 'assistant',
        modelID: 'm',
        providerID: 'p',
        time: { created: at + 1, completed: at + 9 },
      }),
      row('msg_3', { role: 'user' }, { session_id: 'ses_1' }),
    ],
    part: [
      row('prt_1', { type: 'text', text: 'rename it' }, { message_id: 'msg_1' }),
      row('prt_2', { type: 'step-finish', tokens }, { message_id: 'msg_2' }),
    ],
  });
  const { session, others } = readOpencodeDatabase(sqlite, 'opencode.db')!;
  expect(others).toBe(1);
  const names = await spanNames('session.json', JSON.stringify(session));
  expect(names).toEqual(['opencode', 'turn 1', 'm']);
  expect(readOpencodeDatabase(databaseOf({ users: [] }), 'other.db')).toBeUndefined();
});

test('an SQLite database is rejected with the reason: this version of Node, or its content', async () => {
  const content = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100)]);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const why =
    major > 22 || (major === 22 && minor >= 13)
      ? 'an SQLite database that cannot be read'
      : `an SQLite database, which Node ${process.version} cannot read: Node 22.5 and newer can`;
  await expect(spanNames('opencode.db', content)).rejects.toThrow(why);
});
