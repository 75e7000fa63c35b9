/** `pflow help` in a pipe and on a terminal. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpTopics } from '../../../src/cli/help/help-topics.js';
import { choosePager } from '../../../src/cli/help/pager.js';
import { workspace, type Workspace } from '../../support/cli.js';
import { openPflow } from '../../support/pflow-terminal.js';

function open(place: Workspace, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return openPflow(place, args, { columns: 80, rows: 24, env: more });
}

/** Writes a pager program that records its input to the workspace. */
function notingPager({ folder, write }: Workspace): { command: string; given: () => string } {
  const path = write('pager.sh', '#!/bin/sh\ncat > given.txt; echo "LESS=$LESS" >> given.txt; echo paged\n');
  chmodSync(path, 0o755);
  return { command: path, given: () => readFileSync(join(folder, 'given.txt'), 'utf8') };
}

test('`help` lists the topics and prints a page without colours when stdout is not a terminal', async () => {
  const { pflow } = workspace();
  const list = await pflow(['help']);
  expect(list.code).toBe(0);
  for (const topic of helpTopics) expect(list.stdout).toContain(`\`${topic}\``);
  const page = await pflow(['help', 'keys'], { env: { PAGER: 'false' } });
  expect(page).toMatchObject({ code: 0, stderr: '' });
  expect(page.stdout).toMatch(/^Keys\n/);
  expect(page.stdout).not.toContain('\x1b');
});

test('`help` with a command prints its options', async () => {
  const { pflow } = workspace();
  const { stdout } = await pflow(['help', 'trace', 'list']);
  expect(stdout).toBe((await pflow(['trace', 'list', '--help'])).stdout);
});

test('an unknown topic is an error that suggests the nearest one', async () => {
  const { pflow } = workspace();
  const { code, stderr } = await pflow(['help', 'pricng']);
  expect(code).toBe(2);
  expect(stderr).toBe("pflow: There is no help topic 'pricng'.\n  Did you mean `pflow help pricing`?\n");
  expect((await pflow(['help', 'xyzzy'])).stderr).toContain('`pflow help` lists the topics.');
});

test("on a terminal a page is piped to $PAGER with colours and git's flags for less", async () => {
  const place = workspace();
  const pager = notingPager(place);
  const terminal = open(place, ['help', 'privacy'], { PAGER: pager.command });
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.raw()).toContain('paged');
  expect(pager.given()).toContain('\x1b[1mPrivacy\x1b[0m');
  expect(pager.given()).toContain('LESS=FRX');
});

test('PFLOW_PAGER overrides PAGER, and `cat`, an empty pager and --no-pager print the page', async () => {
  const place = workspace();
  const pager = notingPager(place);
  const first = open(place, ['help', 'privacy'], { PAGER: 'false', PFLOW_PAGER: pager.command });
  expect((await first.exit).code).toBe(0);
  expect(first.raw()).toContain('paged');
  for (const [args, env] of [
    [[], { PAGER: 'cat' }],
    [[], { PAGER: '' }],
    [['--no-pager'], { PAGER: pager.command }],
  ] as const) {
    const terminal = open(place, ['help', 'privacy', ...args], env);
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.raw()).toContain('What leaves the machine');
    expect(terminal.raw()).not.toContain('paged');
  }
});

test('a missing pager and one that is quit early are not errors', async () => {
  const place = workspace();
  const missing = open(place, ['help', 'privacy'], { PAGER: 'no-such-pager' });
  expect((await missing.exit).code).toBe(0);
  expect(missing.raw()).toContain('What leaves the machine');
  const left = open(place, ['help', 'nodes'], { PAGER: 'head -n 2' });
  expect((await left.exit).code).toBe(0);
  expect(left.raw()).toContain('Nodes');
});

test('without colours the page on a terminal is plain text', async () => {
  const terminal = open(workspace(), ['help', 'privacy'], { PAGER: 'cat', NO_COLOR: '1' });
  await terminal.exit;
  expect(terminal.raw()).not.toContain('\x1b[36m');
  expect(terminal.raw()).toContain('`shell`');
});

test('less is the default pager on a terminal, except on a dumb terminal and on Windows', () => {
  const at = { isTerminal: true, platform: 'linux' } as const;
  expect(choosePager({ TERM: 'xterm' }, at)).toBe('less');
  expect(choosePager({ TERM: 'dumb' }, at)).toBeUndefined();
  expect(choosePager({ PAGER: 'more' }, { isTerminal: false })).toBeUndefined();
  expect(choosePager({}, { isTerminal: true, platform: 'win32' })).toBeUndefined();
});
