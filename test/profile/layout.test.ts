import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packLanes, type Interval } from '../../src/profile/layout/pack-lanes.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { listSpans, findNodePath } from '../../src/profile/run/span-tree.js';
import { testPrices } from '../support/prices.js';
import { readFixture } from '../support/trace-builder.js';

test('spans are listed depth-first, and a collapsed span hides its descendants', () => {
  const state = reduceEvents(readFixture('done-without-planner'), { prices: testPrices });
  const names = (spans: ReturnType<typeof listSpans>) =>
    spans.map((span) => `${'  '.repeat(span.depth)}${span.name}`);
  expect(names(listSpans(state, { isFolded: (span) => span.name === 'llm_summarize' }))).toEqual([
    'workflow',
    '  read_file',
    '    prep',
    '    exec',
    '    post',
    '  llm_summarize',
  ]);
  expect(names(listSpans(state, { from: 2 }))).toEqual(['  read_file', '    prep', '    exec', '    post']);
});

test('a node of a nested workflow is identified by its enclosing nodes', () => {
  const state = reduceEvents(readFixture('nested-workflow'), { prices: testPrices });
  const fetch = [...state.spans.values()].find((span) => span.name === 'fetch')!;
  expect(findNodePath(state, fetch.id)).toEqual(['enrich', 'fetch']);
});

test('intervals in a lane never overlap, and the number of lanes is minimal', () => {
  const interval = fc
    .tuple(fc.nat(50), fc.nat(20))
    .map(([from, length]): Interval => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(interval), (intervals) => {
      const lanes = packLanes(intervals);
      const clashes = intervals.flatMap((a, i) =>
        intervals.filter((b, j) => i < j && lanes[i] === lanes[j] && a.to > b.from && b.to > a.from),
      );
      expect(clashes).toEqual([]);
      const positive = intervals.filter(({ from, to }) => to > from);
      const most = Math.max(
        0,
        ...positive.map(
          ({ from }) => positive.filter((other) => other.from <= from && other.to > from).length,
        ),
      );
      expect(new Set(packLanes(positive)).size).toBe(most);
    }),
  );
});
