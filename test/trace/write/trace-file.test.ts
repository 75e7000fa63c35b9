import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { TraceFile } from '../../../src/trace/write/trace-file.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { formatTraceFileName } from '../../../src/trace/files/trace-file-name.js';
import { readTrace } from '../../../src/trace/read/read-trace.js';
import { buildTrace } from '../../support/trace-builder.js';
import { runWriter, startWriter } from '../writer-process.js';

const root = mkdtempSync(join(tmpdir(), 'pflow-file-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const folder = (): string => join(root, String(folders++), 'debug');
const events = buildTrace((t) =>
  t.stage('workflow', () => t.node('a', { nodeType: 'echo' }, () => t.phase('exec', 5))),
);

test('a trace has one JSON object per line, in the order of its events', async () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  for (const event of events) file.write(event);
  file.close();
  expect(readFileSync(file.path, 'utf8')).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect(await collect(file.path)).toEqual(events);
});

test('the trace folder and file are accessible to their owner only', () => {
  const path = folder();
  const file = new TraceFile(path, 'trace.jsonl', fail);
  file.close();
  expect((statSync(path).mode & 0o777).toString(8)).toBe('700');
  expect((statSync(file.path).mode & 0o777).toString(8)).toBe('600');
});

test('an event is on disk soon after it was written, without a flush', async () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  for (const event of events.slice(0, 3)) file.write(event);
  await until(() => readFileSync(file.path, 'utf8').split('\n').length === 4);
  file.close();
  expect(await collect(file.path)).toEqual(events.slice(0, 3));
});

test('the events before blocking code are in the file before the code runs', () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  const upToExec = events.slice(
    0,
    1 + events.findIndex((event) => event.type === 'span.started' && event.name === 'exec'),
  );
  for (const event of upToExec) file.write(event);
  expect(readFileSync(file.path, 'utf8').split('\n')).toHaveLength(upToExec.length + 1);
  file.close();
});

test('an event outside of a burst is written immediately, even if the process blocks', () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  const progress = (seq: number, at: number): TraceEvent => ({
    seq,
    at,
    type: 'llm.progress',
    span: 1,
    output: seq,
  });
  const lines = (): number => readFileSync(file.path, 'utf8').split('\n').length - 1;
  for (const [at, onDisk] of [
    [0, 1],
    [1, 1],
    [2, 1],
    [20, 4],
    [22, 4],
    [40, 6],
  ] as const) {
    file.write(progress(0, at));
    expect(lines()).toBe(onDisk);
  }
  file.close();
});

test('repeated forced flushes write each byte once', () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  const many = Array.from({ length: 5000 }, (_, seq): TraceEvent => ({
    seq,
    at: seq,
    type: 'llm.progress',
    span: 1,
    output: seq,
  }));
  for (const event of many) {
    file.write(event);
    if (event.seq % 7 === 0) file.flushNow();
  }
  file.flushNow();
  file.close();
  file.flushNow();
  file.close();
  expect(readFileSync(file.path, 'utf8')).toBe(many.map((event) => `${serializeEvent(event)}\n`).join(''));
});

test('events written after close are dropped', () => {
  const file = new TraceFile(folder(), 'trace.jsonl', fail);
  file.close();
  file.write(events[0]!);
  expect(readFileSync(file.path, 'utf8')).toBe('');
});

test('two runs of the same second never share a file', () => {
  const at = new Date(2026, 0, 15, 10, 0, 0);
  const names = ['0a1b2c3d-0000', '1b2c3d4e-0000'].map((run) => formatTraceFileName('same', at, run));
  expect(names).toEqual([
    'trace-same-20260115-100000-0a1b2c3d.jsonl',
    'trace-same-20260115-100000-1b2c3d4e.jsonl',
  ]);
  const path = folder();
  const file = new TraceFile(path, names[0]!, fail);
  file.write(events[0]!);
  file.close();
  expect(() => new TraceFile(path, names[0]!, fail)).toThrow('EEXIST');
  expect(readFileSync(file.path, 'utf8')).toBe(`${serializeEvent(events[0]!)}\n`);
});

test('a folder that cannot be created is an error', () => {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'not-a-folder'), '');
  expect(() => new TraceFile(join(root, 'not-a-folder', 'debug'), 'trace.jsonl', fail)).toThrow('ENOTDIR');
});

test('a folder removed during the run causes one warning', () => {
  const path = folder();
  const warnings: string[] = [];
  const file = new TraceFile(path, 'trace.jsonl', (message) => warnings.push(message));
  file.write(events[0]!);
  file.flushNow();
  rmSync(path, { recursive: true });
  for (const event of events.slice(1)) file.write(event);
  file.close();
  expect(warnings).toEqual([`${file.path} was removed while it was written`]);
  expect(file.failed).toBe(true);
});

test('an event that cannot be written causes one warning', () => {
  const warnings: string[] = [];
  const file = new TraceFile(folder(), 'trace.jsonl', (message) => warnings.push(message));
  const impossible = {
    seq: 0,
    at: 0,
    type: 'log.written',
    span: 1,
    stream: 'stdout',
    text: 1n,
  } as unknown as TraceEvent;
  file.write(impossible);
  file.write(impossible);
  file.close();
  expect(warnings).toEqual([expect.stringContaining('BigInt')]);
});

test('a full disk causes one warning, the run continues, and the written part can be read', async () => {
  const path = folder();
  const { stdout, code } = await runWriter({ folder: path, script: 'fill', limitKb: 64 });
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringContaining('EFBIG'),
  ]);
  expect(stdout).toContain('done');
  const warnings: string[] = [];
  const read = await collect(join(path, 'trace.jsonl'), (message) => warnings.push(message));
  expect(read.length).toBeGreaterThan(100);
  expect(read.map(({ seq }) => seq)).toEqual(read.map((_, index) => index));
  expect(warnings.length).toBeLessThanOrEqual(1);
});

test('kill -9 in the middle of a run leaves a trace that lost at most the last 250 ms', async () => {
  const path = folder();
  const writer = startWriter({ folder: path, script: 'tick' });
  const file = join(path, 'trace.jsonl');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').split('\n').length > 40);
  const { killedAt, said } = await writer.kill();
  const read = await collect(file, () => {});
  const lost = said.filter(({ seq, at }) => seq >= read.length && at < killedAt - 250);
  expect(lost).toEqual([]);
  expect(read.map(({ seq }) => seq)).toEqual(read.map((_, index) => index));
});

test('kill -9 of a blocked process leaves the start of the blocking phase in the trace', async () => {
  const path = folder();
  const writer = startWriter({ folder: path, script: 'hang' });
  await writer.heard('hanging');
  await writer.kill();
  const read = await collect(join(path, 'trace.jsonl'), fail);
  expect(read.at(-1)).toMatchObject({ type: 'span.started', kind: 'phase', name: 'exec' });
});

test('a process that exits without closing its trace has written all of it', async () => {
  const path = folder();
  const { code } = await runWriter({ folder: path, script: 'exit' });
  expect(code).toBe(3);
  const read = await collect(join(path, 'trace.jsonl'), fail);
  expect(read).toHaveLength(1001);
  expect(read.map(({ seq }) => seq)).toEqual(read.map((_, index) => index));
});

async function collect(path: string, warn: (message: string) => void = fail): Promise<TraceEvent[]> {
  const read: TraceEvent[] = [];
  for await (const event of readTrace(path, { onWarning: ({ message }) => warn(message) })) read.push(event);
  return read;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function fail(message: string): never {
  throw new Error(message);
}
