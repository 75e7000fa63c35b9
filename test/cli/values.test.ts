import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { EventOf } from '../../src/trace/event/event.js';
import { workspace, type Workspace } from '../support/cli.js';

const long = Array.from({ length: 5000 }, (_, i) => `line ${i}`).join('\n');

const flow = {
  nodes: [
    { id: 'read', type: 'read-file', params: { file_path: 'long.txt' } },
    { id: 'say', type: 'echo', params: { message: '${read.content}' } },
  ],
  edges: [{ from: 'read', to: 'say' }],
  outputs: { said: { source: '${say.echo}' } },
};

/** Runs that workflow and returns its trace and blob file. */
async function fullRun({ write, pflow, debugFiles }: Workspace): Promise<{ trace: string; values: string }> {
  write('long.txt', long);
  write('wf.json', flow);
  expect(await pflow(['-p', '--capture', 'full', 'wf.json'])).toMatchObject({ code: 0 });
  return twoFiles(debugFiles());
}

function twoFiles(paths: readonly string[]): { trace: string; values: string } {
  const values = paths.find((path) => path.endsWith('.values.jsonl'))!;
  return { trace: values.replace('.values', ''), values };
}

test('full capture stores each long value once in the blob file and keeps the trace small', async () => {
  const space = workspace();
  const { trace, values } = await fullRun(space);
  const text = readFileSync(trace, 'utf8');
  expect(text.match(/"\$":"cut-text"/g)!.length).toBeGreaterThan(3);
  expect(text.length).toBeLessThan(80_000);
  const lines = readFileSync(values, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual([['sha256', 'value']]);
  expect(statSync(values).mode & 0o777).toBe(0o600);
  const check = await space.pflow(['trace', 'verify']);
  expect([check.code, check.stdout]).toEqual([0, expect.stringMatching(/events, valid\n$/)]);
});

test('long values are kept by default: a run resumes from them and `trace verify` accepts them', async () => {
  const space = workspace();
  space.write('long.txt', long);
  space.write('huge.txt', 'x'.repeat(300_000));
  space.write('wf.json', {
    ...flow,
    nodes: [...flow.nodes, { id: 'huge', type: 'read-file', params: { file_path: 'huge.txt' } }],
    edges: [...flow.edges, { from: 'say', to: 'huge' }],
  });
  expect(await space.pflow(['-p', 'wf.json'])).toMatchObject({ code: 0 });
  const { values } = twoFiles(space.debugFiles());
  expect(readFileSync(values, 'utf8')).toContain('line 4999');
  expect(readFileSync(values, 'utf8')).not.toContain('xxxx');
  expect(await space.pflow(['trace', 'verify'])).toMatchObject({ code: 0 });
  space.write('long.txt', '');
  const again = await space.pflow(['-p', 'rerun', 'latest', '--from', 'say']);
  expect([again.code, again.stdout.includes('line 2500')]).toEqual([0, true]);
});

test('the blob file is not listed as a trace and is pruned with its trace', async () => {
  const space = workspace();
  const { trace, values } = await fullRun(space);
  const { stdout } = await space.pflow(['trace', 'list', '--output-format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([{ path: trace, status: 'ok' }]);
  expect(await space.pflow(['trace', 'check', 'latest'])).toMatchObject({ code: 0 });
  const bytes = statSync(trace).size + statSync(values).size;
  expect((await space.pflow(['trace', 'prune', '--max-size', String(bytes)])).stdout).toContain('Nothing');
  expect(await space.pflow(['trace', 'prune', '--max-size', String(bytes - 1)])).toMatchObject({ code: 0 });
  expect(readdirSync(dirname(trace))).toEqual([]);
});

test('a resumed run and the shown result use full values', async () => {
  const space = workspace();
  await fullRun(space);
  const shown = await space.pflow(['trace', 'show', '--output-format', 'json']);
  expect((JSON.parse(shown.stdout) as { result: string }).result.trim()).toContain('line 4999');
  rmSync(space.write('long.txt', ''));
  const again = await space.pflow(['-p', 'rerun', 'latest', '--from', 'say']);
  expect([again.code, again.stdout.length]).toEqual([0, expect.any(Number)]);
  expect(again.stdout).toContain('line 2500');
});

test('a result that exceeds the kept length is shown with a notice', async () => {
  const space = workspace();
  space.write('long.txt', 'x'.repeat(300_000));
  space.write('wf.json', flow);
  await space.pflow(['-p', 'wf.json']);
  const shown = await space.pflow(['trace', 'show', '--output-format', 'json']);
  expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([
    0,
    { is_error: false, warnings: [{ code: 'value_cut' }] },
  ]);
  expect(shown.stderr).toContain(
    'The result is not complete: 292,832 characters are not in the trace (--capture full keeps it).',
  );
  await space.pflow(['-p', '--capture', 'full', 'wf.json']);
  expect((await space.pflow(['trace', 'show', 'latest', '--output-format', 'json'])).stderr).toBe('');
});

test('a trace without its blob file can be read, and missing values are reported', async () => {
  const space = workspace();
  const { values } = await fullRun(space);
  const bytes = readFileSync(values, 'utf8');
  writeFileSync(values, `${bytes.replace('line 77', 'line 78')}{"sha256":"torn`);
  const damaged = await space.pflow(['trace', 'verify']);
  expect(damaged.code).toBe(1);
  expect(damaged.stdout).toMatch(/values line 1: the value does not match its hash/);
  expect(damaged.stdout).toContain('values: the last line is torn');
  expect(damaged.stdout).toMatch(/event \d+: value [0-9a-f]{16} is not in /);
  rmSync(values);
  expect(await space.pflow(['trace', 'show'])).toMatchObject({ code: 0 });
  const again = await space.pflow(['-p', 'rerun', 'latest', '--from', 'say']);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toContain('read.content was too large to be captured in full');
  expect(again.stderr).toContain('The values file of the trace may be missing');
});

test('a killed process leaves a trace with all of its full values', async () => {
  const { write, start, pflow, traces, debugFiles } = workspace();
  write('long.txt', long);
  const slow = { id: 'slow', type: 'shell', params: { command: 'sleep 60', stdin: '${read.content}' } };
  write('wf.json', { nodes: [flow.nodes[0], slow], edges: [{ from: 'read', to: 'slow' }] });
  const { child, said, ended } = start(['--capture', 'full', 'wf.json']);
  await said('✓ read');
  await expect
    .poll(() =>
      readFileSync(
        traces().find((path) => !path.includes('.values'))!,
        'utf8',
      ),
    )
    .toContain('"slow"');
  child.kill('SIGKILL');
  await ended;
  expect(readFileSync(twoFiles(debugFiles()).values, 'utf8')).toContain('line 4999');
  const { stdout } = await pflow(['trace', 'verify']);
  expect(stdout).toContain('1 problem\n  run.finished is missing');
});

test('concurrent batch items share one blob file', async () => {
  const space = workspace();
  space.write('long.txt', long);
  space.write('wf.json', {
    nodes: [
      {
        id: 'read',
        type: 'read-file',
        params: { file_path: '${path}' },
        batch: { items: Array(20).fill('long.txt'), as: 'path', parallel: true, max_concurrent: 10 },
      },
    ],
  });
  expect(await space.pflow(['-p', '--capture', 'full', 'wf.json'])).toMatchObject({ code: 0 });
  const { trace, values } = twoFiles(space.debugFiles());
  expect(await space.pflow(['trace', 'verify'])).toMatchObject({ code: 0 });
  const texts = readFileSync(values, 'utf8')
    .split('\n')
    .filter((line) => line.includes('line 4999'));
  expect(texts.length).toBeLessThanOrEqual(2);
  const events = readFileSync(trace, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EventOf<'span.started'>);
  expect(events.filter(({ kind }) => kind === 'item')).toHaveLength(20);
});

test('without a trace no blob file is written', async () => {
  const { write, pflow, debugFiles } = workspace();
  write('long.txt', long);
  write('wf.json', flow);
  expect(await pflow(['-p', '--no-trace', '--capture', 'full', 'wf.json'])).toMatchObject({ code: 0 });
  expect(debugFiles()).toEqual([]);
});
