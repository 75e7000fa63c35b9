import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, mainFile, workspace } from '../support/cli.js';

/** A workflow with a chain of echo nodes, each with a distinct value. */
const chain = (count: number, chars = 200) => ({
  outputs: { last: { source: `\${n${count - 1}.metadata.count}` } },
  nodes: Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    type: 'echo',
    params: { message: `${i} `.padEnd(chars, 'words ') },
  })),
  edges: Array.from({ length: count - 1 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` })),
});

const warningsIn = (stderr: string) => stderr.split('\n').filter((line) => line.includes('warning'));

test('a disk that becomes full during a run causes one warning, and the partial trace can be opened', async () => {
  const { folder, env, write, traces, pflow } = workspace();
  write('wf.json', chain(60, 1000));
  const child = spawn('bash', ['-c', 'ulimit -f 32; exec "$0" "$@"', process.execPath, mainFile, 'wf.json'], {
    cwd: folder,
    env,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, stdout]).toEqual([0, '1\n']);
  expect(warningsIn(stderr)).toEqual([
    expect.stringMatching(/The trace is not saved: EFBIG.*The run continues\.$/),
  ]);
  expect(traces()).toHaveLength(1);
  expect((await pflow(['trace', 'show'])).stdout).toContain('not finished');
});

test('a trace folder removed during a run causes one warning', async () => {
  const { write, pflow } = workspace();
  write('wf.json', {
    outputs: { said: { source: '${say.echo}' } },
    nodes: [
      { id: 'remove', type: 'shell', params: { command: 'rm -r .home/debug' } },
      { id: 'say', type: 'echo', params: { message: 'still here' } },
    ],
    edges: [{ from: 'remove', to: 'say' }],
  });
  const { code, stdout, stderr } = await pflow(['wf.json']);
  expect([code, stdout]).toEqual([0, 'still here\n']);
  expect(warningsIn(stderr)).toEqual([
    expect.stringContaining('was removed while it was written. The run continues.'),
  ]);
});

test('a home folder that is not writable causes one warning for the trace and one for the ledger', async () => {
  const { write, pflow } = workspace();
  write('notes.md', 'one two three');
  // Not even root, whom permissions do not restrict elsewhere, can create folders there.
  const { code, stdout, stderr } = await pflow(['count words in notes.md'], {
    env: { PFLOW_HOME: '/sys/pflow' },
  });
  expect([code, stdout]).toEqual([0, '3\n']);
  expect(warningsIn(stderr)).toEqual([
    expect.stringContaining('The trace is not saved: '),
    expect.stringContaining('The run is not in the ledger: '),
  ]);
});

test('concurrent runs started in the same second each have a complete trace of their own', async () => {
  const { write, pflow, traces } = workspace();
  write('wf.json', chain(3));
  const ended = await Promise.all(Array.from({ length: 4 }, () => pflow(['wf.json'])));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const runs = traces().map((path) => readFileSync(path, 'utf8').trim().split('\n'));
  expect(new Set(runs.map(([first]) => (JSON.parse(first!) as { run: string }).run)).size).toBe(4);
  for (const lines of runs) {
    const events = lines.map((line) => JSON.parse(line) as { seq: number; type: string });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)!.type).toBe('run.finished');
  }
});

test('kill -9 after any number of nodes leaves a trace that can be opened', async () => {
  for (const nodes of [1, 8]) {
    const { write, start, traces, pflow } = workspace();
    const { nodes: steps, edges } = chain(12);
    const sleeps = steps.map(({ id }) => ({ id, type: 'shell', params: { command: 'sleep 0.02' } }));
    write('wf.json', { nodes: sleeps, edges });
    const { child, ended, said } = start(['wf.json']);
    await said(`✓ n${nodes - 1}`);
    child.kill('SIGKILL');
    await ended;
    expect((await pflow(['trace', 'show'])).code).toBe(0);
    // A torn last line is skipped.
    const lines = readFileSync(traces()[0]!, 'utf8').split('\n').slice(0, -1);
    const events = lines.map((line) => JSON.parse(line) as { seq: number });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  }
});

test.each([
  ['an error in a node’s timer callback', "setTimeout(() => { throw new Error('too late'); }, 5)"],
  ['an unhandled rejection of a node', "setTimeout(() => Promise.reject(new Error('too late')), 5)"],
])('%s ends the program, and the trace on disk contains the events so far', async (_, leave) => {
  const { folder, write, pflow, trace } = workspace();
  mkdirSync(join(folder, '.pflow/nodes'), { recursive: true });
  write(
    '.pflow/nodes/late.js',
    `import { defineNode } from 'pflow';
     import { z } from 'zod';
     export const late = defineNode({
       type: 'late', description: 'Fails late.', params: z.object({}), outputs: z.object({}),
       exec: ({ log }) => { log('before it'); ${leave}; return new Promise(() => setInterval(() => {}, 1000)); },
     });`,
  );
  write('wf.json', { nodes: [{ id: 'late', type: 'late', params: {} }] });
  const { code, stderr } = await pflow(['--trust', 'wf.json']);
  expect(code).toBe(1);
  expect(stderr).toContain('too late');
  const events = trace();
  expect(eventsOf(events, 'log.written').map(({ text }) => text)).toEqual(['before it']);
  expect((await pflow(['trace', 'show'])).stdout).toContain('late');
});
