import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../../src/profile/run/profile.js';
import { tableRows, type TableRow } from '../../../src/view/table/table-rows.js';
import { groupings, type Grouping, type Sort, type TableColumn } from '../../../src/view/state/view-state.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const byTotal: Sort<TableColumn> = { column: 'total', reversed: false };

function rowsFor(script: (t: TraceBuilder) => void, grouping: Grouping = 'node', sort = byTotal) {
  const run = reduceEvents(buildTrace(script), { prices: testPrices });
  return tableRows(run, { grouping, sort, filter: '', now: run.lastAt });
}

const facts = ({ label, sum, total, self, p50, p95 }: TableRow) => ({
  label,
  count: sum.spans,
  total,
  self,
  p50,
  p95,
});

test('self time excludes model calls and nested nodes', () => {
  const rows = rowsFor(
    (t) =>
      void t.stage('workflow', () => {
        t.node('outer', {}, () => {
          t.wait(10);
          t.llm({ ms: 50 });
          t.spanOf('workflow', 'nested', {}, () => void t.node('inner', {}, () => void t.wait(30)));
          t.wait(5);
        });
      }),
  );
  expect(rows.map(facts)).toEqual([
    { label: 'outer', count: 1, total: 95, self: 15, p50: 95, p95: 95 },
    { label: 'outer ▸ inner', count: 1, total: 30, self: 30, p50: 30, p95: 30 },
  ]);
});

test('self time subtracts concurrent calls once', () => {
  const [row] = rowsFor(
    (t) =>
      void t.stage('workflow', () => {
        t.node('both', {}, () => {
          const [one, two] = [t.open('llm', 'm'), t.open('llm', 'm')];
          t.wait(40).close(one);
          t.wait(20).close(two);
          t.wait(3);
        });
      }),
  );
  expect(row).toMatchObject({ total: 63, self: 3 });
});

test('visits of a node are one row with their percentiles', () => {
  const [row] = rowsFor(
    (t) =>
      void t.stage('workflow', () => {
        for (let visit = 1; visit <= 20; visit++) t.node('again', { visit }, () => void t.wait(visit));
      }),
  );
  expect(facts(row!)).toEqual({ label: 'again', count: 20, total: 210, self: 210, p50: 10, p95: 19 });
});

test('a call is listed under the responding model, or the requested one until a response arrives', () => {
  const events = buildTrace(
    (t) =>
      void t.stage(
        'workflow',
        () => void t.llm({ model: 'alias', answeredBy: 'claude-sonnet-4-5', input: 1 }),
      ),
  );
  const profile = createProfile({ prices: testPrices });
  const labels = events.map((event) => {
    profile.apply(event);
    const options = { grouping: 'model', sort: byTotal, filter: '', now: 0 } as const;
    return tableRows(profile.state, options).map(({ label }) => label);
  });
  expect(labels.at(-5)).toEqual(['anthropic/alias']);
  expect(labels.at(-1)).toEqual(['anthropic/claude-sonnet-4-5']);
});

test('names sort ascending and numbers descending by default, and unknown values sort last in both orders', () => {
  const script = (t: TraceBuilder) =>
    void t.stage('workflow', () => {
      t.node('b', {}, () => void t.wait(10));
      t.node('a', {}, () => void t.wait(20));
      t.open('node', 'c');
    });
  const labels = (column: TableColumn, reversed = false) =>
    rowsFor(script, 'node', { column, reversed }).map(({ label }) => label);
  expect(labels('name')).toEqual(['a', 'b', 'c']);
  expect(labels('name', true)).toEqual(['c', 'b', 'a']);
  expect(labels('p50')).toEqual(['a', 'b', 'c']);
  expect(labels('p50', true)).toEqual(['b', 'a', 'c']);
});

test.each(fixtureNames)(
  "%s: the sums over all table rows equal the run's totals in every grouping",
  (name) => {
    const run = reduceEvents(readFixture(name), { prices: testPrices });
    for (const grouping of groupings) {
      const rows = tableRows(run, { grouping, sort: byTotal, filter: '', now: run.lastAt });
      expect(rows.reduce((sum, row) => sum + row.sum.calls, 0)).toBe(run.totals.calls);
      expect(rows.reduce((sum, row) => sum + row.sum.tokens, 0)).toBe(run.totals.tokens);
      expect(rows.reduce((sum, row) => sum + row.sum.usd, 0)).toBeCloseTo(run.totals.usd, 12);
    }
  },
);
