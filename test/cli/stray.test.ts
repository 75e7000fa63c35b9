import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, workspace } from '../support/cli.js';
import { openSpans } from '../support/open-spans.js';

/** Runs a node with this code as its exec, after a successful node and before a slow one. */
async function runNode(code: string, more: object = {}) {
  const { pflow, write, trace, folder } = workspace();
  write(
    'own.mjs',
    `import { defineNode } from 'pflow';
     import { exit } from 'node:process';
     import { z } from 'zod';
     export const own = defineNode({
       type: 'own', description: 'Ends badly.', params: z.looseObject({}), outputs: z.looseObject({}),
       exec: async ({ params }) => { ${code}; return {}; },
     });`,
  );
  write('wf.json', {
    nodes: [
      { id: 'before', type: 'echo', params: { message: 'made' } },
      { id: 'own', type: 'own', ...more },
      { id: 'wait', type: 'shell', params: { command: 'sleep 0.5; touch went-on' } },
    ],
    edges: [
      { from: 'before', to: 'own' },
      { from: 'own', to: 'wait' },
    ],
    outputs: { made: { source: '${before.echo}' } },
  });
  const ended = await pflow(['wf.json', '--nodes', '.']);
  const events = trace();
  expect(openSpans(events)).toEqual([]);
  const [end] = eventsOf(events, 'run.finished');
  return { ...ended, end, events, wentOn: existsSync(join(folder, 'went-on')) };
}

test.each([
  ['process.exit', 'process.exit(7)', 'process.exit(7)'],
  ['exit of node:process', 'exit()', 'process.exit()'],
  ['process.exit and catches its exception', 'try { process.exit(0) } catch {}', 'process.exit(0)'],
  [
    'process.exit in a callback',
    'await new Promise(() => setTimeout(() => process.exit(3), 1))',
    'process.exit(3)',
  ],
])('a node that calls %s fails its run without exiting the process', async (_what, code, call) => {
  const { code: exitCode, stderr, stdout, end, wentOn } = await runNode(code);
  expect([exitCode, stdout, wentOn]).toEqual([1, '', false]);
  expect(stderr.replace(/ at own\.mjs:6:\d+\n/, '\n')).toContain(
    `pflow: Node 'own' called ${call}.\n  A node finishes by returning and fails by throwing.\ntrace: `,
  );
  expect(end).toMatchObject({ status: 'failed', node: 'own', outputs: { made: 'made' } });
});

test('process.exit in a batch item fails the node and aborts the other items', async () => {
  const batch = { items: [1, 2, 3], parallel: true, error_handling: 'continue' };
  const { code, stderr, end } = await runNode(
    'if (params.item === 2) process.exit(1); await new Promise(() => {})',
    { batch, params: { item: '${item}' } },
  );
  expect([code, end]).toMatchObject([1, { status: 'failed', node: 'own' }]);
  expect(stderr).toContain("pflow: Node 'own' called process.exit(1).\n");
});

test.each([
  ['throws in a callback', "setTimeout(() => { throw new Error('too late') }, 20)"],
  [
    'leaves a rejected promise unhandled',
    "new Promise((_, no) => setTimeout(no, 20, new Error('too late')))",
  ],
])('a node that %s after it has finished is named in the error, and the run fails', async (_what, code) => {
  const { code: exitCode, stderr, end, wentOn } = await runNode(code);
  expect([exitCode, wentOn]).toEqual([1, false]);
  expect(stderr.replace(/ at own\.mjs:6:\d+\n/, '\n')).toContain(
    "pflow: Node 'own' caused an uncaught error: too late\n  Await every promise, and catch errors in callbacks.\n",
  );
  expect(end).toMatchObject({ status: 'failed', node: 'own', outputs: { made: 'made' } });
});
