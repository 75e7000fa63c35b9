import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'traces', `${name}.jsonl`);

test('whatif compares several models by node, and rejects a call that changes nothing', async () => {
  const { folder, pflow } = workspace();
  cpSync(fixture('done-with-planner'), join(folder, 'run.jsonl'));
  const models = ['--model', 'anthropic/claude-sonnet-4-5,gpt-5-mini', '--node', 'llm_summarize'];
  const [text, json, none] = await Promise.all([
    pflow(['whatif', 'run.jsonl', ...models]),
    pflow(['whatif', 'run.jsonl', ...models, '--output-format', 'json']),
    pflow(['whatif', 'run.jsonl']),
  ]);
  expect(text.stdout).toMatch(/with anthropic\/claude-sonnet-4-5:[^]*this changes no call of the run/);
  expect(text.stdout).toMatch(
    /llm_summarize +claude-sonnet-4-5 → gpt-5-mini +1 +\$\S+ +~\$\S+ +\$\S+ – \$\S+ +−\d+ %/,
  );
  const { cost_usd, alternatives } = JSON.parse(json.stdout);
  const [same, other] = alternatives;
  expect(same).toMatchObject({
    changed_calls: 0,
    would_cost_usd: cost_usd,
    low_usd: cost_usd,
    high_usd: cost_usd,
  });
  expect(other).toMatchObject({
    model: 'gpt-5-mini',
    node: 'llm_summarize',
    changed_calls: 1,
    estimated: true,
  });
  expect(other.low_usd).toBeLessThan(other.would_cost_usd);
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('Nothing would change.');
});

test('a run that is slower than the earlier ones in the ledger says so, in text and in JSON', async () => {
  const { env, write, pflow } = workspace();
  write('wf.json', { nodes: [{ id: 'nap', type: 'shell', params: { command: 'sleep 0.3' } }] });
  const line = (day: number) => ({
    v: 1,
    kind: 'run',
    run: `0a1b2c3d-0000-4000-8000-00000000000${day}`,
    at: `2026-01-0${day}T00:00:00.000Z`,
    workflow: 'wf',
    status: 'ok',
    ms: 20,
    models: [],
    totals: {},
    nodes: { nap: { ms: 10 } },
    source: 'run',
  });
  mkdirSync(join(env['PFLOW_HOME']!, 'ledger'), { recursive: true });
  const lines = [1, 2, 3, 4, 5, 6].map((day) => `${JSON.stringify(line(day))}\n`);
  writeFileSync(join(env['PFLOW_HOME']!, 'ledger', '2026-01.jsonl'), lines.join(''));
  const run = await pflow(['wf.json']);
  expect(run.stderr).toMatch(
    /compared: wf is \d+× slower than its last 6 runs \(.*, median 20ms\), most of all nap\n/,
  );
  const shown = JSON.parse((await pflow(['trace', 'show', '--output-format', 'json'])).stdout);
  expect(shown.regressions).toMatchObject([
    { metric: 'time', node: null, median: 20, runs: 6 },
    { metric: 'time', node: 'nap', median: 10, runs: 6 },
  ]);
});

test('check writes a baseline, passes the same run, fails on a limit and reports it as Markdown', async () => {
  const { folder, pflow } = workspace();
  cpSync(fixture('done-with-planner'), join(folder, 'run.jsonl'));
  const missing = pflow(['check', 'run.jsonl']);
  expect(await missing).toMatchObject({ code: 2, stdout: '' });
  expect(await pflow(['check', 'run.jsonl', '--write'])).toMatchObject({ code: 0, stdout: '' });
  const limits = ['--max-cost', '1', '--max-calls', 'llm_summarize=0'];
  const [same, over] = await Promise.all([
    pflow(['check', 'run.jsonl', '--output-format', 'json']),
    pflow(['check', 'run.jsonl', ...limits, '--output-format', 'markdown']),
  ]);
  expect(same.code).toBe(0);
  expect(JSON.parse(same.stdout)).toMatchObject({ passed: true, runs: 1 });
  expect(over.code).toBe(1);
  expect(over.stdout).toContain('| ✗ | llm\\_summarize calls | limit | 1 |');
  expect(over.stdout).toContain('| ✓ | cost | limit | $0.0220 |');
});

test('a command that verifies the result and a node decides the exit code, and its verdicts are compared and checked', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'The river rises.');
  write(
    'w.json',
    JSON.stringify({
      ir_version: '0.1.0',
      nodes: [
        { id: 'read', type: 'read-file', params: { file_path: 'notes.md' } },
        { id: 'say', type: 'echo', params: { message: '${read.content}', uppercase: true } },
      ],
      edges: [{ from: 'read', to: 'say' }],
    }),
  );
  const passed = await pflow(['w.json', '--verify', 'grep -q RIVER', '--verify-node', 'read=grep -q river']);
  expect(passed).toMatchObject({ code: 0, stderr: expect.stringContaining("verified: node 'read' passed") });
  const rejected = await pflow(['-p', 'w.json', '--verify', 'echo no sea; exit 3']);
  expect(rejected.code).toBe(1);
  expect(rejected.stderr).toContain('the answer did not pass `echo no sea; exit 3`: no sea');
  const { stdout } = await pflow(['compare', 'latest~1', 'latest', '--print']);
  expect(stdout).toMatch(/ok, passed → ok, rejected\n/);
  const checked = await pflow(['check', 'latest', 'latest~1', '--min-pass-rate', '60']);
  expect(checked).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('1 of 2 verified answers passed'),
  });
});

test('a node that was to be verified and did not run is a warning', async () => {
  const { pflow, write } = workspace();
  const nodes = [
    { id: 'choose', type: 'code', params: { code: "next = 'left';\nresult = 1;" } },
    { id: 'left', type: 'echo', params: { message: 'left' } },
    { id: 'right', type: 'echo', params: { message: 'right' } },
  ];
  const edges = [
    { from: 'choose', to: 'left', action: 'left' },
    { from: 'choose', to: 'right', action: 'right' },
  ];
  write('w.json', JSON.stringify({ ir_version: '0.1.0', nodes, edges }));
  const { code, stderr } = await pflow(['w.json', '--verify-node', 'right=true']);
  expect(code).toBe(0);
  expect(stderr).toContain("pflow: warning: The output of node 'right' was not verified: it is missing.");
});
