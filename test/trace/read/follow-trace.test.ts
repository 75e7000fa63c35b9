import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { followTrace } from '../../../src/trace/read/follow-trace.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { buildTrace } from '../../support/trace-builder.js';
import { startWriter } from '../writer-process.js';

const root = mkdtempSync(join(tmpdir(), 'pflow-follow-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('every event of another process is received, past events first', async () => {
  const folder = join(root, 'run');
  const path = join(folder, 'trace.jsonl');
  const writer = startWriter({ folder, script: 'run' });
  writer.go();
  await until(() => existsSync(path) && readFileSync(path, 'utf8').split('\n').length > 400);
  const events: TraceEvent[] = [];
  for await (const event of followTrace(path, { intervalMs: 1 })) {
    events.push(event);
    if (events.length === 400 || events.length === 800) writer.go();
  }
  expect(await writer.ended).toBe(0);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1202 }, (_, index) => index));
  expect(events.map((event) => `${serializeEvent(event)}\n`).join('')).toBe(readFileSync(path, 'utf8'));
});

test('after the writer is killed, everything it wrote is received and its exit is reported once', async () => {
  const folder = join(root, 'killed');
  const path = join(folder, 'trace.jsonl');
  const writer = startWriter({ folder, script: 'tick' });
  await until(() => existsSync(path) && readFileSync(path, 'utf8') !== '');
  let gone = 0;
  const events: TraceEvent[] = [];
  for await (const event of followTrace(path, { intervalMs: 1, onWriterGone: () => gone++ })) {
    if (events.push(event) === 30) void writer.kill();
  }
  expect(gone).toBe(1);
  expect(events).toHaveLength(readFileSync(path, 'utf8').split('\n').length - 1);
});

test('characters split over two reads are decoded', async () => {
  const path = join(root, 'split.jsonl');
  const events = buildTrace((t) => {
    t.stage('workflow', () => t.node('a', { nodeType: 'echo' }, () => t.set({ '/a/text': 'grüße 漢字 👋🏽' })));
  });
  const bytes = Buffer.from(events.map((event) => `${serializeEvent(event)}\n`).join(''));
  writeFileSync(path, '');
  const followed = collect(path);
  for (const byte of bytes) {
    appendFileSync(path, Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await followed).toEqual(events);
});

test('a follower that starts before the first line waits for it', async () => {
  const path = join(root, 'early.jsonl');
  writeFileSync(path, '');
  const followed = collect(path);
  const events = buildTrace((t) => t.stage('workflow', () => {}));
  appendFileSync(path, events.map((event) => `${serializeEvent(event)}\n`).join(''));
  expect(await followed).toEqual(events);
});

test('an abort ends following, whatever the writer does', async () => {
  const path = join(root, 'open.jsonl');
  const events = buildTrace(() => {}, { open: true, pid: process.pid });
  writeFileSync(path, events.map((event) => `${serializeEvent(event)}\n`).join(''));
  const controller = new AbortController();
  const seen: TraceEvent[] = [];
  for await (const event of followTrace(path, {
    signal: controller.signal,
    onWriterGone: () => expect.unreachable(),
  })) {
    seen.push(event);
    setImmediate(() => controller.abort());
  }
  expect(seen).toEqual(events);
});

test('a writer on another machine or in another container is not reported as gone', async () => {
  const path = join(root, 'foreign.jsonl');
  const pid = await endedPid();
  const events = buildTrace((t) => t.stage('workflow', () => {}), { pid }).map((event) =>
    event.type === 'run.started' ? { ...event, pidSpace: 'elsewhere' } : event,
  );
  const lines = events.map((event) => `${serializeEvent(event)}\n`);
  writeFileSync(path, lines[0]!);
  const seen: TraceEvent[] = [];
  const follow = followTrace(path, { intervalMs: 1, onWriterGone: () => expect.unreachable() });
  for await (const event of follow) {
    seen.push(event);
    // The follower polls several times before more is written.
    if (seen.length === 1) setTimeout(() => appendFileSync(path, lines.slice(1).join('')), 20);
  }
  expect(seen).toEqual(events);
});

test('a torn line of an exited writer is reported', async () => {
  const path = join(root, 'torn.jsonl');
  const [first] = buildTrace(() => {}, { open: true, pid: await endedPid() });
  writeFileSync(path, `${serializeEvent(first!)}\n{"seq":1,"a`);
  const warnings: number[] = [];
  let gone = 0;
  const follow = followTrace(path, {
    onWarning: ({ line }) => warnings.push(line),
    onWriterGone: () => gone++,
  });
  for await (const event of follow) expect(event).toEqual(first);
  expect([warnings, gone]).toEqual([[2], 1]);
});

test('following a missing file is an error', async () => {
  await expect(collect(join(root, 'none.jsonl'))).rejects.toMatchObject({ code: 'not_found' });
});

async function collect(path: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const event of followTrace(path, { intervalMs: 1 })) events.push(event);
  return events;
}

/** The id of a process that has exited. */
async function endedPid(): Promise<number> {
  const writer = startWriter({ folder: mkdtempSync(join(root, 'ended-')), script: 'exit' });
  await writer.ended;
  return writer.pid;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
