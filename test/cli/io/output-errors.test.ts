import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mainFile, workspace, type Workspace } from '../../support/cli.js';

const bin = `"${process.execPath}" "${mainFile}"`;

/** Runs a shell line in the workspace, which writes pflow's `$?` to the file `code`. */
async function shell({ folder, env }: Workspace, line: string) {
  const child = spawn('bash', ['-c', line], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  await new Promise((resolve) => child.on('close', resolve));
  const code = join(folder, 'code');
  return { stdout, stderr, code: existsSync(code) ? Number(readFileSync(code, 'utf8')) : undefined };
}

/** Three commands; the later ones start after the reader of the first line has exited. */
const steps = {
  nodes: ['a', 'b', 'c'].map((id) => ({
    id,
    type: 'shell',
    params: { command: `${id === 'a' ? '' : 'while [ ! -e gone ]; do sleep 0.01; done; '}echo ${id} >> ran` },
  })),
  edges: [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
  ],
};

test('a run whose stderr is closed finishes and keeps its exit code', async () => {
  const place = workspace();
  place.write('wf.json', steps);
  await shell(place, `(${bin} wf.json -y 2>&1; echo $? > code) | (head -1; touch gone)`);
  await expect.poll(() => existsSync(join(place.folder, 'code'))).toBe(true);
  expect(readFileSync(join(place.folder, 'ran'), 'utf8')).toBe('a\nb\nc\n');
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'ok' });
  expect(readFileSync(join(place.folder, 'code'), 'utf8')).toBe('0\n');
});

test('a failed run whose stdout is closed keeps its exit code', async () => {
  const place = workspace();
  place.write('wf.json', {
    nodes: [
      { id: 'a', type: 'shell', params: { command: 'while [ ! -e gone ]; do sleep 0.01; done; exit 3' } },
    ],
  });
  await shell(place, `(${bin} wf.json --output-format json; echo $? > code) | (exec <&-; touch gone)`);
  await expect.poll(() => existsSync(join(place.folder, 'code'))).toBe(true);
  expect(readFileSync(join(place.folder, 'code'), 'utf8')).toBe('1\n');
});

test.runIf(process.platform === 'linux')(
  'a result that cannot be written is an error that says how to print it from the trace',
  async () => {
    const place = workspace();
    place.write('wf.json', {
      nodes: [{ id: 'say', type: 'echo', params: { message: 'the result' } }],
      outputs: { said: { source: '${say.echo}' } },
    });
    const run = await shell(place, `${bin} -p wf.json > /dev/full; echo $? > code`);
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'pflow: The output could not be written: no space is left on the device.',
        '  If the run has a trace, `pflow trace show --output-format json` prints its result.',
        '',
      ].join('\n'),
    });
    expect(
      JSON.parse((await place.pflow(['trace', 'show', '--output-format', 'json'])).stdout),
    ).toMatchObject({
      result: 'the result',
    });
    expect(await shell(place, `${bin} trace list > /dev/full; echo $? > code`)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'pflow: The output could not be written: no space is left on the device.\n',
    });
    expect(await shell(place, `${bin} wf.json 2> /dev/full; echo $? > code`)).toEqual({
      code: 1,
      stdout: 'the result\n',
      stderr: '',
    });
  },
);

test('a command that only prints stops when its reader closes the pipe', async () => {
  const place = workspace();
  const { stdout, code } = await shell(place, `(${bin} pricing list; echo $? > code) | head -1; wait`);
  expect(stdout).toContain('model');
  await expect.poll(() => existsSync(join(place.folder, 'code'))).toBe(true);
  expect(code ?? 0).toBe(0);
});
