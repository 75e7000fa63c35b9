/** What users meet every day: which item failed, where a node's own code failed, whether a model matters. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPlace } from '../../../src/cli/run/error-place.js';
import { mainFile, workspace } from '../../support/cli.js';
import { openTerminal } from '../../support/terminal.js';

test('a failed batch names its item, trace show lists the items, and no model is mentioned where none is needed', async () => {
  const { pflow, write } = workspace();
  write('wf.json', {
    nodes: [
      {
        id: 'work',
        type: 'shell',
        params: { command: 'echo unlucky >&2; [ ${item.n} -ne 13 ]' },
        batch: { items: [{ n: 12 }, { n: 13 }, { n: 14 }] },
      },
    ],
  });
  const { code, stderr } = await pflow(['wf.json']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "Node 'work' failed: Item 2 of 3 (n: 13): The command ended with exit code 1: unlucky",
  );
  expect(stderr).not.toMatch(/model/);
  const shown = await pflow(['trace', 'show']);
  expect(shown.stdout).toMatch(/^ {4}✓ item 1\/3 n: 12 .*\n {4}✗ item 2\/3 n: 13 /m);
});

test('the error of a custom node has its file and line', async () => {
  const { folder, pflow, write } = workspace();
  mkdirSync(join(folder, 'nodes'));
  write(
    'nodes/boom.ts',
    [
      "import { defineNode } from 'pflow';",
      "import { z } from 'zod';",
      'const fail = () => {',
      "  throw new Error('it broke');",
      '};',
      "export default defineNode({ type: 'boom', description: 'b', params: z.object({}),",
      '  outputs: z.object({ x: z.string() }), exec: () => fail() });',
    ].join('\n'),
  );
  write('wf.json', { nodes: [{ id: 'b', type: 'boom' }] });
  const { stderr } = await pflow(['wf.json', '--nodes', 'nodes']);
  expect(stderr).toMatch(/pflow: Node 'b' failed: it broke\n {2}at nodes\/boom\.ts:4:\d+\n/);
});

test('the place of an error is the innermost frame outside of packages, or that of its cause', () => {
  const thrown = Object.assign(new Error('x'), {
    stack:
      'Error: x\n    at a (/home/me/node_modules/zod/a.js:1:2)\n    at b (file:///other/place/b.ts?v=1:3:4)',
  });
  expect(findPlace(thrown)).toBe('at /other/place/b.ts:3:4');
  expect(findPlace(Object.assign(new Error('y', { cause: thrown }), { stack: 'Error: y' }))).toBe(
    'at /other/place/b.ts:3:4',
  );
  expect(findPlace('text')).toBeUndefined();
});

test('`tui` of a saved workflow asks for a missing input before the screen opens', async () => {
  const { folder, env, write } = workspace();
  write('a.txt', 'Some words to sum up.');
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'tui', 'summarize-file'],
    columns: 80,
    rows: 20,
    cwd: folder,
    env,
  });
  const shows = (text: string) => terminal.waitFor((screen) => screen.join('\n').includes(text), text);
  await shows('file_path (The file to summarize):');
  expect(terminal.buffer()).toBe('normal');
  terminal.write('a.txt\r');
  await shows('✓ done');
  expect(terminal.buffer()).toBe('alternate');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});
