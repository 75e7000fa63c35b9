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

test('what a node prints stands in its span, on stderr, and never beside the result', async () => {
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

test('with -p only the result is printed', async () => {
  const { pflow } = talking();
  expect(await pflow(['-p', 'wf.json', '--nodes', '.'])).toMatchObject({
    stdout: 'the result\n',
    stderr: '',
  });
});

test('what a node prints does not touch the screen', async () => {
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
