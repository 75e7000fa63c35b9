import { expect, test } from 'vitest';
import { createProfile, reduceEvents } from '../../../src/profile/run/profile.js';
import { computeCallHealth } from '../../../src/profile/analysis/call-health.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** Finishes an open call with the HTTP status of its response. */
function failWith(t: TraceBuilder, span: number, httpStatus: number, message: string): void {
  t.emit({
    type: 'span.finished',
    span,
    status: 'failed',
    error: { name: 'RequestFailure', message, code: 'llm_failed' },
    httpStatus,
    requestId: `req_${httpStatus}_${span}`,
    ...(httpStatus === 429 ? { retryReason: message } : {}),
  });
}

function request(t: TraceBuilder, attempt = 1): number {
  return t.open('llm', 'claude-sonnet-4-5', {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    attempt,
    parent: t.span,
  });
}

function troubledRun(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.node('ask', { nodeType: 'llm' }, () => {
      failWith(t.wait(80), request(t), 429, 'Too many requests.');
      failWith(t.wait(80), request(t, 2), 429, 'Still too many requests.');
      t.llm({ attempt: 3, ms: 900, input: 100, output: 20, firstTokenMs: 300 });
      for (const firstTokenMs of [500, 400]) t.llm({ ms: 900, input: 100, output: 20, firstTokenMs });
      t.llm({ model: 'claude-haiku-4-5', ms: 400, input: 100, output: 20, firstTokenMs: 90 });
      const refused = request(t);
      t.wait(100).respond(refused, {
        model: 'claude-sonnet-4-5',
        text: 'I cannot help.',
        input: 5,
        output: 5,
      });
      Object.assign(t.events.at(-1)!, { finishReason: 'refusal' });
      t.close(refused);
      failWith(t.wait(20), request(t), 529, 'Overloaded. \u001b[31m');
    });
  });
}

test('the health of calls counts retries, rate limits, refusals and failures, and times to the first token by model', () => {
  const run = reduceEvents(buildTrace(troubledRun), { prices: testPrices });
  const { lastFailed, models, ...counts } = computeCallHealth(run);
  expect(counts).toEqual({ retries: 2, rateLimited: 2, refusals: 1, failed: 3 });
  expect([...models]).toEqual([
    ['claude-sonnet-4-5', { firstTokenMs: [300, 400, 500] }],
    ['claude-haiku-4-5', { firstTokenMs: [90] }],
  ]);
  expect(lastFailed?.outcome?.requestId).toMatch(/^req_529_/);
});

test('the health of calls is the same incrementally and from the complete events', () => {
  const events = buildTrace(troubledRun);
  const profile = createProfile({ prices: testPrices });
  const live = events.map((event) => {
    profile.apply(event);
    return structuredClone(computeCallHealth(profile.state));
  });
  const replayed = events.map((_, i) =>
    structuredClone(computeCallHealth(reduceEvents(events.slice(0, i + 1), { prices: testPrices }))),
  );
  expect(live).toEqual(replayed);
});

