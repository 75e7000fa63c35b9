import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, mainFile, workspace, type Workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { openTerminal, type TestTerminal } from '../support/terminal.js';

const request = 'count words in notes.md and save it to out.txt';
const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

/** Runs a request up to its plan screen. `editor` is a shell script that receives the file. */
async function planned(
  place: Workspace,
  { editor = 'true', args = [request] }: { editor?: string; args?: readonly string[] } = {},
): Promise<TestTerminal> {
  place.write('notes.md', 'one two three');
  const script = place.write('editor.sh', `#!/bin/sh\n${editor}\n`);
  chmodSync(script, 0o755);
  const terminal = openPflow(place, ['tui', ...args], {
    env: { EDITOR: script, VISUAL: undefined, TMPDIR: place.folder },
  });
  await terminal.waitFor(shows('⏎ run'), 'the plan');
  return terminal;
}

/** Quits the screen of a finished run. */
async function left(terminal: TestTerminal): Promise<number> {
  terminal.write('q');
  const { code } = await terminal.exit;
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['normal', false]);
  return code;
}

const answers = (place: Workspace) =>
  eventsOf(place.trace(), 'control.changed').flatMap(({ change, reason }) =>
    change === 'asked' || change === 'answered' ? [[change, reason]] : [],
  );

test('a plan with effects waits on the plan screen and runs with ⏎', async () => {
  const place = workspace();
  const terminal = await planned(place);
  expect(terminal.screen()).toContainEqual(expect.stringContaining('+ writes "out.txt"'));
  expect(terminal.screen()[0]).toContain('waiting for you');
  expect(existsSync(join(place.folder, 'out.txt'))).toBe(false);
  terminal.write('\r');
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  expect(await left(terminal)).toBe(0);
  expect(readFileSync(join(place.folder, 'out.txt'), 'utf8')).toBe('3');
  expect(answers(place)).toEqual([
    ['asked', undefined],
    ['answered', 'run'],
  ]);
});

test('q cancels the run, and the trace contains the full plan', async () => {
  const place = workspace();
  const terminal = await planned(place);
  terminal.write('q');
  await terminal.waitFor(shows('⊘ cancelled'), 'the end of the run');
  expect(await left(terminal)).toBe(130);
  expect(terminal.screen()).toContainEqual(expect.stringContaining('The workflow was not run.'));
  expect(existsSync(join(place.folder, 'out.txt'))).toBe(false);
  expect(answers(place)).toEqual([
    ['asked', undefined],
    ['answered', 'cancel'],
  ]);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
  expect((await place.pflow(['rerun', 'latest', '--yes', '-p'])).code).toBe(0);
  expect(existsSync(join(place.folder, 'out.txt'))).toBe(true);
});

test('an edited plan is run and is the last plan in the trace', async () => {
  const place = workspace();
  const terminal = await planned(place, { editor: `sed -i 's/out\\.txt/other.txt/' "$1"` });
  terminal.write('e');
  await terminal.waitFor(shows('+ writes "other.txt"'), 'the edited plan');
  expect(terminal.screen()).toContainEqual(expect.stringContaining('planned, edited'));
  await terminal.waitFor(shows('⏎ run'), 'the keys');
  terminal.write('y');
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  expect(await left(terminal)).toBe(0);
  expect(existsSync(join(place.folder, 'out.txt'))).toBe(false);
  expect(readFileSync(join(place.folder, 'other.txt'), 'utf8')).toBe('3');
  const plans = eventsOf(place.trace(), 'workflow.planned');
  expect(plans.map(({ edited, params }) => [edited, params?.['output_path']])).toEqual([
    [undefined, 'out.txt'],
    [true, 'other.txt'],
  ]);
  expect(readdirSync(place.folder).filter((name) => name.startsWith('pflow-plan-'))).toEqual([]);
});

test('an invalid edit is shown with its problems, can be edited further, and can be undone', async () => {
  const place = workspace();
  // The first edit breaks two things, the second repairs one of them.
  const editor = `if grep -q '"write-fil"' "$1"; then sed -i 's/"write-fil"/"write-file"/' "$1"
else sed -i 's/"write-file"/"write-fil"/; s/count.result/count.resul/' "$1"; fi`;
  const terminal = await planned(place, { editor });
  terminal.write('e');
  await terminal.waitFor(shows('2 problems'), 'what is wrong');
  expect(terminal.screen()).toContainEqual(expect.stringContaining("there is no node type 'write-fil'"));
  expect(terminal.screen()).toContainEqual(expect.stringContaining("node 'count' does not output 'resul'"));
  terminal.write('e');
  await terminal.waitFor(shows('1 problem'), 'what is still wrong');
  terminal.write('u');
  await terminal.waitFor(shows('⏎ run'), 'the plan as it was');
  terminal.write('y');
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  expect(await left(terminal)).toBe(0);
  expect(readFileSync(join(place.folder, 'out.txt'), 'utf8')).toBe('3');
  expect(answers(place).at(-1)).toEqual(['answered', 'run']);
});

