import { expect, test } from 'vitest';
import { spellDuration } from '../../src/lib/text/format.js';
import { spokenEnd, spokenStart, spokenSummary } from '../../src/export/spoken.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { fixtureNames, readFixture } from '../support/trace-builder.js';

const fold = (name: string) => reduceEvents(readFixture(name), { prices: testPrices });
const nodesOf = (name: string) => [...fold(name).spans.values()].filter(({ kind }) => kind === 'node');

test('the start and end of a node are sentences', () => {
  expect(nodesOf('looped').slice(2, 4).map(spokenStart)).toEqual([
    'Node draft, visit 2, started.',
    'Node review, visit 2, started.',
  ]);
  const ends = [
    'done-without-planner',
    'failed-in-exec',
    'unpriced-model',
    'offline-and-local',
    'cancelled-in-planner',
  ];
  expect(ends.flatMap((name) => nodesOf(name).map(spokenEnd)).join('\n')).toMatchInlineSnapshot(`
    "Node read_file done in 45 milliseconds.
    Node llm_summarize done in 2.9 seconds. 1,412 tokens, $0.0046.
    Node read_file done in 45 milliseconds.
    Node fetch failed after 800 milliseconds: Cannot reach example.com (in exec).
    Node known done in 300 milliseconds. 1,100 tokens, $0.0045.
    Node mystery done in 300 milliseconds. 1,100 tokens, cost unknown, frobnicator-9000 unpriced.
    Node silent done in 300 milliseconds. Cost unknown, gpt-4.1 unpriced.
    Node rule done in 1 millisecond.
    Node local done in 900 milliseconds. About 380 tokens, free.
    Node workflow-discovery done in 1.1 seconds. 800 tokens, $0.0036.
    Node component-browsing cancelled after 300 milliseconds. About 40 tokens, about $0.0006."
  `);
});

test('the summary of a finished run is a few sentences', () => {
  expect(spokenSummary(fold('done-with-planner'), { tracePath: 'a.jsonl' })).toMatchInlineSnapshot(`
    "Run summarize report.txt done after 8.2 seconds.
    In all 4 calls: 4,612 tokens, $0.0220.
    The planner: 3,200 tokens, $0.0174.
    The workflow: 1,412 tokens, $0.0046.
    On the critical path longest: llm_summarize 2.9 seconds.
    Slowest: llm_summarize 2.9 seconds, workflow-generator 2.2 seconds, component-browsing 1.8 seconds.
    Costliest: workflow-generator $0.0087, component-browsing $0.0051, llm_summarize $0.0046.
    Trace: a.jsonl"
  `);
  expect(spokenSummary(fold('failed-in-exec'), { tracePath: 'a.jsonl' })).toMatchInlineSnapshot(`
    "Run test run failed after 845 milliseconds.
    No model was called.
    On the critical path longest: fetch 800 milliseconds.
    Slowest: fetch 800 milliseconds, read_file 45 milliseconds.
    Error: Cannot reach example.com (in exec).
    Check the network.
    Trace: a.jsonl"
  `);
});

test.each(fixtureNames)('%s: spoken text contains no symbols or control characters', (name) => {
  const { spans } = fold(name);
  const said = [
    ...[...spans.values()].flatMap((span) => [spokenStart(span), spokenEnd(span)]),
    spokenSummary(fold(name)),
  ];
  // oxlint-disable-next-line no-control-regex
  for (const text of said) expect(text).not.toMatch(/[✓✗■·×≥~–\u0000-\u0009\u001b]/);
});

test.each([
  [0.2, 'less than a millisecond'],
  [1, '1 millisecond'],
  [999.4, '999 milliseconds'],
  [999.6, '1 second'],
  [2940, '2.9 seconds'],
  [9960, '10 seconds'],
  [60_000, '1 minute'],
  [123_000, '2 minutes 3 seconds'],
  [3_661_000, '1 hour 1 minute'],
])('%d ms is spelled as %s', (ms, words) => {
  expect(spellDuration(ms)).toBe(words);
});
