import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completeWords, type Sources } from '../../../src/cli/commands/completion/complete-words.js';
import { createProgram } from '../../../src/cli/program/program.js';
import { mainFile, workspace } from '../../support/cli.js';
import { openTerminal } from '../../support/terminal.js';

const program = createProgram({ leave: () => process.exit(), ended: () => {}, argv: [] });
const sources: Sources = {
  values: (kind) => [{ word: `a-${kind}`, description: '' }],
  inputs: (workflow) => (workflow === 'digest' ? [{ word: 'folder=', description: '' }] : []),
};

test.each<[string[], string[], 'files' | 'folders' | 'nothing']>([
  [['workf'], ['workflow'], 'files'],
  [['a-'], ['a-workflow'], 'files'],
  [['trace', 'sh'], ['show'], 'nothing'],
  [['trace', 'show', ''], ['a-run'], 'files'],
  [['trace', 'export', '--format', 'm'], ['markdown'], 'nothing'],
  [['trace', 'export', '--format', 'markdown', 'a'], ['a-run'], 'files'],
  [['tui', '--trace', ''], ['a-run'], 'files'],
  [['tui', '--trace-dir', ''], [], 'folders'],
  [['workflow', 'show', ''], ['a-workflow'], 'files'],
  [['registry', 'describe', ''], ['a-type'], 'nothing'],
  [['--model', ''], ['a-model'], 'nothing'],
  [['rerun', 'latest', '--onl'], ['--only'], 'nothing'],
  [['digest', ''], ['folder='], 'nothing'],
  [['help', 'tru'], ['trust'], 'nothing'],
  [['completion', ''], ['bash', 'zsh', 'fish'], 'nothing'],
  [['trust', ''], [], 'folders'],
])('after %j follow %j', (words, expected, adds) => {
  const completion = completeWords(program, words, sources);
  expect(completion.candidates.map(({ word }) => word)).toEqual(expected);
  expect(completion.adds).toBe(adds);
});

test('hidden commands and options are not completed', () => {
  const words = (line: string[]) => completeWords(program, line, sources).candidates.map(({ word }) => word);
  expect(words(['trace', 'che'])).toEqual([]);
  expect(words(['completion', '--wo'])).toEqual([]);
});

test('bash completes a subcommand, a saved workflow and its input when Tab is pressed', async () => {
  const { folder, env } = workspace();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pflow'), `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`);
  chmodSync(join(bin, 'pflow'), 0o755);
  const terminal = openTerminal({
    command: 'bash',
    args: ['--norc', '--noprofile'],
    cwd: folder,
    env: { ...env, PATH: `${bin}:${env['PATH']}`, PS1: '> ', INPUTRC: '/dev/null' },
  });
  const typed = (text: string) =>
    terminal.waitFor((screen) => screen.some((line) => line.trimEnd() === text), text);
  await typed('>');
  terminal.write('eval "$(pflow completion bash)"; clear\r');
  await terminal.waitFor((screen) => screen[0]!.trimEnd() === '>', 'a clear screen');
  terminal.write('pflow trace ver\t');
  await typed('> pflow trace verify');
  terminal.write('\x15pflow summarize-fi\t');
  await typed('> pflow summarize-file');
  terminal.write('fi\t');
  await typed('> pflow summarize-file file_path=');
  expect(terminal.screen()[0]).toBe('> pflow summarize-file file_path=');
  terminal.kill('SIGKILL');
});
