import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventsOf, workspace, type Workspace } from '../support/cli.js';
import { serve, type Reply } from '../support/llm-server.js';

const never: Reply = () => {};

/** The environment of a run whose model never responds. */
async function deafModel() {
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  const { url } = await serve(() => asked());
  return { env: { PFLOW_MODEL: 'openai-compatible/deaf', OPENAI_BASE_URL: `${url}/v1` }, wasAsked };
}

const sleeper = {
  nodes: [{ id: 'sleep', type: 'shell', params: { command: 'echo here >&2; sleep 60', timeout: 60 } }],
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} during planning cancels the run, and the trace has its last event`, async () => {
    const { start, trace } = workspace();
    const { env, wasAsked } = await deafModel();
    const { child, ended } = start(['summarize notes.md', '--planner', 'model'], { env });
    await wasAsked;
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('pflow: The run was cancelled.\n');
    const events = trace();
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
    expect(eventsOf(events, 'span.finished').at(-1)).toMatchObject({ span: 1, status: 'cancelled' });
  });
}

test('Ctrl-C during the workflow cancels the run, stops the node, and keeps the results of finished nodes', async () => {
  const { start, write, trace } = workspace();
  const { url } = await serve(never);
  write('wf.json', {
    nodes: [
      { id: 'say', type: 'echo', params: { message: 'hello' } },
      { id: 'fetch', type: 'http', params: { url } },
    ],
    edges: [{ from: 'say', to: 'fetch' }],
  });
  const { child, ended, said } = start(['wf.json']);
  await said('✓ say');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  const events = trace();
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
  expect(eventsOf(events, 'span.started').map(({ name }) => name)).toContain('say');
});

test('a cancelled run prints its error in JSON', async () => {
  const { start } = workspace();
  const { env, wasAsked } = await deafModel();
  const { child, ended } = start(['summarize notes.md', '--planner', 'model', '--output-format', 'json'], {
    env,
  });
  await wasAsked;
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ is_error: true, error: { message: 'The run was cancelled.' } });
});

test('a planner that exceeds the timeout ends the run, and the trace is saved', async () => {
  const { pflow, trace } = workspace();
  const { env } = await deafModel();
  const { code, stderr } = await pflow(
    ['summarize notes.md', '--planner', 'model', '--planner-timeout', '0.3'],
    { env },
  );
  expect(code).toBe(4);
  expect(stderr).toContain('pflow: The planner took longer than 0.3 s.\n  Raise --planner-timeout');
  expect(trace().at(-1)).toMatchObject({ status: 'failed', error: { code: 'planner_timeout' } });
});

test('a run that exceeds its timeout fails', async () => {
  const { pflow, write, trace } = workspace();
  write('wf.json', sleeper);
  const { code, stderr } = await pflow(['wf.json', '--timeout', '0.3']);
  expect(code).toBe(1);
  expect(stderr).toContain('The run took longer than 0.3 s.');
  expect(trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'failed' });
});

/** Waits for the process ids that the running processes write into the folder. */
async function pidsIn({ folder }: Workspace, names: readonly string[]): Promise<number[]> {
  const read = () =>
    names.map((name) =>
      existsSync(join(folder, name)) ? Number(readFileSync(join(folder, name), 'utf8')) : 0,
    );
  await expect.poll(() => read().every((pid) => pid > 0), { timeout: 10_000 }).toBe(true);
  return read();
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

const deaf = (file: string) => `sh -c 'trap "" TERM; echo $$ > ${file}; exec sleep 600'`;
const python = [
  'import os, signal, subprocess',
  'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
  'open("python", "w").write(str(os.getpid()))',
  `subprocess.run(["sh", "-c", "echo $$ > child; sleep 600"])`,
].join('\n');

test.each<[string, object, string[]]>([
  [
    'a command with children that ignore signals or detach',
    {
      type: 'shell',
      params: { command: `${deaf('one')} & (setsid ${deaf('two')} &) ; echo $$ > three; wait; sleep 600` },
    },
    process.platform === 'linux' ? ['one', 'two', 'three'] : ['one', 'three'],
  ],
  [
    'Python and its child processes',
    { type: 'code', params: { language: 'python', code: python } },
    ['python', 'child'],
  ],
  ['an MCP server whose tool hangs', { type: 'mcp-deaf-hang', params: {} }, ['server']],
])('a cancelled run leaves no process behind of %s', async (_what, node, files) => {
  const place = workspace();
  mkdirSync(place.env['PFLOW_HOME']!, { recursive: true });
  const args = [fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url))];
  const env = { STAY: '1', PID_FILE: join(place.folder, 'server') };
  const settings = { mcpServers: { deaf: { command: process.execPath, args, env } } };
  writeFileSync(join(place.env['PFLOW_HOME']!, 'settings.json'), JSON.stringify(settings));
  place.write('wf.json', { nodes: [{ id: 'node', timeout: 60, ...node }] });
  const { child, ended } = place.start(['wf.json']);
  const pids = await pidsIn(place, files);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  await expect.poll(() => pids.filter((pid) => !isGone(pid))).toEqual([]);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
});

test('a cancelled run closes the connection of its download', async () => {
  const { start, write } = workspace();
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  let isClosed = false;
  const { url } = await serve((response) => {
    response.on('close', () => (isClosed = true));
    response.write('the first of many bytes', begun);
  });
  write('wf.json', { nodes: [{ id: 'fetch', type: 'http', params: { url, timeout: 60 } }] });
  const { child, ended } = start(['wf.json']);
  await hasBegun;
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  await expect.poll(() => isClosed).toBe(true);
});

test('a killed process leaves a readable trace', async () => {
  const { start, pflow, traces } = workspace();
  const { env, wasAsked } = await deafModel();
  const { child, ended } = start(['summarize notes.md', '--planner', 'model'], { env });
  await wasAsked;
  // The trace reaches the disk shortly after the request that it records.
  await expect.poll(async () => (await pflow(['trace', 'show'])).stdout).toContain('… planner');
  child.kill('SIGKILL');
  await ended;
  expect(traces()).toHaveLength(1);
  const { code, stdout } = await pflow(['trace', 'verify']);
  expect(code).toBe(1);
  expect(stdout).toContain('run.finished is missing: the process was killed or is still running');
  expect((await pflow(['trace', 'list'])).stdout).toMatch(/ killed .* summarize-notes-md\n$/);
});

test('SIGTERM ends a run while a node file blocks the main thread', async () => {
  const { start, write, folder } = workspace();
  mkdirSync(join(folder, 'nodes'));
  write('nodes/spin.mjs', SPINNING_NODE);
  write('wf.json', { nodes: [{ id: 'spin', type: 'spin' }] });
  const { child, ended, said } = start(['wf.json', '--nodes', 'nodes']);
  await said('the thread is blocked');
  // A signal that arrives before the thread counts as blocked waits for the thread, that is for ever.
  const repeat = setInterval(() => child.kill('SIGTERM'), 100);
  await ended;
  clearInterval(repeat);
  expect(child.signalCode).toBe('SIGTERM');
});

const SPINNING_NODE = `
import { writeSync } from 'node:fs';
import { defineNode } from 'pflow-profiler';
import { z } from 'zod';
export default defineNode({
  type: 'spin',
  description: 'Blocks the main thread.',
  params: z.object({}),
  outputs: z.object({}),
  exec() {
    writeSync(2, 'the thread is blocked');
    for (;;);
  },
});
`;
