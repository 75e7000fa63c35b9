import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CallLine, LedgerLine, RunLine } from '../../src/ledger/files/ledger-line.js';
import { workspace, type Workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

/** Reads the lines of the ledger without pflow's own code. */
function ledgerOf({ env }: Workspace): { lines: LedgerLine[]; calls: CallLine[]; runs: RunLine[] } {
  const folder = join(env['PFLOW_HOME']!, 'ledger');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  const lines = files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LedgerLine),
  );
  return {
    lines,
    calls: lines.filter((line): line is CallLine => !('kind' in line)),
    runs: lines.filter((line): line is RunLine => 'kind' in line),
  };
}

const usage = { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 };
const asking = {
  nodes: [
    { id: 'one', type: 'llm', params: { prompt: 'PROMPT one' } },
    { id: 'two', type: 'llm', params: { prompt: 'PROMPT ${one.response}' } },
  ],
  edges: [{ from: 'one', to: 'two' }],
};

/** A loopback model server under the name of a priced model. */
async function model() {
  const { url } = await serve(stream(chatChunks('ANSWER', { usage })));
  return { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` };
}

test('a run is entered in the ledger as one line per call and one for the run, without any prompt or response', async () => {
  const place = workspace();
  place.write('ask.json', asking);
  await place.pflow(['-p', 'ask.json'], { env: { ...(await model()), TZ: 'Europe/Berlin' } });
  const { lines, calls, runs } = ledgerOf(place);
  expect(calls).toMatchObject([
    { node: 'one', model: 'gpt-test-1', usages: [{ usage: { input: 60, output: 40 } }], status: 'ok' },
    { node: 'two', tz: 'Europe/Berlin', workflow: 'ask', source: 'run', trace: place.traces()[0] },
  ]);
  expect(runs).toMatchObject([{ status: 'ok', totals: { calls: 2, tokens: 200 } }]);
  expect(lines.at(-1)).toBe(lines.find((line) => line === runs[0]));
  expect(JSON.stringify(lines)).not.toMatch(/PROMPT|ANSWER/);
});

test('--no-trace still enters the run in the ledger, and --no-ledger does not', async () => {
  const place = workspace();
  const env = await model();
  place.write('ask.json', asking);
  await place.pflow(['-p', 'ask.json', '--no-trace'], { env });
  expect(ledgerOf(place).calls).toHaveLength(2);
  expect(place.traces()).toEqual([]);
  await place.pflow(['-p', 'ask.json', '--no-ledger'], { env });
  expect(place.traces()).toHaveLength(1);
  expect(ledgerOf(place).lines).toHaveLength(3);
  const check = await place.pflow(['trace', 'verify', '--ledger']);
  expect([check.code, check.stdout]).toEqual([
    0,
    expect.stringContaining('1 trace compared, 0 missing runs entered'),
  ]);
});

test('a run whose process was killed is entered by the next run, with its finished calls', async () => {
  const place = workspace();
  const hanging = place.write('hang.json', hangingAfter(asking));
  const { child, ended } = place.start([hanging], { env: await model() });
  await expect.poll(() => existsSync(join(place.folder, 'started'))).toBe(true);
  child.kill('SIGKILL');
  await ended;
  expect(ledgerOf(place).lines).toEqual([]);
  place.write('hello.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await place.pflow(['-p', 'hello.json']);
  const { calls, runs } = ledgerOf(place);
  expect(calls.map(({ node, status }) => [node, status])).toEqual([
    ['one', 'ok'],
    ['two', 'ok'],
  ]);
  expect(runs.map(({ workflow, status }) => [workflow, status])).toEqual([
    ['hang', 'killed'],
    ['hello', 'ok'],
  ]);
});

test('a deleted ledger is rebuilt from the traces, and pruned traces stay in the ledger', async () => {
  const place = workspace();
  place.write('ask.json', asking);
  await place.pflow(['-p', 'ask.json'], { env: await model() });
  const before = ledgerOf(place).lines;
  rmSync(join(place.env['PFLOW_HOME']!, 'ledger'), { recursive: true });
  const { stdout } = await place.pflow(['trace', 'verify', '--ledger']);
  expect(stdout).toContain('1 trace compared, 1 missing run entered');
  const again = ledgerOf(place).lines;
  expect(again).toEqual(before.map((line) => ('kind' in line ? { ...line, late: true } : line)));
  await place.pflow(['trace', 'prune', '--keep', '0']);
  expect(place.traces()).toEqual([]);
  expect(ledgerOf(place).lines).toEqual(again);
});

test('a ledger that cannot be written causes a warning, and the run continues', async () => {
  const place = workspace();
  place.write('hello.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  const home = place.write('home', 'a file in place of the folder');
  const { code, stdout, stderr } = await place.pflow(['-p', '--no-trace', 'hello.json'], {
    env: { PFLOW_HOME: home },
  });
  expect([code, stdout]).toEqual([0, 'hello\n']);
  expect(stderr).toMatch(/The run is not in the ledger: ENOTDIR/);
});

function hangingAfter({ nodes, edges }: typeof asking): object {
  const hang = { id: 'hang', type: 'shell', params: { command: 'touch started; sleep 600' }, timeout: 600 };
  return { nodes: [...nodes, hang], edges: [...edges, { from: 'two', to: 'hang' }] };
}