test('the editor has exclusive use of the terminal, including Ctrl-C, and the screen returns after it', async () => {
  const place = workspace();
  const terminal = await planned(place, {
    editor: `trap 'echo interrupted' INT; echo editing; until test "$line"; do read line; done; echo "$line" > typed.txt`,
  });
  terminal.write('e');
  await terminal.waitFor(shows('editing'), 'the editor');
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['normal', false]);
  terminal.write('\x03');
  await terminal.waitFor(shows('interrupted'), 'the editor to hear of Ctrl-C');
  terminal.write('q y e\r');
  await terminal.waitFor(shows('No changes.'), 'the plan again');
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['alternate', true]);
  expect(readFileSync(join(place.folder, 'typed.txt'), 'utf8')).toBe('q y e\n');
  terminal.write('q');
  await terminal.waitFor(shows('⊘ cancelled'), 'the end of the run');
  expect(await left(terminal)).toBe(130);
});

test('an editor that fails leaves the plan unchanged', async () => {
  const place = workspace();
  const terminal = await planned(place, { editor: 'exit 3' });
  terminal.write('e');
  await terminal.waitFor(shows('exited with code 3.'), 'the reason');
  await terminal.waitFor(shows('+ writes "out.txt"'), 'the plan');
  terminal.write('q');
  await terminal.waitFor(shows('⊘ cancelled'), 'the end of the run');
  expect(await left(terminal)).toBe(130);
});

test('a plan is saved to the library before it runs, and the next one as a new version', async () => {
  const place = workspace();
  const terminal = await planned(place, { editor: `sed -i 's/out\\.txt/other.txt/' "$1"` });
  const saveAs = async (name: string, says: string) => {
    terminal.write('s');
    await terminal.waitFor(shows('Save as:'), 'the question for a name');
    terminal.write(`\x15${name}\r`);
    await terminal.waitFor(shows(says), says);
  };
  await saveAs('Not A Name', 'a name is lower-case');
  terminal.write('\x1b');
  await terminal.waitFor((screen) => !shows('Save as:')(screen), 'the plan');
  await saveAs('my-count', 'Saved as my-count: ');
  terminal.write('e');
  await terminal.waitFor(shows('+ writes "other.txt"'), 'the edited plan');
  await saveAs('my-count', "A saved workflow 'my-count' exists.");
  terminal.write('\r');
  await terminal.waitFor(shows('Saved as my-count, version 2: '), 'the next version');
  terminal.write('q');
  await terminal.waitFor(shows('⊘ cancelled'), 'the end of the run');
  expect(await left(terminal)).toBe(130);
  expect((await place.pflow(['-p', 'my-count'])).code).toBe(0);
  expect(readFileSync(join(place.folder, 'other.txt'), 'utf8')).toBe('3');
});

test('the plan of a finished run is opened and saved from its trace', async () => {
  const place = workspace();
  place.write('notes.md', 'one two three');
  await place.pflow(['-p', '--yes', request]);
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'tui', '--trace', 'latest'],
    cwd: place.folder,
    env: place.env,
  });
  await terminal.waitFor(shows('✓ done'), 'the run');
  terminal.write('P');
  await terminal.waitFor(shows('+ writes "out.txt"'), 'its plan');
  expect(terminal.screen().join('\n')).not.toContain('⏎ run');
  terminal.write('s');
  await terminal.waitFor(shows('Save as:'), 'the question for a name');
  terminal.write('\x15kept\r');
  await terminal.waitFor(shows('Saved as kept: '), 'where it is');
  terminal.write('q');
  await terminal.waitFor(shows('1 Timeline'), 'the run');
  expect(await left(terminal)).toBe(0);
});

test('a plan without effects waits only with --confirm always, and --yes overrides that', async () => {
  const place = workspace();
  const terminal = await planned(place, { args: ['--confirm', 'always', 'count words in notes.md'] });
  expect(terminal.screen()).toContainEqual(expect.stringContaining('It changes nothing outside the run.'));
  terminal.write('y');
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  expect(await left(terminal)).toBe(0);
  const unasked = await place.pflow(['-p', '--confirm', 'always', 'count words in notes.md']);
  expect([unasked.code, unasked.stdout]).toEqual([0, '3\n']);
});

test("the run's timeout also applies while the plan waits", async () => {
  const place = workspace();
  const terminal = await planned(place, { args: ['--timeout', '2', request] });
  await terminal.waitFor(shows('✗ failed'), 'the end of the run');
  expect(terminal.screen().join('\n')).not.toContain('Plan count');
  expect(await left(terminal)).toBe(1);
  expect(answers(place)).toEqual([['asked', undefined]]);
});

test('Ctrl-C on the plan screen cancels the run and exits immediately', async () => {
  const place = workspace();
  const terminal = await planned(place);
  terminal.write('\x03');
  expect((await terminal.exit).code).toBe(130);
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['normal', false]);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
});
