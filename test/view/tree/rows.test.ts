import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../../src/profile/run/profile.js';
import { setAll, DEFAULT_COLLAPSE } from '../../../src/view/base/collapse.js';
import { listRows } from '../../../src/view/tree/rows.js';
import type { Row } from '../../../src/view/tree/tree-row.js';
import { testPrices } from '../../support/prices.js';
import { TestScreen } from '../draw.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const folded = { folds: DEFAULT_COLLAPSE, filter: '', onlyMatches: true };
const unfolded = { folds: setAll('open'), filter: '', onlyMatches: true };
const filtered = { folds: DEFAULT_COLLAPSE, filter: 'exec', onlyMatches: true };

// Spans contain lists that are mutated in place, so the rows are copied as text right away.
const texts = (rows: readonly Row[]) =>
  rows.map(
    ({ key, depth, label, fold, span, matched }) =>
      `${'  '.repeat(depth)}${fold} ${key} ${label} ${span?.status} ${span?.totals.tokens} ${matched}`,
  );

test.each(fixtureNames)('%s: incrementally updated rows equal rows computed from scratch', (name) => {
  const events = readFixture(name);
  const often = Math.ceil(events.length / 60);
  for (const ui of [folded, unfolded, filtered]) {
    const profile = createProfile({ prices: testPrices });
    const followed = events.map((event) => {
      profile.apply(event);
      return texts(listRows(profile.state, ui));
    });
    for (let i = 0; i < events.length; i += often) {
      const atOnce = reduceEvents(events.slice(0, i + 1), { prices: testPrices });
      expect(followed[i]).toEqual(texts(listRows(atOnce, ui)));
    }
  }
});

function retriedInside(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.plan([
      { id: 'ask', type: 'llm' },
      { id: 'save', type: 'write-file' },
    ]);
    t.node('ask', { nodeType: 'llm' }, () => {
      t.phase('exec', () => {
        t.attempt(1, () => void t.llm({ ms: 10, fails: 'overloaded' }), { fails: 'overloaded' });
        t.attempt(2, () => {
          t.llm({ ms: 10, input: 10, output: 5 });
          t.llm({ ms: 10, input: 10, output: 5 });
        });
      });
    });
    t.node('save', {});
  });
}

test('incremental rows are updated when a retry moves existing spans', () => {
  const events = buildTrace(retriedInside);
  const profile = createProfile({ prices: testPrices });
  const followed = events.map((event) => {
    profile.apply(event);
    return texts(listRows(profile.state, unfolded));
  });
  followed.forEach((rows, i) => {
    const atOnce = reduceEvents(events.slice(0, i + 1), { prices: testPrices });
    expect(rows).toEqual(texts(listRows(atOnce, unfolded)));
  });
});

test('unchanged rows keep their object identity', () => {
  const events = buildTrace(retriedInside);
  const profile = createProfile({ prices: testPrices });
  for (const event of events.slice(0, -6)) profile.apply(event);
  const before = listRows(profile.state, unfolded);
  for (const event of events.slice(-6)) profile.apply(event);
  const after = listRows(profile.state, unfolded);
  expect(before.filter((row) => after.includes(row)).map(({ label }) => label)).toContain('attempt 1');
});

function batch(count: number, concurrency: number): (t: TraceBuilder) => void {
  return (t) =>
    void t.stage('workflow', () => {
      t.node('describe', { nodeType: 'llm' }, () => {
        t.phase('exec', () => {
          const running: number[] = [];
          for (let index = 0; index < count; index++) {
            if (running.length === concurrency) t.wait(10).close(running.shift()!);
            running.push(t.open('item', String(index), { index, of: count }));
          }
          for (const item of running) t.wait(10).close(item);
        });
      });
    });
}

const labels = (script: (t: TraceBuilder) => void, ui = unfolded) =>
  listRows(reduceEvents(buildTrace(script), { prices: testPrices }), ui).map(({ label }) => label);

test('batch items that ran one after another are packed into expandable lanes', () => {
  const ui = { ...folded, folds: { all: undefined, toggled: new Set(['2', 'lane:3/1']) } };
  expect(labels(batch(12, 3), ui)).toEqual([
    'workflow',
    'describe ×12',
    'exec',
    'lane 1 ×4',
    'lane 2 ×4',
    'item 2/12',
    'item 5/12',
    'item 8/12',
    'item 11/12',
    'lane 3 ×4',
  ]);
});

test('a selected lane shows the minimum, median and maximum duration of its items', () => {
  const at = new TestScreen(buildTrace(batch(12, 3))).press('e');
  while (at.selected !== '▾✓ lane 1 ×4') at.press('j');
  expect(at.line('took turns')).toMatchInlineSnapshot(
    `"   4 items that took turns · min 10ms · median 30ms · max 30ms"`,
  );
  expect(at.press('enter').line('took turns')).toContain('Open one of them.');
});

test('batches whose items all overlap, and small batches, have no lanes', () => {
  expect(labels(batch(12, 12))).not.toContain('lane 1 ×1');
  expect(labels(batch(4, 1))).toEqual([
    'workflow',
    'describe ×4',
    'exec',
    'item 1/4',
    'item 2/4',
    'item 3/4',
    'item 4/4',
  ]);
});
