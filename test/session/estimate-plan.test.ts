import { expect, onTestFinished, test, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLines } from '../../src/ledger/files/ledger-files.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { reportEstimate } from '../../src/session/budgets/estimate-plan.js';
import { callLine } from '../support/call-lines.js';
import type { EventOf } from '../../src/trace/event/event.js';
import { tableOf } from '../support/prices.js';
import { buildTrace } from '../support/trace-builder.js';

const choice = { provider: 'anthropic', model: 'claude-sonnet-4-5', free: false, reason: 'test' } as const;

const nodes = [{ id: 'ask', type: 'llm', params: { prompt: '${text}' } }];
const planned: Omit<EventOf<'workflow.planned'>, 'seq' | 'at'> = {
  type: 'workflow.planned',
  origin: 'planned',
  name: 'new',
  ir: { ir_version: '0.1.0', nodes, edges: [] },
  nodes: [{ id: 'ask', type: 'llm' }],
  edges: [],
};

async function report(runs: number): Promise<string[]> {
  const home = mkdtempSync(join(tmpdir(), 'pflow-estimate-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
  vi.stubEnv('PFLOW_HOME', home);
  const at = new Date().toISOString();
  const lines = Array.from({ length: runs }, (_, i) =>
    callLine({ id: `${i}/1`, run: `run-${i}`, at, workflow: 'another' }),
  );
  appendLines(join(home, 'ledger'), lines);
  const state = reduceEvents(
    buildTrace((t) => void t.emit(planned)),
    { prices: tableOf({}) },
  );
  const printed: string[] = [];
  const { estimate } = await reportEstimate(state, choice, (line) => void printed.push(line));
  expect(estimate === null).toBe(runs < 3);
  return printed;
}

test('a workflow that never ran is estimated from earlier calls of nodes like its own, and not from fewer than 3', async () => {
  expect(await report(3)).toEqual([expect.stringMatching(/^estimate: .*\$0\.0045/)]);
  expect(await report(2)).toEqual([expect.stringMatching(/^estimate: none, there are fewer than 3 /)]);
});
