import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTerminal, type TerminalOptions } from '../support/terminal.js';

// Built once: compiling the program for every terminal would take longer than the tests.
const folder = join(import.meta.dirname, '../../node_modules/.cache/pflow-test');
const program = join(folder, `show-trace-${process.pid}.mjs`);
beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'show-trace.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
});
afterAll(() => rmSync(program));

const trace = join(import.meta.dirname, '../fixtures/traces/done-with-planner.jsonl');

function show(args: readonly string[] = [], options: Partial<TerminalOptions> = {}) {
  return openTerminal({ command: process.execPath, args: [program, trace, ...args], ...options });
}

const shown = (screen: string[]) => screen.at(-1)!.includes('help');
const has = (text: string) => (screen: string[]) => screen.some((line) => line.includes(text));

test.each([
  [120, 40],
  [80, 24],
  [40, 10],
])('a finished trace is rendered on a real terminal of %i×%i', async (columns, rows) => {
  const terminal = show([], { columns, rows });
  await terminal.waitFor(shown, 'the first frame');
  expect(terminal.buffer()).toBe('alternate');
  expect(terminal.cursorHidden()).toBe(true);
  expect(terminal.screen().filter((line) => /✓ workflow-discovery/.test(line))).toHaveLength(1);
  expect(terminal.screen()).toHaveLength(rows);
  terminal.write('q');
  expect(await terminal.exit).toEqual({ code: 0, signal: 0 });
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.cursorHidden()).toBe(false);
  expect(terminal.screen().join('\n').trim()).toBe('left by quit');
});

test('a line as wide as the screen keeps its last cell', async () => {
  const terminal = show([], { columns: 80, rows: 24 });
  await terminal.waitFor(shown, 'the first frame');
  const rule = terminal.screen().findIndex((line) => line.startsWith('───'));
  expect(terminal.screen()[rule]).toBe('─'.repeat(80));
  terminal.write('q');
  await terminal.exit;
});

test('a burst of keys opens the inspector and returns from it', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('jjjjjjj\r3');
  await terminal.waitFor(has('A short report.'), 'the store after the node');
  terminal.write('\x1b');
  const isSelected = (row: string) => row.startsWith('❯') && row.includes('llm_summarize');
  await terminal.waitFor(
    (screen) => has('workflow-discovery')(screen) && screen.some(isSelected),
    'the tree with the node selected',
  );
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test('the left edge of a bar is rendered in inverse', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  const row = terminal.screen().findIndex((line) => line.includes('component-browsing'));
  const edge = terminal.cells(row).find(({ inverse }) => inverse);
  expect(edge?.text).toMatch(/[▏▎▍▌▋▊▉]/);
  terminal.write('q');
  await terminal.exit;
});

test('pasted text presses no keys', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('/\x1b[200~validator q\x7f\x1b[201~');
  await terminal.waitFor(has('/validator q'), 'the pasted text in the search line');
  terminal.write('\x1b\x1bq');
  expect((await terminal.exit).code).toBe(0);
});

test('a burst of resizes ends with a complete frame at the last size', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  for (const [columns, rows] of [
    [60, 20],
    [30, 5],
    [140, 50],
    [90, 25],
  ] as const)
    terminal.resize(columns, rows);
  await terminal.waitFor(
    (screen) => screen.length === 25 && shown(screen) && has('workflow-discovery')(screen),
    'the frame at 90×25',
  );
  expect(terminal.screen()[2]).toBe('─'.repeat(90));
  expect(terminal.screen().filter((line) => line.includes('pflow'))).toHaveLength(1);
  terminal.write('q');
  await terminal.exit;
});

test('Ctrl-C in a live run requests cancellation once and restores the terminal', async () => {
  const terminal = show(['live', '40']);
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('\x03\x03');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.screen().join('\n').trim()).toBe('cancel was asked for\nleft by cancel');
  expect(terminal.cursorHidden()).toBe(false);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  '%s restores the terminal and is reported',
  async (signal) => {
    const terminal = show(['live', '40']);
    await terminal.waitFor(shown, 'the first frame');
    terminal.kill(signal);
    await terminal.exit;
    expect(terminal.buffer()).toBe('normal');
    expect(terminal.cursorHidden()).toBe(false);
    expect(terminal.screen().join('\n')).toContain(`left by signal ${signal}`);
  },
);

test('an error thrown outside the screen restores the terminal and is printed', async () => {
  const terminal = show(['throw']);
  expect((await terminal.exit).code).toBe(1);
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.cursorHidden()).toBe(false);
  expect(terminal.screen().join('\n')).toContain('thrown outside the screen');
});

