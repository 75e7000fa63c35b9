import { expect, test } from 'vitest';
import type { EventBody, TraceEvent } from '../../../src/trace/event/event.js';
import { UNSTAMPED } from '../../../src/trace/event/event-format.js';
import { TraceLog } from '../../../src/trace/write/event-log.js';
import { PhaseStarted, SpanFinished } from '../../../src/trace/event/compact-event.js';

const started = (span: number): EventBody => ({ type: 'span.started', span, kind: 'node', name: `n${span}` });

test('events are stamped with their index and the time since the log was opened', () => {
  let now = 500;
  const log = new TraceLog({ now: () => now, date: () => new Date(0) });
  log.append(started(1));
  now = 500.123456;
  log.append(started(2));
  expect(log.all).toEqual([
    { seq: 0, at: 0, ...started(1) },
    { seq: 1, at: 0.123, ...started(2) },
  ]);
});

test('an event with placeholders for its stamp is serialized like one without', () => {
  const log = new TraceLog({ now: () => 7, date: () => new Date(0) });
  log.append(started(1));
  log.append({ seq: UNSTAMPED, at: UNSTAMPED, ...started(1) });
  expect(JSON.stringify(log.all[1])).toBe(JSON.stringify({ ...log.all[0], seq: 1 }));
});

test('a late reader receives all past events, then new ones, until the log is closed', async () => {
  const log = new TraceLog();
  log.append(started(1));
  log.append(started(2));
  const reader = log.events();
  expect(spanOf(await reader.next())).toBe(1);
  log.append(started(3));
  expect([spanOf(await reader.next()), spanOf(await reader.next())]).toEqual([2, 3]);
  const waiting = reader.next();
  log.append(started(4));
  expect(spanOf(await waiting)).toBe(4);
  const last = reader.next();
  log.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

test('concurrent readers each receive every event once and in order', async () => {
  const log = new TraceLog();
  const read = async (): Promise<number[]> => {
    const seqs: number[] = [];
    for await (const event of log.events()) seqs.push(event.seq);
    return seqs;
  };
  const readers = [read()];
  for (let span = 0; span < 50; span++) {
    log.append(started(span));
    if (span === 20) readers.push(read());
    if (span % 7 === 0) await Promise.resolve();
  }
  readers.push(read());
  log.close();
  for (const seqs of await Promise.all(readers))
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

test('after close events are dropped and no subscriber is notified', () => {
  const log = new TraceLog();
  const heard: TraceEvent[] = [];
  log.subscribe((event) => heard.push(event));
  log.append(started(1));
  log.close();
  log.close();
  log.append(started(2));
  expect(log.closed).toBe(true);
  expect([log.all.length, heard.length]).toEqual([1, 1]);
});

test('an unsubscribed listener is no longer called', () => {
  const log = new TraceLog();
  const heard: number[] = [];
  const undo = log.subscribe(({ seq }) => heard.push(seq));
  log.append(started(1));
  undo();
  log.append(started(2));
  expect(heard).toEqual([0]);
});

test('a listener that unsubscribes itself during a notification does not affect the others', () => {
  const log = new TraceLog();
  const heard: string[] = [];
  const undo = log.subscribe(({ seq }) => {
    heard.push(`first ${seq}`);
    undo();
  });
  log.subscribe(({ seq }) => heard.push(`second ${seq}`));
  log.append(started(1));
  log.append(started(2));
  expect(heard).toEqual(['first 0', 'second 0', 'second 1']);
});

test('compact events are expanded for live and late subscribers and stay compact for the writer', () => {
  const log = new TraceLog({ now: () => 7, date: () => new Date(0) });
  const heard: string[] = [];
  const written: unknown[] = [];
  log.writeTo((reported) => written.push(reported));
  log.subscribe((event) => heard.push(JSON.stringify(event)));
  const lean = new PhaseStarted(2, 'exec', 1);
  log.append(lean);
  log.append(new SpanFinished(2));
  log.append({ type: 'span.started', span: 2, kind: 'phase', name: 'exec', parent: 1 });
  log.append({ type: 'span.finished', span: 2, status: 'ok' });
  const late = log.all.map((event) => JSON.stringify(event));
  expect(heard).toEqual(late);
  expect(written[0]).toBe(lean);
  expect(late.slice(0, 2)).toEqual(
    late.slice(2).map((line, seq) => line.replace(/"seq":\d/, `"seq":${seq}`)),
  );
});

test('events appended by a subscriber reach all subscribers after the event it handles', () => {
  const log = new TraceLog();
  const heard: number[] = [];
  log.subscribe(({ seq }) => {
    if (seq < 3) log.append({ type: 'control.changed', change: 'budget-warned' });
  });
  log.subscribe(({ seq }) => heard.push(seq));
  log.append(started(1));
  expect(heard).toEqual([0, 1, 2, 3]);
});

test('an exception in a subscriber affects neither the run nor other subscribers', async () => {
  const log = new TraceLog();
  const heard: number[] = [];
  const thrown = new Promise((resolve) => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
  log.subscribe(({ seq }) => {
    if (seq === 0) throw new Error('a bad listener');
  });
  log.subscribe(({ seq }) => heard.push(seq));
  log.append(started(1));
  log.append(started(2));
  expect(heard).toEqual([0, 1]);
  expect(await thrown).toMatchObject({ message: 'a bad listener' });
});

function spanOf(next: IteratorResult<TraceEvent>): number | undefined {
  return next.done || next.value.type !== 'span.started' ? undefined : next.value.span;
}
