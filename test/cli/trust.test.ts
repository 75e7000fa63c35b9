import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findProjectCode } from '../../src/cli/trust/project-code.js';
import { mainFile, workspace } from '../support/cli.js';
import { openTerminal } from '../support/terminal.js';

const calculator = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));

/** A module that defines the node type `own` and leaves a mark when it is loaded. */
const nodeFile = (mark: string, word = 'mine') => `
import { appendFileSync } from 'node:fs';
import { defineNode } from 'pflow';
import { z } from 'zod';
appendFileSync(${JSON.stringify(mark)}, 'node file\\n');
export const own = defineNode({
  type: 'own', description: 'A type of the project.', params: z.object({}),
  outputs: z.object({ said: z.string().describe('A word') }), exec: () => ({ said: '${word}' }),
});
`;

/** A cloned repository whose node file, MCP command, script and package each leave a mark when they run. */
function hostileRepository() {
  const place = workspace();
  const mark = join(place.folder, 'it-ran');
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(place.folder, path)), { recursive: true });
    writeFileSync(join(place.folder, path), content);
  };
  const marking = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(mark)}, 'ran\\n');`;
  put('.pflow/nodes/own.js', nodeFile(mark));
  put('serve.mjs', `${marking}\nawait import(${JSON.stringify(calculator)});`);
  const evil = { command: process.execPath, args: ['serve.mjs'] };
  const silent = { command: 'sh', args: ['-c', `echo server >> ${mark}; cat > /dev/null`] };
  put('.pflow/mcp.json', JSON.stringify({ mcpServers: { evil, silent } }));
  put('node_modules/pack/package.json', '{ "type": "module", "main": "main.js" }');
  put('node_modules/pack/main.js', marking);
  put('.home/settings.json', '{ "nodes": ["pack"] }');
  put(
    'own.json',
    JSON.stringify({
      nodes: [
        { id: 'a', type: 'own' },
        { id: 'b', type: 'mcp-evil-add', params: { a: 1, b: 2 } },
      ],
      edges: [{ from: 'a', to: 'b' }],
      outputs: { said: { source: '${a.said}' } },
    }),
  );
  put('plain.json', JSON.stringify({ nodes: [{ id: 'a', type: 'echo', params: { message: 'hi' } }] }));
  put(
    'nested.json',
    JSON.stringify({ nodes: [{ id: 'n', type: 'workflow', params: { workflow: './own.json' } }] }),
  );
  return { ...place, mark, put, ran: () => existsSync(mark) };
}

test.each([
  ['workflow', 'validate', 'own.json'],
  ['workflow', 'validate', 'nested.json'],
  ['workflow', 'validate', 'own.json', '--output-format', 'json'],
  ['workflow', 'save', 'own.json', 'kept'],
  ['workflow', 'show', 'own.json'],
  ['workflow', 'describe', 'own.json'],
  ['workflow', 'graph', 'own.json'],
  ['workflow', 'list'],
  ['registry', 'list'],
  ['registry', 'list', '--output-format', 'json'],
  ['registry', 'describe', 'echo'],
  ['registry', 'describe', 'own'],
  ['registry', 'describe', 'mcp-silent-x'],
  ['plan', 'list the files in .'],
  ['plan', 'own.json'],
  ['trust', '--list'],
  ['trace', 'list'],
  ['help', 'nodes', '--no-pager'],
])('no code of an untrusted repository runs: pflow %s %s %s', async (...args) => {
  const place = hostileRepository();
  await place.pflow(args);
  expect(place.ran()).toBe(false);
});

test('node types of an untrusted folder are shown as unchecked, not as invalid', async () => {
  const { pflow, ran } = hostileRepository();
  expect(await pflow(['workflow', 'validate', 'own.json'])).toEqual({
    code: 0,
    stdout: [
      'own.json is valid: 2 nodes.',
      '  not checked: own (pflow trust)',
      '  not checked: mcp-evil-add (pflow trust)',
      '',
    ].join('\n'),
    stderr: '',
  });
  const json = await pflow(['workflow', 'validate', 'own.json', '--output-format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    valid: true,
    not_checked: [{ type: 'own', reason: 'pflow trust' }, { type: 'mcp-evil-add' }],
  });
  expect((await pflow(['registry', 'list'])).stdout).toMatch(
    /^node file +\.pflow\/nodes\/own\.js {2}not checked: pflow trust$/m,
  );
  expect(await pflow(['registry', 'describe', 'own'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("'own' is not checked: pflow trust.") as string,
  });
  expect(ran()).toBe(false);
});

test('without a terminal a workflow that needs untrusted code is refused, and any other runs', async () => {
  const { pflow, ran, folder, traces } = hostileRepository();
  for (const args of [['own.json'], ['nested.json'], ['tui', 'own.json'], ['-y', 'own.json']]) {
    const { code, stdout, stderr } = await pflow(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`The code of ${folder} is not trusted.`);
    expect(stderr).toContain('`pflow trust`');
  }
  expect(traces()).toEqual([]);
  expect(await pflow(['-p', 'plain.json'])).toMatchObject({ code: 0, stdout: 'hi\n' });
  expect(ran()).toBe(false);
});

test('a trusted folder stays trusted until its content changes', async () => {
  const { pflow, put, ran, mark, folder, env } = hostileRepository();
  const shown = await pflow(['trust']);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('node file    .pflow/nodes/own.js');
  expect(shown.stdout).toContain(`mcp server   evil: ${process.execPath} serve.mjs`);
  expect(shown.stdout).toContain('npm package  pack in node_modules/pack');
  expect(ran()).toBe(false);
  const file = join(env['PFLOW_HOME']!, 'trust.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await pflow(['-p', 'own.json'])).toMatchObject({ code: 0, stdout: 'mine\n' });
  expect(ran()).toBe(true);
  expect((await pflow(['trust', '--list'])).stdout).toMatch(new RegExp(`^${folder} .* trusted$`, 'm'));

  for (const [path, content] of [
    ['.pflow/nodes/own.js', nodeFile(mark, 'other')],
    ['.pflow/nodes/_helper.js', 'export {};'],
    ['serve.mjs', 'process.exit(1);'],
    ['node_modules/pack/deeper/other.js', 'export {};'],
  ] as const) {
    put(path, content);
    const { code, stderr } = await pflow(['own.json']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('has changed since you trusted it')]);
    await pflow(['trust']);
  }
  expect((await pflow(['trust', '--remove'])).stdout).toContain('not trusted any more');
  expect((await pflow(['own.json'])).code).toBe(2);
});

test('--trust and --nodes grant trust for one run', async () => {
  const { pflow, put, mark } = hostileRepository();
  put('elsewhere/own.js', nodeFile(mark, 'elsewhere'));
  put(
    'one.json',
    JSON.stringify({ nodes: [{ id: 'a', type: 'own' }], outputs: { o: { source: '${a.said}' } } }),
  );
  expect(await pflow(['-p', '--nodes', 'elsewhere', 'one.json'])).toMatchObject({
    code: 0,
    stdout: 'elsewhere\n',
  });
  expect(readFileSync(mark, 'utf8')).toBe('node file\n');
  expect(await pflow(['-p', '--trust', 'own.json'])).toMatchObject({ code: 0, stdout: 'mine\n' });
  expect((await pflow(['own.json'])).code).toBe(2);
});

test('a corrupt trust file trusts nothing', async () => {
  const { pflow, env } = hostileRepository();
  for (const content of ['', '{"folders":', '[]', '{"folders":{"/":5}}', '{"folders":null}']) {
    mkdirSync(env['PFLOW_HOME']!, { recursive: true });
    writeFileSync(join(env['PFLOW_HOME']!, 'trust.json'), content);
    expect((await pflow(['own.json'])).code).toBe(2);
  }
  expect((await pflow(['trust'])).code).toBe(0);
  expect((await pflow(['-p', 'own.json'])).code).toBe(0);
});

test('an unresponsive server does not delay the validation of a workflow without its tools', async () => {
  const { pflow, ran, mark } = hostileRepository();
  await pflow(['trust']);
  expect(await pflow(['workflow', 'validate', 'plain.json'])).toMatchObject({
    code: 0,
    stdout: 'plain.json is valid: 1 node.\n',
  });
  expect(ran() && readFileSync(mark, 'utf8').split('\n')).not.toContain('server');
});

test.each([
  ['n', 130],
  ['y', 0],
])('on a terminal trust is requested before the screen opens, and %s exits with %i', async (answer, code) => {
  const { folder, env, ran } = hostileRepository();
  const args = [mainFile, 'tui', 'own.json'];
  const terminal = openTerminal({
    command: process.execPath,
    args,
    cwd: folder,
    env: { ...env, CI: undefined },
  });
  await terminal.waitFor((screen) => screen.some((row) => row.includes('Trust it? [y/N]')), 'the question');
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.screen().join('\n')).toContain('node file    .pflow/nodes/own.js');
  expect(ran()).toBe(false);
  terminal.write(`${answer}\r`);
  if (answer === 'y') {
    await terminal.waitFor((screen) => screen.some((row) => row.includes('done')), 'the end of the run');
    terminal.write('q');
  }
  expect((await terminal.exit).code).toBe(code);
  expect(ran()).toBe(answer === 'y');
});

test("the hash of project code includes modules imported from outside the folder, and the user's own folder is exempt", () => {
  const { folder, put } = hostileRepository();
  put('.pflow/nodes/own.js', "import { a } from '../../lib/a.js';");
  put('lib/a.ts', "export * from './b'; export * from './c.js';");
  put('lib/b.ts', 'export const b = 1;');
  put('lib/c.js', 'export const c = 1;');
  const env = { PFLOW_HOME: join(folder, '.home') };
  const before = findProjectCode(folder, env)!;
  put('lib/b.ts', 'export const b = 2;');
  const after = findProjectCode(folder, env)!;
  expect(after.hash).not.toBe(before.hash);
  expect(findProjectCode(folder, env)!.hash).toBe(after.hash);
  const link = join(folder, 'link');
  symlinkSync(folder, link);
  expect(findProjectCode(link, env)).toEqual(after);
  put('package.json', '{}');
  expect(findProjectCode(folder, env)!.hash).toBe(after.hash);
  const own = { PFLOW_HOME: join(folder, '.pflow') };
  expect(findProjectCode(folder, own)).toBeUndefined();
});

test('the hash of project code includes the versions of imported packages and of what these depend on', () => {
  const { folder, put } = hostileRepository();
  const env = { PFLOW_HOME: join(folder, '.home') };
  put('serve.mjs', '');
  put(
    '.pflow/nodes/own.js',
    "import { a } from '../../lib/a.js'; import 'node:fs'; import { run } from 'pflow-profiler';",
  );
  put(
    'lib/a.ts',
    "export const a = (await import('@scope/pkg/sub.js')).default; const b = require('plain');",
  );
  const install = (name: string, version: string, dependencies = {}) =>
    put(`node_modules/${name}/package.json`, JSON.stringify({ name, version, dependencies }));
  install('@scope/pkg', '1.0.0', { deep: '^1.0.0', gone: '1' });
  install('plain', '2.0.0', { plain: '*' });
  install('deep', '1.0.0');
  install('other', '1.0.0');
  install('pflow-profiler', '1.0.0');
  const code = () => findProjectCode(folder, env)!;
  const before = code();
  expect(before.lines.filter((line) => line.startsWith('imported'))).toEqual([
    'imported     @scope/pkg 1.0.0',
    'imported     plain 2.0.0',
  ]);
  for (const changed of ['deep', 'plain', '@scope/pkg']) {
    const { hash } = code();
    install(changed, '3.0.0');
    expect([changed, code().hash === hash]).toEqual([changed, false]);
  }
  const { hash } = code();
  install('other', '3.0.0');
  install('pflow-profiler', '3.0.0');
  expect(code().hash).toBe(hash);
});
