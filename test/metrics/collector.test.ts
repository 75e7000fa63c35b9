import { expect, test } from 'vitest';
import { MetricsCollector } from '../../src/metrics/collector.js';
import { TraceLog } from '../../src/trace/write/event-log.js';
import type { Captured } from '../../src/trace/event/captured.js';
import type { EventBody } from '../../src/trace/event/event.js';
import { testPrices } from '../support/prices.js';
import { buildTrace } from '../support/trace-builder.js';

const capture = (value: unknown): Captured => JSON.parse(JSON.stringify(value)) as Captured;
const newCollector = (log = new TraceLog()) => new MetricsCollector({ log, capture, prices: testPrices });

test('emitted events are logged in order', () => {
  const log = new TraceLog();
  const collector = newCollector(log);
  const span = collector.nextSpan();
  collector.emit({ type: 'span.started', span, kind: 'node', name: 'a' });
  collector.emit({ type: 'span.finished', span, status: 'ok' });
  expect(log.all.map(({ seq, type }) => [seq, type])).toEqual([
    [0, 'span.started'],
    [1, 'span.finished'],
  ]);
});

test('span ids are consecutive integers from 1', () => {
  const collector = newCollector();
  expect([collector.nextSpan(), collector.nextSpan(), collector.nextSpan()]).toEqual([1, 2, 3]);
});

test('totals cover every event in the log, including those appended by others', () => {
  const log = new TraceLog();
  const collector = newCollector(log);
  const events = buildTrace((t) => {
    t.stage('workflow', () => {
      t.llm({ input: 1000, output: 100 });
      t.llm({ input: 2000, output: 200 });
    });
  });
  const middle = events.findIndex((event) => event.type === 'span.finished') + 1;
  for (const event of events.slice(0, middle)) collector.emit(event as EventBody);
  expect(collector.totals()).toMatchObject({ calls: 1, tokens: 1100 });
  for (const event of events.slice(middle)) log.append(event as EventBody);
  expect(collector.totals()).toMatchObject({ calls: 2, tokens: 3300 });
  expect(collector.totals().usd).toBeCloseTo(0.0135, 12);
  expect(collector.state()).toMatchObject({ status: 'ok', events: events.length });
});

test('the collector does not appear in JSON', () => {
  expect(JSON.stringify({ __metrics__: newCollector(), kept: 1 })).toBe('{"kept":1}');
});

test('the collector waits for pending work, even if it fails or registers more', async () => {
  const log = new TraceLog();
  const collector = newCollector(log);
  const say = (name: string) =>
    collector.emit({ type: 'span.started', span: collector.nextSpan(), kind: 'llm', name });
  const second = Promise.resolve().then(() => say('second'));
  const first = Promise.resolve().then(() => {
    say('first');
    collector.settling(second.then(() => say('third')));
  });
  collector.settling(first);
  collector.settling(Promise.reject(new Error('lost')));
  await collector.settled();
  expect(log.all.map((event) => event.type === 'span.started' && event.name)).toEqual([
    'second',
    'first',
    'third',
  ]);
});
