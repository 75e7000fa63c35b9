import { expect, test } from 'vitest';
import { mainFile, workspace } from '../../support/cli.js';
import { openTerminal } from '../../support/terminal.js';

test("a replay ended by a signal exits with the signal's code, and one quit with q exits with 0", async () => {
  const { folder, env, write, pflow, traces } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  await pflow(['wf.json']);
  const open = async () => {
    const terminal = openTerminal({
      command: process.execPath,
      args: [mainFile, 'tui', '--trace', traces()[0]!],
      cwd: folder,
      env: { ...env, TERM: 'xterm-256color' },
    });
    await terminal.waitFor((screen) => screen.join().includes('say'), 'the trace');
    return terminal;
  };
  const killed = await open();
  killed.kill('SIGTERM');
  expect((await killed.exit).code).toBe(143);
  const left = await open();
  left.write('q');
  expect((await left.exit).code).toBe(0);
});
