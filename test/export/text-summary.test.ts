import { expect, test } from 'vitest';
import { lineFor, textSummary } from '../../src/export/text-summary.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture } from '../support/trace-builder.js';

const fold = (name: string) => reduceEvents(readFixture(name), { prices: testPrices });
const nodeLines = (name: string) => {
  const state = fold(name);
  const nodes = [...state.spans.values()].filter((span) => span.kind === 'node');
  return nodes.map((span) => lineFor(state, span));
};

test('each node has a line with its status, duration and cost', () => {
  expect(nodeLines('done-without-planner').join('\n')).toMatchInlineSnapshot(`
    "✓ read_file  45ms
    ✓ llm_summarize  2.9s  1,412 tok  $0.0046"
  `);
  expect(nodeLines('failed-in-exec').at(-1)).toMatchInlineSnapshot(
    `"✗ fetch  800ms  Cannot reach example.com (in exec)."`,
  );
  expect(nodeLines('unpriced-model').join('\n')).toMatchInlineSnapshot(`
    "✓ known  300ms  1,100 tok  $0.0045
    ✓ mystery  300ms  1,100 tok  unpriced
    ✓ silent  300ms  unpriced"
  `);
  expect(nodeLines('offline-and-local').join('\n')).toMatchInlineSnapshot(`
    "✓ rule  1ms  n/a
    ✓ local  900ms  ~380 tok  free"
  `);
  expect(nodeLines('cancelled-in-planner').at(-1)).toMatchInlineSnapshot(
    `"■ component-browsing  300ms  ~40 tok  ~$0.0006"`,
  );
  expect(nodeLines('looped').slice(0, 3).join('\n')).toMatchInlineSnapshot(`
    "✓ draft  500ms  1,200 tok  $0.0060
    ✓ review  200ms  420 tok  $0.00019
    ✓ draft #2  1.0s  2,200 tok  $0.0090"
  `);
});

test('a line is truncated to the available width', () => {
  const state = fold('failed-in-exec');
  const failed = [...state.spans.values()].find((span) => span.name === 'fetch')!;
  expect(lineFor(state, failed, { columns: 30 })).toMatchInlineSnapshot(`"✗ fetch  800ms  Cannot reach …"`);
});

test('the summary of a planned run', () => {
  expect(textSummary(fold('done-with-planner'), { tracePath: '~/.pflow/debug/trace-a.jsonl' }))
    .toMatchInlineSnapshot(`
      "✓ summarize report.txt  done after 8.2s
        cost      $0.0220, 4,612 tok, 4 calls (planner $0.0174, workflow $0.0046)
        cache     saved $0.0022
        critical  path 8.2s: llm_summarize 2.9s, workflow-generator 2.2s, component-browsing 1.8s
        slowest   llm_summarize 2.9s, workflow-generator 2.2s, component-browsing 1.8s
        costliest workflow-generator $0.0087, component-browsing $0.0051, llm_summarize $0.0046
        trace     ~/.pflow/debug/trace-a.jsonl
        reopen    pflow tui --trace 0a1b2c3d"
    `);
});

test('the summary of a failed run', () => {
  expect(textSummary(fold('failed-in-exec'), { tracePath: '~/.pflow/debug/trace-a.jsonl' }))
    .toMatchInlineSnapshot(`
      "✗ test run  failed after 845ms
        cost      n/a (no model called)
        critical  path 845ms: fetch 800ms, read_file 45ms
        slowest   fetch 800ms, read_file 45ms
        error     fetch: Cannot reach example.com (in exec).
        hint      Check the network.
        trace     ~/.pflow/debug/trace-a.jsonl
        reopen    pflow tui --trace 0a1b2c3d"
    `);
});

test('the summaries of a run with retries and of one without prices', () => {
  expect(textSummary(fold('retried'))).toMatchInlineSnapshot(`
    "✓ test run  done after 2.6s
      cost      $0.0268, 7,510 tok, 4 calls
      wasted    $0.0205 on 2 answers thrown away
      cache     saved $0.0054
      critical  path 2.6s: extract 2.6s
      slowest   extract 2.6s
      costliest extract $0.0268
      warning   extract: It failed 2 times and the run continued: 529 overloaded"
  `);
  expect(textSummary(fold('unpriced-model'))).toMatchInlineSnapshot(`
    "✓ test run  done after 900ms
      cost      ≥ $0.0045 + unpriced, 2,200 tok, 3 calls
      unpriced  frobnicator-9000, gpt-4.1
      critical  path 900ms: known 300ms, mystery 300ms, silent 300ms
      slowest   known 300ms, mystery 300ms, silent 300ms
      costliest known $0.0045
      warning   silent: The usage of gpt-4.1 is unknown: the response reports none.
      warning   The price of acme/frobnicator-9000 is unknown: the prices of acme are not known, and an…"
  `);
  expect(textSummary(fold('budget'))).toMatchInlineSnapshot(`
    "■ test run  stopped by its budget after 2.0s
      cost      $0.5025, 136,000 tok, 2 calls
      cache     cost $0.0225 to write
      critical  path 2.0s: first 1.0s, second 1.0s
      slowest   first 1.0s, second 1.0s
      costliest first $0.3300, second $0.1725
      error     The run cost $0.50, more than --max-cost $0.40."
  `);
});

test.each(fixtureNames)('the summary of %s has at most 20 lines and no control characters', (name) => {
  const lines = textSummary(fold(name), { tracePath: '/tmp/\u001b[2Jtrace.jsonl' }).split('\n');
  expect(lines.length).toBeLessThanOrEqual(20);
  // oxlint-disable-next-line no-control-regex
  expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(line))).toEqual([]);
});

test('of many errors the summary shows the last few', () => {
  const events = buildTrace((t) => {
    t.stage(
      'workflow',
      () => {
        for (let i = 0; i < 30; i++) t.node(`n${i}`, { fails: `error ${i}` });
      },
      { fails: 'gave up' },
    );
    t.finish('failed');
  });
  const summary = textSummary(reduceEvents(events, { prices: testPrices }), { tracePath: '/tmp/t.jsonl' });
  expect(summary).toContain('n29: error 29');
  expect(summary).toContain('more errors');
  expect(summary.split('\n').at(-2)).toBe('  trace     /tmp/t.jsonl');
});

test('the summary shows the number of masked secrets', () => {
  const summary = (masked: number) => {
    const events = [...readFixture('done-without-planner')];
    return textSummary(
      reduceEvents(
        events.map((event) => (event.type === 'run.finished' ? { ...event, masked } : event)),
        { prices: testPrices },
      ),
    );
  };
  expect(summary(3)).toContain('\n  masked    3 secrets');
  expect(summary(1)).toContain('\n  masked    1 secret');
  expect(summary(0)).not.toContain('masked');
});

test('a hint of several lines is on several lines, and a call without a cost is n/a', () => {
  const state = fold('failed-in-exec');
  const error = { name: 'PflowError', message: 'No.', hint: 'Try this.\n  Or that.' };
  const failed = { ...state, finished: { ...state.finished!, error } };
  expect(textSummary(failed)).toMatch(/ {2}hint {6}Try this\.\n {12}Or that\./);
  const unpriced = { ...state, totals: { ...state.totals, calls: 1, usd: 0, priced: false, free: false } };
  expect(textSummary(unpriced)).toMatch(/cost {6}n\/a, /);
});
