import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { estimateWorkflow } from '../../../src/insights/history/estimate-workflow.js';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { appendLines } from '../../../src/ledger/files/ledger-files.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

/** Enters a run of `digest` into a ledger; what a run needs is `ms` and 1,000 tokens in. */
function enter(ledger: string, run: number, ms: number, fields: Parameters<typeof buildTrace>[1] = {}): void {
  const events = buildTrace(
    (t) => t.stage('workflow', () => t.node('ask', {}, () => t.llm({ ms, input: 1000, output: 0 }))),
    {
      run: `0a1b2c3d-0000-4000-8000-00000000000${run}`,
      startedAt: `2026-01-0${run}T10:00:00.000Z`,
      workflow: { name: 'digest' },
      ...fields,
    },
  );
  appendLines(ledger, foldLedger(reduceEvents(events, { prices: testPrices }), undefined));
}

test('the estimate is from runs of the workflow with the model, without those that only continued another', () => {
  const ledger = mkdtempSync(join(tmpdir(), 'pflow-estimate-'));
  onTestFinished(() => rmSync(ledger, { recursive: true, force: true }));
  const wanted = { workflow: 'digest', model: 'anthropic/claude-sonnet-4-5' };
  for (const run of [1, 2]) enter(ledger, run, 900);
  enter(ledger, 3, 5, { basedOn: { run: 'r', node: 'ask' } });
  enter(ledger, 4, 5, { workflow: { name: 'other' } });
  expect(estimateWorkflow(ledger, wanted)).toBeUndefined();
  enter(ledger, 5, 900);
  expect(estimateWorkflow(ledger, wanted)).toMatchObject({
    runs: 3,
    time: { likely: 900 },
    tokens: { likely: 1000 },
    cost: { likely: expect.closeTo(0.003, 10) },
  });
  expect(estimateWorkflow(ledger, { ...wanted, model: 'openai/gpt-4.1' })).toBeUndefined();
});
