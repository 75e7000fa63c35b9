import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadBudgets } from '../../src/session/budgets/budget-settings.js';
import { limitByBudgets, type PlannedRun } from '../../src/session/budgets/limit-by-budgets.js';
import { appendLines } from '../../src/ledger/files/ledger-files.js';
import type { CallLine } from '../../src/ledger/files/ledger-line.js';
import { run } from '../../src/session/run.js';
import { callLine } from '../support/call-lines.js';
import { workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

const at = new Date().toISOString();

/** A home with these budgets, and calls made just now. */
function homeWith(budgets: unknown, calls: readonly Partial<CallLine>[] = []): string {
  const home = mkdtempSync(join(tmpdir(), 'pflow-budgets-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
  vi.stubEnv('PFLOW_HOME', home);
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ budgets }));
  appendLines(
    join(home, 'ledger'),
    calls.map((fields) => callLine({ at, ...fields })),
  );
  return home;
}

async function limit(
  options: { maxCost?: number; overBudget?: boolean; ledger?: boolean },
  run: PlannedRun = {},
) {
  const warnings: string[] = [];
  const limited = await limitByBudgets(options, run, (warning) => void warnings.push(warning));
  return { ...limited, warnings };
}

const month = { usd: 10, per: 'month' };

test('what is left of the tightest budget is the limit of the run, unless --max-cost is lower', async () => {
  homeWith([month, { usd: 9, per: 'day' }], [{ usd: 2 }]);
  expect(await limit({})).toEqual({ maxCost: 7, warnings: [] });
  expect(await limit({ maxCost: 1 })).toEqual({ maxCost: 1, warnings: [] });
  expect(await limit({ overBudget: true })).toEqual({ overBudget: true, warnings: [] });
});

test('a warning names what is spent from 80 % on', async () => {
  homeWith([month], [{ usd: 8 }]);
  expect(await limit({})).toEqual({
    maxCost: 2,
    warnings: ['budget of $10.00 a month: $8.00 spent (80 %).'],
  });
});

test('a run is refused only if nothing is left, and not where its model is free', async () => {
  homeWith([month], [{ usd: 10 }]);
  await expect(limit({})).rejects.toMatchObject({
    code: 'budget_exceeded',
    message: 'The budget of $10.00 a month is used up: $10.00 spent (100 %).',
  });
  expect((await limit({}, { free: true })).maxCost).toBeUndefined();
  expect((await limit({ overBudget: true })).maxCost).toBeUndefined();
});

test('a run is refused if its low estimate is above what is left', async () => {
  homeWith([month], [{ usd: 9 }]);
  const estimate = (usd: number | undefined) => ({ estimate: () => Promise.resolve(usd) });
  await expect(limit({}, estimate(1.01))).rejects.toMatchObject({ code: 'budget_exceeded' });
  expect((await limit({}, estimate(1))).maxCost).toBe(1);
  expect((await limit({}, estimate(undefined))).maxCost).toBe(1);
});

test('calls without a price warn and never block', async () => {
  homeWith([month], [{ usd: null }]);
  const { maxCost, warnings } = await limit({});
  expect(maxCost).toBe(10);
  expect(warnings.join()).toContain('without calls to claude-sonnet-4-5: no price known');
});

test('a budget for another model, workflow or project does not limit a run', async () => {
  homeWith([
    { ...month, model: 'opus' },
    { ...month, workflow: 'x' },
    { ...month, project: '/nowhere' },
  ]);
  expect(await limit({}, { model: 'openai/gpt-4.1', workflow: 'digest' })).toEqual({ warnings: [] });
});

test('a run that is left out of the ledger prints that it does not count', async () => {
  homeWith([month]);
  expect((await limit({ ledger: false })).warnings.join()).toContain('does not count in any budget');
});

test.each([
  [{ usd: 5 }, 'budgets must be a list'],
  [[5], 'budgets[0] must be an object'],
  [[{ usd: '5', per: 'day' }], 'budgets[0].usd must be an amount'],
  [[{ usd: 5, per: 'year' }], 'budgets[0].per must be'],
  [[{ usd: 5, per: 'day', team: 'x' }], 'no setting'],
  [[{ usd: 5, per: 'day', model: 3 }], 'budgets[0].model must be a text'],
])('budgets of %j are ignored with a warning', (budgets, warning) => {
  homeWith(budgets);
  expect(loadBudgets()).toEqual({ budgets: [], warnings: [expect.stringContaining(warning)] });
});

test('a used up budget refuses runs and observed programs with exit code 3, but no plan; --over-budget runs them', async () => {
  const place = workspace();
  const home = place.env['PFLOW_HOME']!;
  appendLines(join(home, 'ledger'), [callLine({ at, usd: 6 })]);
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ budgets: [{ usd: 5, per: 'month' }] }));
  place.write('say.json', { nodes: [{ id: 'say', type: 'shell', params: { command: 'echo ran' } }] });
  const env = { OPENAI_API_KEY: 'sk-none' };
  const run = ['say.json', '-p', '--model', 'openai/gpt-4.1'];
  const [refused, over, observed, planned] = await Promise.all([
    place.pflow(run, { env }),
    place.pflow([...run, '--over-budget'], { env }),
    place.pflow(['profile', '--', 'echo', 'ran']),
    place.pflow(['plan', 'say.json', '--model', 'openai/gpt-4.1'], { env }),
  ]);
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toContain('The budget of $5.00 a month is used up: $6.00 spent (120 %)');
  expect(refused.stderr).toContain('--over-budget');
  expect([over.code, over.stdout.trim()]).toEqual([0, 'ran']);
  expect([observed.code, observed.stdout]).toEqual([3, '']);
  expect(planned.code).toBe(0);
});

test('budgets limit runs of the library: what is left is their limit, and a refused one has not started', async () => {
  const home = homeWith([{ usd: 3, per: 'day' }], [{ usd: 2.9 }]);
  vi.stubEnv('OPENAI_API_KEY', 'sk-test');
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 };
  const { url, received } = await serve(stream(chatChunks('Yes.', { model: 'gpt-4.1', usage })));
  vi.stubEnv('OPENAI_BASE_URL', `${url}/v1`);
  const workflow = {
    nodes: ['one', 'two'].map((id) => ({ id, type: 'llm', params: { prompt: id } })),
    edges: [{ from: 'one', to: 'two' }],
  };
  const options = { model: 'openai/gpt-4.1', ledger: true };
  const limited = await run(workflow, options);
  expect({ status: limited.status, calls: received.length }).toEqual({ status: 'budget', calls: 1 });
  expect(limited.metrics.warnings).toContainEqual({
    code: 'budget_low',
    message: 'budget of $3.00 a day: $2.90 spent (97 %).',
  });
  await expect(run(workflow, options)).rejects.toMatchObject({
    code: 'budget_exceeded',
    hint: expect.stringContaining('overBudget: true') as string,
  });
  expect(received).toHaveLength(1);
  expect((await run(workflow, { ...options, overBudget: true })).status).toBe('ok');
  expect(readdirSync(join(home, 'ledger'))).not.toEqual([]);
});
