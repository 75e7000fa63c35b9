import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../../support/cli.js';

const hello = { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] };

/** Finished traces of earlier days, oldest first. */
function older({ env }: Workspace, count: number, bytes = 200): string[] {
  const folder = join(env['PFLOW_HOME']!, 'debug');
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, i) => {
    const path = join(folder, `trace-old-20250101-0000${String(i).padStart(2, '0')}-0000000${i}.jsonl`);
    const end = '{"seq":1,"at":5,"type":"run.finished","status":"ok"}\n';
    writeFileSync(path, `${'{"seq":0,"format":"pflow-trace"}'.padEnd(bytes - end.length - 1)}\n${end}`);
    return path;
  });
}

const settings = ({ env, write }: Workspace, content: unknown) => {
  mkdirSync(env['PFLOW_HOME']!, { recursive: true });
  write('.home/settings.json', content as object);
};

test('`trace prune` deletes the oldest traces beyond a number or a size', async () => {
  const place = workspace();
  const [first, second, ...rest] = older(place, 5);
  const byCount = await place.pflow(['trace', 'prune', '--keep', '3']);
  expect([byCount.code, byCount.stdout]).toEqual([0, 'Deleted 2 traces, 400 B.\n']);
  expect([first, second].map((path) => existsSync(path!))).toEqual([false, false]);
  const bySize = await place.pflow(['trace', 'prune', '--max-size', '0.5kB']);
  expect(bySize.stdout).toBe('Deleted 1 trace, 200 B.\n');
  expect(place.traces().toSorted()).toEqual(rest.slice(1));
  expect((await place.pflow(['trace', 'prune'])).stdout).toMatch(/^Nothing to delete in /);
});

test('`trace prune --dry-run` only lists the traces', async () => {
  const place = workspace();
  const [first] = older(place, 3);
  const { stdout } = await place.pflow(['trace', 'prune', '--keep', '2', '--dry-run']);
  expect(stdout).toBe(`${first}\nWould delete 1 trace, 200 B.\n`);
  expect(place.traces()).toHaveLength(3);
});

test('an invalid size is a usage error', async () => {
  const { pflow } = workspace();
  for (const size of ['', 'big', '2XB', '-1MB'])
    expect(await pflow(['trace', 'prune', '--max-size', size])).toMatchObject({ code: 2, stdout: '' });
});

test('after a run, old traces beyond the limits of the settings are deleted, but never its own', async () => {
  const place = workspace();
  const traces = older(place, 4);
  settings(place, { traces: { keep: 2, maxSize: '1MB' } });
  place.write('wf.json', hello);
  expect(await place.pflow(['-p', 'wf.json'])).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  expect(place.traces()).toHaveLength(2);
  expect(place.traces()).toContain(traces.at(-1));
  expect(place.traces().some((path) => path.includes('trace-wf-'))).toBe(true);
});

test('the trace of the finished run is kept even if it exceeds the size limit', async () => {
  const place = workspace();
  older(place, 2);
  settings(place, { traces: { maxSize: '1B' } });
  place.write('wf.json', hello);
  await place.pflow(['-p', 'wf.json']);
  expect(place.traces()).toEqual([expect.stringContaining('trace-wf-')]);
});

test('traces in a --trace-dir folder are never pruned', async () => {
  const place = workspace();
  settings(place, { traces: { keep: 1 } });
  place.write('wf.json', hello);
  const mine = join(place.folder, 'mine');
  const kept = older(place, 3);
  for (let i = 0; i < 3; i++) await place.pflow(['-p', 'wf.json', '--trace-dir', mine]);
  expect(readdirSync(mine)).toHaveLength(3);
  // A run whose trace is in another folder prunes nothing.
  expect(place.traces().toSorted()).toEqual(kept);
});

test('traces that cannot be deleted cause one warning and do not affect the run', async () => {
  const place = workspace();
  const traces = older(place, 2);
  settings(place, { traces: { keep: 1 } });
  place.write('wf.json', hello);
  const blocked = `require('node:fs').unlinkSync = () => { throw new Error('EPERM: operation not permitted'); };
    require('node:module').syncBuiltinESMExports();`;
  const preload = place.write('blocked.cjs', blocked);
  const { code, stdout, stderr } = await place.pflow(['-p', 'wf.json'], {
    env: { NODE_OPTIONS: `--require ${preload}` },
  });
  expect([code, stdout]).toEqual([0, 'hello\n']);
  expect(stderr).toMatch(
    /^pflow: warning: Old traces could not be deleted: Cannot remove the trace .*EPERM.*\n$/,
  );
  expect(traces.every((path) => existsSync(path))).toBe(true);
});

test('`trace list` shows the newest 50 runs, and all with --all', async () => {
  const place = workspace();
  const folder = join(place.env['PFLOW_HOME']!, 'debug');
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < 60; i++) {
    const second = String(i).padStart(2, '0');
    writeFileSync(join(folder, `trace-x-20250101-0000${second}-000000${second}.jsonl`), '{"seq":0}\n');
  }
  const { stdout, stderr } = await place.pflow(['trace', 'list']);
  expect(stdout.trimEnd().split('\n')).toHaveLength(51);
  expect(stdout).toMatch(/^run .*\n00000059 /);
  expect(stderr).toBe('… there are older runs: --all lists them.\n');
  expect((await place.pflow(['trace', 'list', '--all'])).stdout.trimEnd().split('\n')).toHaveLength(61);
});

test('an unreadable trace is listed without its status, and one deleted meanwhile is omitted', async () => {
  const place = workspace();
  const [first, second] = older(place, 2);
  chmodSync(first!, 0o000);
  const preload = place.write(
    'vanish.cjs',
    `const fs = require('node:fs'); const open = fs.openSync;
     fs.openSync = (path, ...rest) => { if (path === ${JSON.stringify(second)}) fs.unlinkSync(path); return open(path, ...rest); };
     require('node:module').syncBuiltinESMExports();`,
  );
  const { code, stdout } = await place.pflow(['trace', 'list', '--output-format', 'json'], {
    env: { NODE_OPTIONS: `--require ${preload}` },
  });
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { path: string }[]).map(({ path }) => path)).toEqual([first]);
});
