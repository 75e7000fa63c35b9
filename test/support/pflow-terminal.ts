/** Starts pflow in a terminal that the end of the test kills. */
import { onTestFinished } from 'vitest';
import { mainFile, type Workspace } from './cli.js';
import { openTerminal, type TerminalOptions, type TestTerminal } from './terminal.js';

/** pflow with these arguments in the folder of a workspace; `env` is added to its environment. */
export function openPflow(
  { folder, env }: Workspace,
  args: readonly string[],
  options: Pick<TerminalOptions, 'columns' | 'rows' | 'env'> = {},
): TestTerminal {
  const terminal = openTerminal({
    ...options,
    command: process.execPath,
    args: [mainFile, ...args],
    cwd: folder,
    env: { ...env, ...options.env },
  });
  onTestFinished(() => {
    try {
      terminal.kill('SIGKILL');
    } catch {
      // It has already exited.
    }
  });
  return terminal;
}
