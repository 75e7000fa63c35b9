import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventsOf, workspace } from '../support/cli.js';

/** A module that defines the node type `type`, whose output is `said`. */
const moduleOf = (type: string, exec = `({ params }) => ({ said: params.text + ' from ${type}' })`) => `
import { defineNode } from 'pflow';
import { z } from 'zod';

export const made = defineNode({
  type: '${type}',
  description: 'Says it from ${type}.',
  params: z.object({ text: z.string().describe('What to say') }),
  outputs: z.object({ said: z.string().describe('What was said') }),
  exec: ${exec},
});
`;

/** A workspace with these files, and a workflow with one node of each type. */
function placeOf(files: Readonly<Record<string, string>>, types: readonly string[] = []) {
  const place = workspace();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place.folder, path)), { recursive: true });
    writeFileSync(join(place.folder, path), content);
  }
  place.write('wf.json', {
    outputs: Object.fromEntries(types.map((type, i) => [type, { source: `\${n${i}.said}` }])),
    nodes: types.map((type, i) => ({
      id: `n${i}`,
      type,
      params: { text: 'hi' },
    })),
    edges: types.slice(1).map((_, i) => ({ from: `n${i}`, to: `n${i + 1}` })),
  });
  const install = (name: string) => {
    mkdirSync(join(place.folder, 'node_modules'), { recursive: true });
    const source = ['../node_modules', '../../node_modules']
      .map((each) => fileURLToPath(new URL(`${each}/${name}`, import.meta.url)))
      .find((path) => existsSync(path))!;
    symlinkSync(source, join(place.folder, 'node_modules', name));
  };
  return { ...place, install };
}

test('custom node types load from every folder, in JavaScript and TypeScript, without any installed package', async () => {
  const { pflow } = placeOf(
    {
      'given/one.ts': `
import { loud, type Text } from './_loud.js';
import { mark } from './deeper/mark.js';
enum Mark { Bang = '!' }
${moduleOf('one', '({ params }) => ({ said: loud(params.text as Text) + Mark.Bang + mark })')}`,
      'given/_loud.ts': 'export type Text = string;\nexport const loud = (text: Text) => text.toUpperCase();',
      'given/deeper/mark.ts': "export const mark = '?' as const;",
      'given/one.test.ts': "throw new Error('a test is no node');",
      'also/two.mjs': moduleOf('two'),
      '.pflow/nodes/three.js': moduleOf('three'),
      '.home/nodes/four.mts': moduleOf('four').replace('params.text', '(params.text satisfies string)'),
    },
    ['one', 'two', 'three', 'four'],
  );
  const { stdout, stderr } = await pflow(['--trust', '--nodes', 'given', '--nodes', 'also', '-p', 'wf.json']);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    one: 'HI!?',
    two: 'hi from two',
    three: 'hi from three',
    four: 'hi from four',
  });
});

test('custom node types load from the packages named in the settings, from the project and from the settings folder', async () => {
  const { pflow, install } = placeOf(
    {
      '.home/settings.json': '{ "nodes": ["@mine/nodes", "our-nodes", "no-such-nodes"] }',
      'node_modules/@mine/nodes/package.json': '{ "type": "module", "exports": { "import": "./main.js" } }',
      'node_modules/@mine/nodes/main.js': "export * from './one.js';",
      'node_modules/@mine/nodes/one.js': moduleOf('one'),
      '.home/node_modules/our-nodes/package.json': '{ "type": "module", "main": "two.js" }',
      '.home/node_modules/our-nodes/two.js': moduleOf('two'),
    },
    ['one', 'two'],
  );
  install('zod');
  const { stdout, stderr } = await pflow(['--trust', '-p', 'wf.json']);
  expect(JSON.parse(stdout)).toEqual({ one: 'hi from one', two: 'hi from two' });
  expect(stderr.replaceAll(/ in \S+ nor in \S+\./g, ' in A nor in B.')).toMatchInlineSnapshot(`
    "pflow: warning: The nodes in no-such-nodes cannot be used: it is installed neither in A nor in B.
    "
  `);
});

