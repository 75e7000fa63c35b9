import { expect, test } from 'vitest';
import { drawDoubleTimeline } from '../../../src/export/html/double-timeline.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const runOf = (nodes: readonly (readonly [string, number])[]) =>
  reduceEvents(
    buildTrace((t) => {
      t.stage('workflow', () => {
        for (const [name, ms] of nodes) t.node(name, {}, () => t.phase('exec', ms));
      });
    }),
    { prices: testPrices },
  );

/** The names of the bars with their left end and width, in units of the drawing. */
const barsOf = (svg: string) =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*><title>([^<]*)<\/title>/g)].map(
    ([, x, width, title]) => [title, Number(x), Number(width)],
  );

test('the bars of two runs share one time axis, the first run above the second', () => {
  const svg = drawDoubleTimeline(
    runOf([
      ['read', 100],
      ['old', 50],
    ]),
    runOf([['read', 200]]),
  )!;
  expect(barsOf(svg)).toEqual([
    ['read, before: 100ms', 200, 380],
    ['read, after: 200ms', 200, 760],
    ['old, before: 50ms', 580, 190],
  ]);
  expect(svg).toContain('Timeline of two runs: 150ms before, 200ms after');
  expect(svg).not.toMatch(/<script|style=/);
});

test('names are escaped, and runs without nodes have no timeline', () => {
  expect(drawDoubleTimeline(runOf([['<b>', 5]]), runOf([]))).not.toContain('<b>');
  expect(drawDoubleTimeline(runOf([]), runOf([]))).toBeUndefined();
});
