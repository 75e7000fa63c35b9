/** Replays what a user does in a shell with pflow: the commands as typed, the keys, and what the screen shows after each. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { mainFile, type Workspace } from './cli.js';
import { repositoryFile } from './manual-pages.js';
import { openTerminal, type TerminalOptions } from './terminal.js';

/** Keys by the names that the README gives them; any other character is itself. */
const keys: Readonly<Record<string, string>> = {
  '⏎': '\r',
  Esc: '\u001b',
  Tab: '\t',
  Down: '\u001b[B',
  Up: '\u001b[A',
  End: '\u001b[F',
};
/** Keys of any list, and the answers to a question on the screen. */
const everywhere: ReadonlySet<string> = new Set(['Down', 'Up', 'Esc', 'y', 'q']);

/**
 * Replays a script in the folder of a workspace, a step a line: `$ command`, `> key key`, `= text that the screen shows`, `# comment`.
 * Every command with its options must be in the README, and every key there or on the screen: it is all that the user has read.
 */
export async function replayJourney(
  { folder, env }: Workspace,
  script: string,
  options: Pick<TerminalOptions, 'env'> = {},
): Promise<void> {
  const bin = join(folder, '.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'pflow'), `#!/bin/sh\nexec '${process.execPath}' '${mainFile}' "$@"\n`);
  chmodSync(join(bin, 'pflow'), 0o755);
  const terminal = openTerminal({
    command: '/bin/sh',
    cwd: folder,
    env: { ...env, ...options.env, PATH: `${bin}:${env['PATH']}`, PS1: '$ ' },
  });
  onTestFinished(() => {
    try {
      terminal.kill('SIGKILL');
    } catch {
      // The shell has exited.
    }
  });
  for (const line of script.split('\n').map((each) => each.trim())) {
    const step = line.slice(2);
    if (line.startsWith('$ ')) {
      expectInReadme(step);
      const isReady = (rows: string[]) => rows.findLast((row) => row !== '')?.trim() === '$';
      await terminal.waitFor((rows) => terminal.buffer() === 'normal' && isReady(rows), 'the prompt');
      terminal.write(`${step}\r`);
    } else if (line.startsWith('> ')) {
      for (const key of step.split(' ')) {
        const isShown = terminal.screen().some((row) => ` ${row} `.includes(` ${key} `));
        const isKnown = everywhere.has(key) || isShown || readme.includes(`\`${key}\``);
        expect(isKnown, `the README or the screen names the key ${key}`).toBe(true);
        terminal.write(keys[key] ?? key);
      }
    } else if (line.startsWith('= '))
      await terminal.waitFor((rows) => rows.some((row) => row.includes(step)), step);
    else expect(line).toMatch(/^(#.*)?$/);
  }
}

const readme = readFileSync(repositoryFile('README.md'), 'utf8');

/** What the command is called with is in the README, apart from names of files and numbers. */
function expectInReadme(line: string): void {
  for (const [, command] of line.matchAll(/(?:^|; )(pflow[^;]*)/g)) {
    const words = command!.trim().split(' ');
    const end = words.indexOf('--');
    const known = words
      .slice(0, end < 0 ? undefined : end + 1)
      .filter((word) => /^(?:pflow|--.*|[a-z]+)$/.test(word));
    for (const word of [...known, known.slice(0, 2).join(' ')])
      expect(readme.includes(word), `the README has ${word} of: ${line}`).toBe(true);
  }
}