test('a node file that cannot be loaded is one warning with its name, and the others load', async () => {
  const { pflow } = placeOf(
    {
      '.pflow/nodes/a-good.mjs': moduleOf('good'),
      '.pflow/nodes/b-throws.mjs': "\nthrow 'a text';",
      '.pflow/nodes/c-wrong.ts': '\nconst x: = 3;\nexport default x;',
      '.pflow/nodes/d-undefined.mjs': 'export const a = 1;\n\nnope();',
      '.pflow/nodes/e-missing.mjs': "import './not-there.js';",
      '.pflow/nodes/f-none.mjs': 'export const helper = () => 1;',
      '.pflow/nodes/g-again.mjs': moduleOf('good'),
      '.pflow/nodes/h-taken.mjs': moduleOf('shell'),
      '.pflow/nodes/i-definition.mjs':
        "import { defineNode } from 'pflow'; export default defineNode(undefined);",
      '.pflow/nodes/j-exits.mjs': '\nprocess.exit(0);',
      '.pflow/nodes/k-fine.mjs': moduleOf('fine'),
      '.home/settings.json': '{ "nodes": "my-nodes" }',
    },
    ['good', 'fine'],
  );
  const { code, stdout, stderr } = await pflow(['--trust', '-p', 'wf.json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { good: 'hi from good', fine: 'hi from fine' }]);
  expect(stderr.replaceAll(/\/\S*\/(?=\.home|\.pflow)/g, '')).toMatchInlineSnapshot(`
    "pflow: warning: .home/settings.json cannot be read: nodes: must be a list, not 'my-nodes'.
    pflow: warning: The nodes in .pflow/nodes/b-throws.mjs cannot be used: a text.
    pflow: warning: The nodes in .pflow/nodes/c-wrong.ts cannot be used: line 2: Unexpected token.
    pflow: warning: The nodes in .pflow/nodes/d-undefined.mjs cannot be used: line 3: nope is not defined.
    pflow: warning: The nodes in .pflow/nodes/e-missing.mjs cannot be used: Cannot find module '.pflow/nodes/not-there.js' imported from .pflow/nodes/e-missing.mjs.
    pflow: warning: The nodes in .pflow/nodes/f-none.mjs cannot be used: it exports no node type. A node type is what defineNode gives, or a pocketflow class or flow.
    pflow: warning: The nodes in .pflow/nodes/g-again.mjs cannot be used: there is already a node type 'good', from .pflow/nodes/a-good.mjs.
    pflow: warning: The nodes in .pflow/nodes/h-taken.mjs cannot be used: there is already a node type 'shell', from pflow itself.
    pflow: warning: The nodes in .pflow/nodes/i-definition.mjs cannot be used: line 1: defineNode needs a definition, not nothing.
    pflow: warning: The nodes in .pflow/nodes/j-exits.mjs cannot be used: line 2: it calls process.exit while it loads.
    "
  `);
});

test('a missing --nodes folder is a usage error', async () => {
  const { pflow } = placeOf({}, ['echo']);
  const { code, stderr } = await pflow(['-p', '--nodes', 'nowhere', 'wf.json']);
  expect([code, stderr]).toEqual([2, "pflow: There is no folder of nodes 'nowhere'.\n"]);
});

test("custom nodes are defined with pflow's own zod, even if the project has another one", async () => {
  const { pflow } = placeOf(
    {
      'node_modules/zod/package.json': '{ "type": "module", "main": "index.js" }',
      'node_modules/zod/index.js': "throw new Error('an old version');",
      '.pflow/nodes/one.ts': moduleOf('one'),
    },
    ['one'],
  );
  expect(await pflow(['--trust', '-p', 'wf.json'])).toMatchObject({
    code: 0,
    stdout: 'hi from one\n',
    stderr: '',
  });
});

test('pocketflow node classes run as nodes, with their attempts in the trace', async () => {
  const { pflow, install, trace, write } = placeOf({
    'nodes/count.ts': `
import { Node } from 'pocketflow';
export class WordCount extends Node<Record<string, unknown>, { text: string }> {
  constructor() { super(2); }
  async prep() { return this._params.text; }
  async exec(text: string) {
    if (this.currentRetry === 0 && !seen++) throw new Error('not yet');
    return text.split(' ').length;
  }
  async post(shared: Record<string, unknown>, _text: unknown, count: unknown) {
    shared.said = count;
    return 'counted';
  }
}
let seen = 0;
`,
  });
  install('pocketflow');
  expect((await pflow(['registry', 'describe', 'word-count', '--nodes', 'nodes'])).stdout)
    .toMatchInlineSnapshot(`
    "word-count: The pocketflow class WordCount.

    Parameters
      any

    Outputs
      any

    Actions: default, or any other
    Effects: runs-commands
    "
  `);
  write('wf.json', {
    nodes: [
      { id: 'count', type: 'word-count', params: { text: 'a b c' } },
      { id: 'say', type: 'echo', params: { message: '${count.said} words' } },
    ],
    edges: [{ from: 'count', to: 'say', action: 'counted' }],
  });
  expect(await pflow(['-p', '--nodes', 'nodes', 'wf.json'])).toMatchObject({
    stdout: '3 words\n',
    stderr: '',
  });
  const attempts = eventsOf(trace(), 'span.started').filter(({ kind }) => kind === 'attempt');
  expect(attempts).toHaveLength(2);
});

test('the registry lists and describes custom node types', async () => {
  const { pflow } = placeOf({ '.pflow/nodes/one.ts': moduleOf('one') });
  expect((await pflow(['registry', 'list', '--trust'])).stdout).toMatch(/^one +Says it from one\.$/m);
  expect((await pflow(['registry', 'describe', 'one', '--trust'])).stdout).toMatchInlineSnapshot(`
    "one: Says it from one.

    Parameters
      text  What to say (text)

    Outputs
      said  What was said (text)

    Actions: default
    "
  `);
  expect(await pflow(['registry', 'describe', 'on', '--trust'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('or one?') as string,
  });
});

test('an error that a node file leaves uncaught while it loads is the message of the command', async () => {
  const { pflow } = placeOf({
    'given/one.mjs': `process.nextTick(() => { throw new Error('the port is taken'); });
      await new Promise((done) => setTimeout(done, 50));`,
  });
  const { code, stderr } = await pflow(['wf.json', '--nodes', 'given']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pflow: the port is taken\n/);
});
