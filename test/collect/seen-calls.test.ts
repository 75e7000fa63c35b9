import { expect, test } from 'vitest';
import { SeenCalls, type SeenCall } from '../../src/collect/calls/seen-calls.js';

const usage = { input: 80, output: 20, source: 'test', convention: 'assumed', warnings: [] } as const;
const call = (span: number, seenBy: SeenCall['seenBy'], more: Partial<SeenCall> = {}): SeenCall => ({
  span,
  seenBy,
  startMs: 1000,
  endMs: 2000,
  usage,
  ...more,
});

test('a call seen by gateway and telemetry is linked by its ids, whenever the second view is received', () => {
  const seen = new SeenCalls();
  expect(seen.add(call(1, 'gateway', { responseId: 'msg_1' }))).toBeUndefined();
  const late = call(2, 'telemetry', { responseId: 'msg_1', startMs: 90_000, endMs: 91_000 });
  expect(seen.add(late)).toEqual({ span: 2, same: 1, by: 'ids' });
});

test("the tap's view counts, although it is the later one", () => {
  const seen = new SeenCalls();
  seen.add(call(1, 'gateway', { requestId: 'req_1' }));
  expect(seen.add(call(2, 'tap', { requestId: 'req_1' }))).toEqual({ span: 1, same: 2, by: 'ids' });
});

test('a view inside a span of the program counts before all others', () => {
  const seen = new SeenCalls();
  seen.add(call(1, 'tap', { requestId: 'req_1' }));
  const placed = call(2, 'telemetry', { requestId: 'req_1', inSpan: true });
  expect(seen.add(placed)).toEqual({ span: 1, same: 2, by: 'ids' });
  seen.add(call(3, 'tap', { requestId: 'req_2', inSpan: true }));
  expect(seen.add(call(4, 'telemetry', { requestId: 'req_2', inSpan: true }))).toMatchObject({ same: 3 });
});

test('without ids, equal counts in overlapping intervals are the same call, and the nearest one is chosen', () => {
  const seen = new SeenCalls();
  seen.add(call(1, 'gateway', { startMs: 0, endMs: 1500 }));
  seen.add(call(2, 'gateway', { startMs: 1010, endMs: 1990 }));
  expect(seen.add(call(3, 'telemetry'))).toEqual({ span: 3, same: 2, by: 'time-and-usage' });
  // Each is linked once to a source.
  expect(seen.add(call(4, 'telemetry'))).toEqual({ span: 4, same: 1, by: 'time-and-usage' });
  expect(seen.add(call(5, 'telemetry'))).toBeUndefined();
});

test('calls of one source, of another time, of other counts, of unknown usage or with other ids are different calls', () => {
  const seen = new SeenCalls();
  seen.add(call(1, 'gateway', { responseId: 'a' }));
  expect(seen.add(call(2, 'gateway', { responseId: 'a' }))).toBeUndefined();
  expect(seen.add(call(3, 'telemetry', { startMs: 9000, endMs: 9500 }))).toBeUndefined();
  expect(seen.add(call(4, 'tap', { usage: { ...usage, output: 21 } }))).toBeUndefined();
  expect(seen.add(call(5, 'llm', { usage: null }))).toBeUndefined();
  expect(seen.add(call(6, 'fetch', { responseId: 'b' }))).toBeUndefined();
});