test('the calls view shows the health of the calls and the last error with its request id', () => {
  const screen = new TestScreen(buildTrace(troubledRun)).press('4');
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run    ✓ done, 2 warnings 00:03.3   490 tok   cost ≥ $0.0019 + unpriced   anthropic/claude-sonnet-4-5 + 1
     │ workflow 3.4s ≥$0.0019 █████████████████████████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
           ▲at node                 model                       in  cached written     out  reason       cost  first  tok/s
    ❯✗ 00:00.0 ask                  claude-sonnet-4-5            –       –       –       –       –          –      –      –
     ✗ 00:00.1 ask                  claude-sonnet-4-5            –       –       –       –       –          –      –      –
     ✓ 00:00.1 ask                  claude-sonnet-4-5          100       –       –      20       –    $0.0006  300ms     33
     ✓ 00:01.0 ask                  claude-sonnet-4-5          100       –       –      20       –    $0.0006  500ms     50
     ✓ 00:01.9 ask                  claude-sonnet-4-5          100       –       –      20       –    $0.0006  400ms     40
     ✓ 00:02.8 ask                  claude-haiku-4-5           100       –       –      20       –   unpriced   90ms     65
     ✓ 00:03.2 ask                  claude-sonnet-4-5            5       –       –       5       –   $0.00009      –     50
     ✗ 00:03.3 ask                  claude-sonnet-4-5            –       –       –       –       –          –      –      –
     health       2 retries · 2 of status 429 · 1 refusal · 3 failed calls
     last error   HTTP 529 · request req_529_10 · ask at 00:03.3 · Overloaded. ␛[31m
     first token  claude-sonnet-4-5            p50 400ms  p95 500ms  of 3 calls
                  claude-haiku-4-5             p50 90ms  p95 90ms  of 1 call
     cost so far
       $0.0019│                                                                                            ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆█
              │                                                                                            █████████████████
              │                                                               ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆█████████████████
              │                                                               ██████████████████████████████████████████████
              │                                  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇██████████████████████████████████████████████
            $0│                                  ███████████████████████████████████████████████████████████████████████████
               0s              500ms           1s              1.5s            2s               2.5s            3s
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     8 calls · 405 in · 85 out · cost ≥ $0.0019 + unpriced
       Too many requests.

    ── changes · workflow ──────────────────────────────────────────────────────────────────────────────────────────────────
     Nothing in the store changed.

    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       ask                      3.4s 100%  ≥$0.0019 ████    total          3.4s
                                                            critical path  3.4s: ask 3.4s
                                                            tokens         490 in 8 calls
                                                            cost           ≥ $0.0019 + unpriced
                                                            models         anthropic/claude-sonnet-4-5 ×7  median 100ms
                                                                           $0.0019
     ? help  / search  ⏎ open  d diff  1…5 view  i invert  [ back in time  q quit
    "
  `);
});

test('the calls view shows the health of the calls at 80×24, and only the list at 40×10', () => {
  const events = buildTrace(troubledRun);
  expect(new TestScreen(events, { columns: 80, rows: 24 }).press('4').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test… ✓ done, 2 warnings 00:03.3   490 tok   cost ≥ $0.0019 + unpriced
     │ workflow 3.4s ≥$0.0019 █████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
           ▲at node            model                  in  cached     out       cost
    ❯✗ 00:00.0 ask             claude-sonnet-4-5       –       –       –          –
     ✗ 00:00.1 ask             claude-sonnet-4-5       –       –       –          –
     ✓ 00:00.1 ask             claude-sonnet-4-5     100       –      20    $0.0006
     ✓ 00:01.0 ask             claude-sonnet-4-5     100       –      20    $0.0006
     ✓ 00:01.9 ask             claude-sonnet-4-5     100       –      20    $0.0006
     ✓ 00:02.8 ask             claude-haiku-4-5      100       –      20   unpriced
     ✓ 00:03.2 ask             claude-sonnet-4-5       5       –       5   $0.00009
     ✗ 00:03.3 ask             claude-sonnet-4-5       –       –       –          –
     health       2 retries · 2 of status 429 · 1 refusal · 3 failed calls
     last error   HTTP 529 · request req_529_10 · ask at 00:03.3 · Overloaded. ␛[31m
     first token  claude-sonnet-4-5            p50 400ms  p95 500ms  of 3 calls
                  claude-haiku-4-5             p50 90ms  p95 90ms  of 1 call
    ── changes · workflow ──────────────────────────────────────────────────────────
       8 calls
     Nothing in the store changed.



     ? help  / search  ⏎ open  d diff  1…5 view  i invert  [ back in time  q quit
    "
  `);
  expect(new TestScreen(events, { columns: 40, rows: 10 }).press('4').text()).toMatchInlineSnapshot(`
    "
     test run    ✓ done, 2 warnings 00:03.3
       node                  out       cost
    ❯✗ ask                     –          –
     ✗ ask                     –          –
     ✓ ask                    20    $0.0006
     ✓ ask                    20    $0.0006
     ✓ ask                    20    $0.0006
     ✓ ask                    20   unpriced
     ✓ ask                     5   $0.00009
     ? help  / search  ⏎ open  q quit
    "
  `);
});

test('the health of calls without any problem takes one line', () => {
  const events = buildTrace(
    (t) => void t.node('ask', {}, () => void t.llm({ ms: 900, input: 100, output: 20 })),
  );
  expect(new TestScreen(events).press('4').lines()).toContain(
    ' health       no retries, 429s, refusals or failures',
  );
});
