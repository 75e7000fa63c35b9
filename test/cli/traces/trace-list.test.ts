import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldLedger } from '../../../src/ledger/enter/fold-ledger.js';
import { appendLines } from '../../../src/ledger/files/ledger-files.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { workspace, type Workspace } from '../../support/cli.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, formatTrace, type LlmCallFields } from '../../support/trace-builder.js';

type RunFields = Readonly<{
  run: string;
  at: string;
  workflow?: string;
  status?: 'ok' | 'failed' | 'cancelled' | 'budget';
  call?: LlmCallFields;
  tags?: Record<string, string>;
  /** Undefined if the trace was pruned. */
  hasTrace?: boolean;
}>;

/** Enters a past run, in local time, as pflow would have entered it then. */
function enter(
  { env }: Workspace,
  { run, at, workflow = 'wf', status = 'ok', call, tags, hasTrace }: RunFields,
): void {
  const home = env['PFLOW_HOME']!;
  const startedAt = new Date(at);
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => void (call && t.llm(call)));
      t.wait(1500).finish(status);
    },
    {
      run: `${run}-0000-4000-8000-000000000001`,
      startedAt: startedAt.toISOString(),
      workflow: { name: workflow },
      ...(tags ? { tags } : {}),
    },
  );
  const stamp = at.replaceAll(/[-:]/g, '').replace('T', '-');
  const path = join(home, 'debug', `trace-${workflow}-${stamp}-${run}.jsonl`);
  mkdirSync(join(home, 'debug'), { recursive: true });
  if (hasTrace !== false) writeFileSync(path, formatTrace(events));
  appendLines(join(home, 'ledger'), foldLedger(reduceEvents(events, { prices: testPrices }), path));
}

const runs: readonly RunFields[] = [
  { run: '0000000a', at: '2026-01-10T08:00:00', workflow: 'digest', call: { input: 1000, output: 100 } },
  {
    run: '0000000b',
    at: '2026-01-11T09:00:00',
    workflow: 'digest',
    status: 'failed',
    tags: { team: 'search' },
  },
  {
    run: '0000000c',
    at: '2026-02-01T00:00:00',
    workflow: 'report',
    call: { model: 'gpt-4.1', provider: 'openai', input: 2_000_000, output: 0 },
    tags: { team: 'ads', env: 'ci' },
  },
  {
    run: '0000000d',
    at: '2026-02-02T10:00:00',
    workflow: 'old',
    hasTrace: false,
    call: { model: 'unheard-of-1', input: 5, output: 5 },
  },
];

test('runs are listed with headings, newest first, with status, start, time, model, tokens, cost and tags', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  const { stdout } = await place.pflow(['trace', 'list']);
  expect(stdout).toMatchInlineSnapshot(`
    "run       started              status  time  model                 tokens     cost  tags             name
    0000000d  2026-02-02 10:00:00  ok      1.6s  unheard-of-1              10        ?                   old (no trace)
    0000000c  2026-02-01 00:00:00  ok      1.6s  gpt-4.1            2,000,000    $4.00  team=ads env=ci  report
    0000000b  2026-01-11 09:00:00  failed  1.5s                                         team=search      digest
    0000000a  2026-01-10 08:00:00  ok      1.6s  claude-sonnet-4-5      1,100  $0.0045                   digest
    "
  `);
});

test.each([
  [['--failed'], '0000000b'],
  [['--workflow', 'DIGEST'], '0000000b 0000000a'],
  [['--model', 'gpt'], '0000000c'],
  [['--model', 'anthropic/'], '0000000d 0000000a'],
  [['--since', '2026-01-11'], '0000000d 0000000c 0000000b'],
  [['--tag', 'team'], '0000000c 0000000b'],
  [['--tag', 'team=ads', '--tag', 'env=ci'], '0000000c'],
  [['--tag', 'team=search', '--workflow', 'report'], ''],
])('`trace list` with %j lists %s', async (args, expected) => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  const { stdout } = await place.pflow(['trace', 'list', '--output-format', 'json', ...args]);
  expect((JSON.parse(stdout) as { run: string }[]).map(({ run }) => run).join(' ')).toBe(expected);
});