test('the screen is redrawn in full after suspend and resume', async () => {
  const terminal = show(['live', '40']);
  await terminal.waitFor(shown, 'the first frame');
  const before = terminal.raw().length;
  terminal.write('\x1a');
  await terminal.waitFor(
    () =>
      terminal.raw().slice(before).includes('\x1b[?1049l') &&
      terminal.raw().slice(before).includes('\x1b[?1049h'),
    'the screen to be given back and taken again',
  );
  await terminal.waitFor(shown, 'the frame');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test('a dialog is shown over the screen and answered', async () => {
  const terminal = show(['ask']);
  await terminal.waitFor(has('Run it?'), 'the question');
  terminal.write('y');
  await terminal.exit;
  expect(terminal.screen().join('\n')).toContain('chosen y');
});

test('an unchanged screen writes nothing, a changing one writes little and never clears', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  const start = terminal.raw().length;
  terminal.write('j');
  await terminal.waitFor(
    (screen) => screen.some((line) => line.startsWith('❯') && line.includes('workflow-discovery')),
    'the selection to move',
  );
  const sent = terminal.raw().slice(start);
  expect(sent).not.toMatch(/\x1b\[[23]J/);
  expect(sent.length).toBeLessThan(2048);
  terminal.write('q');
  await terminal.exit;
});

test('Ctrl-Z restores the terminal for a real shell, and fg redraws the screen', async () => {
  const terminal = openTerminal({
    command: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    env: { PS1: 'shell> ', HISTFILE: undefined },
  });
  await terminal.waitFor(has('shell>'), 'the prompt of the shell');
  terminal.write(`${process.execPath} ${program} ${trace}\r`);
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('M');
  await terminal.waitFor(has('MOUSE'), 'the mouse to be on');
  terminal.write('\x1a');
  await terminal.waitFor(has('Stopped'), 'the shell to say that the program is stopped');
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.cursorHidden()).toBe(false);
  const whileStopped = terminal.raw().length;
  terminal.write('echo still $((40 + 2))\r');
  await terminal.waitFor(has('still 42'), 'the shell to work');
  terminal.write('fg\r');
  await terminal.waitFor(shown, 'the screen to come back');
  expect(terminal.buffer()).toBe('alternate');
  expect(terminal.raw().slice(whileStopped)).toContain('\x1b[?1000h');
  terminal.write('j');
  await terminal.waitFor(
    (screen) => screen.some((line) => /^❯.*workflow-discovery/.test(line)),
    'a key to work',
  );
  terminal.write('q');
  await terminal.waitFor(has('left by quit'), 'the program to end');
  terminal.write('exit\r');
  await terminal.exit;
});

test('a value is copied by OSC 52, and a tab is printed on the normal screen', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('jjjjjjj\r3Eyj');
  await terminal.waitFor(has('Copied the snapshot'), 'word of the copy');
  const copied = /\x1b\]52;c;([\w+/=]+)\x07/.exec(terminal.raw())![1]!;
  expect(Buffer.from(copied, 'base64').toString()).toContain('A short report.');
  terminal.write('p');
  await terminal.waitFor(has('It is printed when you leave.'), 'word of the print');
  terminal.write('qq');
  await terminal.exit;
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.screen().join('\n')).toContain('A short report.');
});

test('time travel works in a real terminal: stepping back, playback and return to the end', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('\x1b[H');
  await terminal.waitFor(has('EVENT 0/'), 'the beginning');
  terminal.write('>>>>>>>');
  await terminal.waitFor(
    (screen) => !has('PLAYING')(screen) && has('done')(screen),
    'the run to be played to its end',
  );
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

const question = '\x1b]11;?\x07';
const lightThemeColours = /38;2;0;112;79m/;

test('the background colour is queried after the first frame, and a light background changes the theme', async () => {
  const terminal = show([], { env: { COLORFGBG: undefined, STY: undefined } });
  await terminal.waitFor(() => terminal.raw().includes(question), 'the question');
  expect(terminal.raw().indexOf(question)).toBeGreaterThan(terminal.raw().indexOf('workflow-discovery'));
  expect(terminal.raw()).not.toMatch(lightThemeColours);
  terminal.write('j\x1b]11;rgb:ffff/ffff/ffff\x1b\\j');
  await terminal.waitFor(() => lightThemeColours.test(terminal.raw()), 'the colours of the light theme');
  const row = terminal.screen().findIndex((line) => line.startsWith('❯'));
  expect(terminal.screen()[row]).toContain('component-browsing');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }, { TERM: 'linux' }, { STY: '1.pts' }])(
  'the background colour is not queried in a terminal where it has no use: %o',
  async (env) => {
    const terminal = show([], { env });
    await terminal.waitFor(shown, 'the first frame');
    terminal.write('q');
    await terminal.exit;
    expect(terminal.raw()).not.toContain(question);
  },
);

test('S switches to plain sentences on the normal screen, and any key returns', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  terminal.write('jMS');
  await terminal.waitFor(has('told from 0 to '), 'the lines');
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.cursorHidden()).toBe(false);
  terminal.write('q');
  await terminal.waitFor((screen) => shown(screen) && has('MOUSE')(screen), 'the screen to come back');
  expect(terminal.buffer()).toBe('alternate');
  expect(terminal.screen().find((line) => line.startsWith('❯'))).toContain('workflow-discovery');
  expect(terminal.raw().lastIndexOf('\x1b[?1000h')).toBeGreaterThan(
    terminal.raw().lastIndexOf('\x1b[?1000l'),
  );
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.screen().join('\n')).toContain('told from 0 to ');
});

test('mouse reporting is off by default and is turned off again on exit', async () => {
  const terminal = show();
  await terminal.waitFor(shown, 'the first frame');
  expect(terminal.raw()).not.toContain('\x1b[?1000h');
  terminal.write('M');
  await terminal.waitFor(has('MOUSE'), 'the mouse to be on');
  expect(terminal.raw()).toContain('\x1b[?1000h\x1b[?1006h');
  terminal.write('\x1b[<65;5;5M');
  await terminal.waitFor(
    (screen) => screen.findIndex((line) => line.startsWith('❯')) > 5,
    'the wheel to move',
  );
  const clickOn = (text: string) => {
    const y = terminal.screen().findIndex((line, row) => row > 0 && line.includes(text));
    terminal.write(`\x1b[<0;${terminal.screen()[y]!.indexOf(text) + 2};${y + 1}M`);
  };
  clickOn('3 Table');
  await terminal.waitFor(has('by node'), 'the table');
  clickOn('node|model|type');
  await terminal.waitFor(has('by model'), 'the hint to be pressed');
  terminal.write('q');
  await terminal.exit;
  expect(terminal.raw().lastIndexOf('\x1b[?1000l')).toBeGreaterThan(
    terminal.raw().lastIndexOf('\x1b[?1000h'),
  );
});
