import { expect, test } from 'vitest';
import { buildTrace, type LlmCallFields, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** The Cost tab of a node that made these calls, without the surrounding lines. */
function costTab(calls: readonly LlmCallFields[], model?: { provider: string; model: string }): string {
  const script = (t: TraceBuilder) =>
    void t.stage('workflow', () => {
      t.node('ask', { nodeType: 'llm' }, () => calls.forEach((call) => void t.llm(call)));
    });
  const events = buildTrace(script, model ? { model: { ...model, reason: 'test', free: true } } : {});
  const screen = new TestScreen(events, { columns: 90, rows: 40 }).press('j', 'enter', '8');
  return `\n${screen.lines().slice(5, -1).join('\n').trimEnd()}\n`;
}

test('the cost of a priced call is computed line by line', () => {
  const usage = { cacheRead: 800, cacheWrite: 100, cacheWrite5m: 100, total: 1460 };
  expect(costTab([{ input: 1200, output: 260, usage: { ...usage, input: 1200, output: 260 } }]))
    .toMatchInlineSnapshot(`
      "
       uncached input 300 × $3 per million    =   $0.0009
       cache read     800 × $0.3 per million  =  $0.00024
       cache write 5m 100 × $3.75 per million = $0.000375
       output         260 × $15 per million   =   $0.0039
                                                ─────────
                                                $0.005415
       cost           $0.0054, tokens × rates
       priced as      anthropic/claude-sonnet-4-5
       matched by     exact
       rates          pricing.default.json of 2026-01-01
       tokens         reported in the form of test
       cache          800 of 1,200 tokens read, saved $0.0022, writing cost $0.000075 on top
      "
    `);
});

test('a cost reported by the provider takes precedence over token rates', () => {
  expect(costTab([{ input: 10, output: 5, usage: { input: 10, output: 5, reportedCostUsd: 0.0123 } }]))
    .toMatchInlineSnapshot(`
    "
     cost           $0.0123, as the provider itself reported it
     tokens         reported in the form of test
    "
  `);
});

test('a replayed call costs nothing and shows what it cost when it was recorded', () => {
  const pane = costTab([{ input: 100, output: 50, replayed: true }]);
  expect(pane).toContain('cost           replayed from a recording, where it cost $0.0010');
});

test('a cost of estimated tokens is marked as an estimate', () => {
  expect(costTab([{ input: 100, output: 50, usageOrigin: 'estimated' }])).toMatchInlineSnapshot(`
    "
     uncached input ~100 × $3 per million  =  $0.0003
     output          ~50 × $15 per million = $0.00075
                                             ────────
                                             $0.00105
     cost           ~$0.0010, from estimated counts of tokens
     priced as      anthropic/claude-sonnet-4-5
     matched by     exact
     rates          pricing.default.json of 2026-01-01
     tokens         estimated
    "
  `);
});

test('a local model is free, and offline rules have no price', () => {
  expect(costTab([{ provider: 'ollama', model: 'llama', free: true, input: 10, output: 5 }])).toContain(
    'free: the model runs locally or costs nothing',
  );
  const rules = { provider: 'offline', model: 'rules' };
  expect(
    costTab([{ ...rules, free: true, input: 10, output: 5, usageOrigin: 'estimated' }], rules),
  ).toContain('n/a: rules and no model answered');
});

test('an unpriced model and a response without tokens have different messages for the unknown cost', () => {
  expect(costTab([{ model: 'claude-of-tomorrow', input: 5, output: 5 }])).toMatchInlineSnapshot(`
    "
     cost           not known: no rate is known for claude-of-tomorrow. It can be set in
                    ~/.pflow/pricing.json
     tokens         reported in the form of test
     warning 1      no price is known for claude-of-tomorrow at anthropic
    "
  `);
  expect(costTab([{}])).toMatchInlineSnapshot(`
    "
     cost           not known: the provider reported no tokens
     tokens         not reported
    "
  `);
});

test('the costs of several calls are summed, and the wasted part is shown', () => {
  expect(
    costTab([
      { attempt: 1, input: 1000, output: 100, unusable: true },
      { attempt: 2, input: 1000, output: 100 },
    ]),
  ).toMatchInlineSnapshot(`
    "
     all calls      2 calls, $0.0090
     wasted         $0.0045 on answers that were thrown away

     call 1 of 2 · anthropic/claude-sonnet-4-5
     uncached input 1,000 × $3 per million  =  $0.003
     output           100 × $15 per million = $0.0015
                                              ───────
                                              $0.0045
     cost           $0.0045, tokens × rates
     priced as      anthropic/claude-sonnet-4-5
     matched by     exact
     rates          pricing.default.json of 2026-01-01
     tokens         reported in the form of test
     wasted         the answer was paid for and thrown away

     call 2 of 2 · anthropic/claude-sonnet-4-5
     uncached input 1,000 × $3 per million  =  $0.003
     output           100 × $15 per million = $0.0015
                                              ───────
                                              $0.0045
     cost           $0.0045, tokens × rates
     priced as      anthropic/claude-sonnet-4-5
     matched by     exact
     rates          pricing.default.json of 2026-01-01
     tokens         reported in the form of test
    "
  `);
});

test('on a narrow screen the arithmetic is wrapped, not truncated', () => {
  const script = (t: TraceBuilder) =>
    void t.stage('workflow', () => void t.node('ask', {}, () => void t.llm({ input: 1200, output: 260 })));
  const screen = new TestScreen(buildTrace(script), { columns: 40, rows: 24 }).press('j', 'enter', '8');
  expect(screen.lines().join(' ').replaceAll(/\s+/g, ' ')).toContain('1,200 × $3 per million = $0.0036');
});
