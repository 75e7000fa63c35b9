import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { findResult } from '../../../src/profile/store/run-result.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

const resultOf = (
  tell: (t: TraceBuilder) => void,
  status: 'ok' | 'failed',
  end: Parameters<TraceBuilder['finish']>[1] = {},
) => {
  const events = buildTrace((t) => {
    tell(t);
    t.finish(status, end);
  });
  return findResult(reduceEvents(events, { prices: testPrices }));
};

const twoNodes = (t: TraceBuilder) => {
  t.stage('planner', () => {
    t.plan([
      { id: 'read', type: 'read-file' },
      { id: 'say', type: 'shell' },
    ]);
  });
  t.stage('workflow', () => {
    t.node('read', {}, () => void t.set({ '/read/content': 'long' }));
    t.node('say', {}, () => void t.set({ '/say/exit_code': 0, '/say/stdout': 'short' }));
  });
};

test('the result of a run is its named output, its only one, or all of them', () => {
  const outputs = { a: 'one', b: 'two' };
  expect(resultOf(twoNodes, 'ok', { outputs, result: { output: 'b' } })).toEqual({
    value: 'two',
    output: 'b',
  });
  expect(resultOf(twoNodes, 'ok', { outputs: { a: 'one' } })).toEqual({ value: 'one', output: 'a' });
  expect(resultOf(twoNodes, 'ok', { outputs })).toEqual({ value: outputs, output: undefined });
});

test('without declared outputs the result is the main output of the last node', () => {
  expect(resultOf(twoNodes, 'ok')).toEqual({ value: 'short', output: 'say.stdout' });
});

test('a failed run has no result, even with outputs', () => {
  expect(resultOf(twoNodes, 'failed', { outputs: { a: 'one' } })).toBeUndefined();
});
