import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mainFile, workspace } from '../../support/cli.js';

/** Runs a line of shell and collects what it prints on stderr. */
async function stderrOf(line: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  await new Promise((resolve) => child.on('close', resolve));
  return stderr;
}

const hello = { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] };

test('a command in a removed working directory fails with an error that says so', async () => {
  const { folder, env } = workspace();
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const line = `rmdir '${gone}'; '${process.execPath}' '${mainFile}' workflow validate wf.json`;
  expect(await stderrOf(line, gone, env)).toBe(
    'pflow: The working directory does not exist any more.\n  Change to a folder that exists.\n',
  );
  rmSync(gone, { recursive: true, force: true });
});

test.runIf(process.platform === 'linux')(
  'a home in /proc, where no folder can be created, causes one warning',
  async () => {
    const { pflow, write } = workspace();
    write('wf.json', hello);
    const { code, stdout, stderr } = await pflow(['wf.json'], { env: { PFLOW_HOME: '/proc/nope/home' } });
    expect([code, stdout]).toEqual([0, 'hello\n']);
    expect(stderr).toContain('The trace is not saved: ENOENT');
  },
);
