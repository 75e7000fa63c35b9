import { expect, test } from 'vitest';
import { formatLiveLine } from '../../../src/cli/progress/live-line.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

function lineOf(script: (t: TraceBuilder) => void, columns = 100): string {
  const run = reduceEvents(buildTrace(script, { open: true }), { prices: testPrices });
  return formatLiveLine(run, run.lastAt, { columns, frame: 0 });
}

const batch = (t: TraceBuilder): void => {
  const stage = t.open('stage', 'workflow');
  const node = t.open('node', 'critique', { parent: stage, nodeType: 'llm' });
  const items = [0, 1, 2].map((index) => t.open('item', String(index), { parent: node, index, of: 20 }));
  t.llm({ parent: items[0]!, ms: 1000, input: 1000, output: 204 });
  t.close(items[0]!).close(items[1]!, { fails: 'no' });
  t.open('item', '3', { parent: node, index: 3, of: 20 });
};

test('a batch shows items done, running and failed, time, tokens, cost and the time left', () => {
  expect(lineOf(batch)).toBe('⠋ critique 2/20 · 2 running · 1 failed · 1.0s · 1,204 tok · $0.0061 · ETA 6s');
});

test('on a narrow terminal the count, the failures and the time left remain longest', () => {
  expect(lineOf(batch, 50)).toBe('⠋ critique 2/20 · 1 failed · 1.0s · ETA 6s');
  expect(lineOf(batch, 36)).toBe('⠋ critique 2/20 · 1 failed · ETA 6s');
  expect(lineOf(batch, 12)).toBe('⠋ critique …');
});

test('an answer in progress shows its estimated tokens, and a single node no count', () => {
  const line = lineOf((t) => {
    const stage = t.open('stage', 'workflow');
    const node = t.open('node', 'ask', { parent: stage, nodeType: 'llm' });
    const call = t.open('llm', 'm', { parent: node, provider: 'anthropic', model: 'claude-sonnet-4-5' });
    t.wait(3100).emit({ type: 'llm.progress', span: call, output: 78 });
  });
  expect(line).toBe('⠋ ask · 3.1s · ~78 tok · ~$0.0012');
});

test('the node of the only item in progress is shown with the value of the item', () => {
  const line = lineOf((t) => {
    const stage = t.open('stage', 'workflow');
    const node = t.open('node', 'enrich', { parent: stage });
    const item = t.open('item', '0', { parent: node, index: 0, of: 3, label: 'a.md' });
    const nested = t.open('workflow', 'w', { parent: item });
    t.open('node', 'fetch', { parent: nested });
    t.wait(500).emit({ type: 'control.changed', change: 'tick' });
  });
  expect(line).toBe('⠋ enrich › a.md › fetch 0/3 · 500ms');
});

test('there is no line before the first stage, while the run waits for its user, and after the end', () => {
  expect(lineOf(() => {})).toBe('');
  const asking = lineOf((t) => {
    t.open('stage', 'workflow');
    t.emit({ type: 'control.changed', change: 'asked' });
  });
  expect(asking).toBe('');
  expect(lineOf((t) => void t.stage('workflow', () => t.wait(5)))).toBe('');
});
