import { expect, test } from 'vitest';
import { toCallsCsv } from '../../src/export/calls-csv.js';
import { formatCsv } from '../../src/lib/data/csv.js';
import { listCallRows } from '../../src/metrics/call-rows.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../support/trace-builder.js';

test('a call is one line under the names of the JSON fields', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => t.node('ask', {}, () => t.llm({ input: 1000, output: 10 }))),
  );
  const [head, line, ...rest] = toCallsCsv(reduceEvents(events, { prices: testPrices })).split('\n');
  const cells = Object.fromEntries(head!.split(',').map((name, i) => [name, line!.split(',')[i]]));
  expect(cells).toMatchObject({
    node: 'ask',
    attribution: 'known',
    status: 'ok',
    tokens_input: '1000',
    tokens_cache_read: '',
    tokens_output: '10',
  });
  expect(Number(cells['cost_usd'])).toBeGreaterThan(0);
  expect(rest).toEqual(['']);
});

test.each(fixtureNames)('the lines of %s are its calls', (name) => {
  const state = reduceEvents(readFixture(name), { prices: testPrices });
  expect(toCallsCsv(state).trimEnd().split('\n')).toHaveLength(listCallRows(state).length + 1);
});

test('texts with separators are quoted, and formulas are marked as text', () => {
  expect(formatCsv([['a,b', 'say "x"', 'two\nlines', '=1+1', '-5', -5, true, '']])).toBe(
    `"a,b","say ""x""","two\nlines",'=1+1,'-5,-5,true,\n`,
  );
});
