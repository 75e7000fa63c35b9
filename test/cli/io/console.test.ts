import { expect, test } from 'vitest';
import { eventsOf, mainFile, workspace } from '../../support/cli.js';
import { openTerminal } from '../../support/terminal.js';

const talker = `
import { defineNode } from 'pflow';
import { z } from 'zod';
export const talk = defineNode({
  type: 'talk', description: 'Prints as it works.', params: z.object({}), outputs: z.looseObject({}),
  exec: async () => {
    console.log('one %s', 'two', { three: [4] });
    await null;
    console.error('careful');
    console.table([{ a: 1 }]);
    return { said: 'the result' };
  },
});`;

function talking() {
  const space = workspace();
  space.write('talk.mjs', talker);
  space.write('wf.json', {
    nodes: [{ id: 'talk', type: 'talk' }],
    outputs: { said: { source: '${talk.said}' } },
  });
  return space;
}

const printed = ['one two { three: [ 4 ] }\n', 'careful\n'];

test("a node's console output goes to its span and to stderr, never to stdout", async () => {
  const { pflow, trace } = talking();
  const { stdout, stderr } = await pflow(['wf.json', '--nodes', '.']);
  expect(stdout).toBe('the result\n');
  expect(stderr).toContain('one two { three: [ 4 ] }');
  const logs = eventsOf(trace(), 'log.written');
  expect(logs.slice(0, 2).map(({ text }) => text)).toEqual(printed);
  expect(logs.map(({ stream }) => stream)).toEqual(['stdout', 'stderr', 'stdout']);
  expect(logs[2]!.text).toContain('(index)');
  const spans = new Map(eventsOf(trace(), 'span.started').map((each) => [each.span, each]));
  expect(new Set(logs.map(({ span }) => spans.get(span!)?.name))).toEqual(new Set(['exec']));
});

test('-p prints only the result', async () => {
  const { pflow } = talking();
  expect(await pflow(['-p', 'wf.json', '--nodes', '.'])).toMatchObject({
    stdout: 'the result\n',
    stderr: '',
  });
});

test("a node's console output does not disturb the screen", async () => {
  const { folder, env } = talking();
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'tui', 'wf.json', '--nodes', '.'],
    cwd: folder,
    env: { ...env, TERM: 'xterm-256color' },
  });
  await terminal.waitFor((screen) => screen[0]?.includes('done') ?? false, 'the end of the run');
  expect(terminal.screen().join()).not.toContain('one two');
  terminal.write('9');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test('text from files and names is printed without control characters, also to a pipe', async () => {
  const { pflow, write } = workspace();
  const hostile = 'a\x1b]52;c;aGk=\x07\u202e\x9b';
  write('wf.json', {
    nodes: [{ id: 'say', type: 'echo', purpose: hostile, params: { message: hostile } }],
    outputs: { said: { source: '${say.echo}' } },
  });
  expect((await pflow(['-p', 'wf.json'])).stdout).toBe(`${hostile}\n`);
  // oxlint-disable-next-line no-control-regex
  const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  for (const command of [
    ['workflow', 'show', 'wf.json'],
    ['workflow', 'describe', 'wf.json'],
    ['trace', 'show', '--output-format', 'json'],
    ['trace', 'export', '--format', 'otlp'],
    ['trace', 'export', '--format', 'markdown'],
  ]) {
    const { code, stdout, stderr } = await pflow(command);
    expect([command, code, stderr]).toEqual([command, 0, '']);
    expect(stdout).not.toBe('');
    expect(stdout).not.toMatch(controls);
  }
  const { stdout } = await pflow(['trace', 'show', '--output-format', 'json']);
  expect(stdout).toContain('a\\u001b]52;c;aGk=\\u0007\\u202e\\u009b');
});