test('the JSON list has null for an unknown cost and no path for a pruned trace', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  const { stdout } = await place.pflow(['trace', 'list', '--output-format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([
    { run: '0000000d', cost_usd: null, tokens_total: 10, path: null },
    { run: '0000000c', cost_usd: 4, models: ['openai/gpt-4.1'], tags: { team: 'ads', env: 'ci' } },
    { run: '0000000b', cost_usd: null, tokens_total: 0, status: 'failed' },
    {
      run: '0000000a',
      workflow: 'digest',
      duration_ms: 1600,
      time: '2026-01-10T08:00:00',
      cost_usd: expect.closeTo(0.0045, 12) as number,
    },
  ]);
});

test('an invalid time is a usage error', async () => {
  const { code, stderr } = await workspace().pflow(['trace', 'list', '--since', 'soon']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Expected an age such as 24h or 7d')]);
});

test('a run in progress is listed as running, and as killed once its process is gone', async () => {
  const place = workspace();
  place.write('wait.json', {
    nodes: [{ id: 'wait', type: 'shell', params: { command: 'touch here; sleep 600' } }],
  });
  const { child, ended } = place.start(['wait.json', '--tag', 'team=a']);
  await expect.poll(() => existsSync(join(place.folder, 'here'))).toBe(true);
  const list = async () =>
    JSON.parse((await place.pflow(['trace', 'list', '--output-format', 'json'])).stdout) as object[];
  expect(await list()).toMatchObject([{ name: 'wait', status: 'running', tags: { team: 'a' } }]);
  child.kill('SIGKILL');
  await ended;
  expect(await list()).toMatchObject([{ name: 'wait', status: 'killed' }]);
  expect((await place.pflow(['trace', 'list', '--failed'])).stdout).toContain('killed');
});

test('a run without a trace is listed while it is in progress', async () => {
  const place = workspace();
  place.write('wait.json', {
    nodes: [{ id: 'wait', type: 'shell', params: { command: 'touch here; sleep 600' } }],
  });
  place.start(['wait.json', '--no-trace']);
  await expect.poll(() => existsSync(join(place.folder, 'here'))).toBe(true);
  expect((await place.pflow(['trace', 'list'])).stdout).toMatch(/ running .*run \(no trace\)\n$/);
});

test('traces missing from the ledger are listed with the status from their last event', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  rmSync(join(place.env['PFLOW_HOME']!, 'ledger'), { recursive: true });
  const { stdout } = await place.pflow(['trace', 'list', '--output-format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([
    { run: '0000000c', status: 'ok', tokens_total: null, cost_usd: null, workflow: 'report' },
    { run: '0000000b', status: 'failed', tags: { team: 'search' } },
    { run: '0000000a', status: 'ok', duration_ms: 1600 },
  ]);
});

test('--trace-dir lists only the runs of that folder', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  place.write('hello.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await place.pflow(['-p', 'hello.json', '--trace-dir', 'traces']);
  const { stdout } = await place.pflow(['trace', 'list', '--trace-dir', 'traces', '--output-format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'hello', status: 'ok', tokens_total: 0 }]);
  expect((await place.pflow(['trace', 'list'])).stdout).toContain(' hello\n');
});

test('latest~n is accepted wherever a run can be named', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  for (const args of [
    ['trace', 'show'],
    ['trace', 'verify'],
    ['trace', 'export'],
    ['tui', '--trace'],
  ]) {
    const { code, stdout, stderr } = await place.pflow([...args, 'latest~1']);
    expect([args, code, stdout + stderr]).toEqual([
      args,
      0,
      expect.stringMatching(/0000000b|digest|test run/),
    ]);
  }
  const { code, stderr } = await place.pflow(['trace', 'show', 'latest~3']);
  expect([code, stderr]).toEqual([2, expect.stringContaining("'latest~3' is beyond the oldest trace.")]);
});

test('a run id finds a trace in another folder through the ledger, or reports that it was pruned', async () => {
  const place = workspace();
  for (const each of runs) enter(place, each);
  place.write('hello.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await place.pflow(['-p', 'hello.json', '--trace-dir', 'traces']);
  const [{ run }] = JSON.parse(
    (await place.pflow(['trace', 'list', '--trace-dir', 'traces', '--output-format', 'json'])).stdout,
  ) as [{ run: string }];
  expect((await place.pflow(['trace', 'show', run])).stdout).toContain('say');
  const pruned = await place.pflow(['trace', 'show', '0000000d']);
  expect([pruned.code, pruned.stderr]).toEqual([
    2,
    expect.stringContaining('Run 0000000d has no trace any more'),
  ]);
});
