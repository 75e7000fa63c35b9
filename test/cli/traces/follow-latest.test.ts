import { expect, test } from 'vitest';
import { mainFile, workspace } from '../../support/cli.js';
import { openTerminal } from '../../support/terminal.js';

test('--follow latest waits for the next run, offers no key to pause it, and continues with the run after it', async () => {
  const { folder, env, write, pflow } = workspace();
  const until = (file: string) => `while [ ! -e ${file} ]; do sleep 0.05; done`;
  write('one.json', { nodes: [{ id: 'first', type: 'shell', params: { command: until('go') } }] });
  write('two.json', { nodes: [{ id: 'second', type: 'echo', params: { message: 'x' } }] });
  await pflow(['-p', 'two.json']);
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'tui', '--follow', 'latest'],
    columns: 90,
    rows: 20,
    cwd: folder,
    env,
  });
  const shows = (...texts: string[]) =>
    terminal.waitFor(
      (screen) => texts.every((text) => screen.join('\n').includes(text)),
      texts.join(' and '),
    );
  await shows('No run is in progress: waiting for the next one.');
  const running = pflow(['-p', 'one.json']);
  await shows('one', 'first', 'FOLLOW');
  const footer = terminal.screen().at(-1)!;
  expect(footer).toContain('quit');
  expect(footer).not.toContain('pause');
  write('go', '');
  await running;
  await terminal.waitFor((screen) => !screen.join('\n').includes('FOLLOW'), 'the end of following');
  await pflow(['-p', 'two.json']);
  await shows('two', 'second', 'done');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});
