import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatChunks, serve, stream } from './support/llm-server.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pflow-package-'));
const bin = join(folder, 'node_modules', '.bin', 'pflow');
const env = {
  PATH: process.env['PATH']!,
  HOME: folder,
  PFLOW_HOME: join(folder, '.home'),
  PFLOW_MODEL: 'offline',
};
let packed: string[] = [];

function pflow(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return execute(bin, [...args], { cwd: folder, env: { ...env, ...more } });
}

/** The tarball as it would be published, installed into a folder that has nothing else. Its one dependency comes from here. */
beforeAll(async () => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  await execute(tsc, ['-p', join(root, '.config', 'tsconfig.types.json')]);
  const pack = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [tarball] = JSON.parse(pack.stdout) as { filename: string; files: { path: string }[] }[];
  packed = tarball!.files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const zod = join(root, 'node_modules', 'zod');
  const flags = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...flags, join(folder, tarball!.filename), zod], { cwd: folder });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package holds the program and what it needs, and nothing else', () => {
  const other = packed.filter((path) => !path.startsWith('dist/'));
  expect(other.sort()).toEqual(['LICENSE', 'README.md', 'package.json', 'pricing.default.json']);
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/main.js',
      'dist/index.js',
      'dist/types/index.d.ts',
      'dist/workflows/summarize-file.json',
    ]),
  );
});

test('the installed command has its help', async () => {
  expect((await pflow(['--help'])).stdout).toMatch(/^Usage: pflow /);
});

test('the installed command does the main job with no key and no network', async () => {
  writeFileSync(
    join(folder, 'README.md'),
    '# Fox\n\nThe quick brown fox jumps over the dog. The dog sleeps. Foxes are quick. Dogs sleep a lot.\n',
  );
  const { stdout, stderr } = await pflow(['tui', 'summarize README.md', '--output-format', 'json']);
  expect(stderr).toBe('');
  const summary = JSON.parse(stdout) as { result: string };
  expect(summary).toMatchObject({
    is_error: false,
    total_cost_usd: null,
    metrics: { planner: {}, workflow: {}, total: {} },
  });
  expect(summary.result).toContain('fox');
});

test('the installed package has the tokenizer and its WebAssembly', async () => {
  const { url } = await serve(stream(chatChunks('Paris.', { usage: null })));
  writeFileSync(
    join(folder, 'ask.json'),
    JSON.stringify({ nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'The capital of France?' } }] }),
  );
  const { stdout } = await pflow(['ask.json', '--output-format', 'json'], {
    PFLOW_MODEL: 'openai-compatible/any',
    OPENAI_BASE_URL: `${url}/v1`,
  });
  const { metrics } = JSON.parse(stdout) as { metrics: { total: object } };
  expect(metrics.total).toMatchObject({ tokens_estimated: true, tokens_total: expect.any(Number) as number });
});

test('the installed package reads web pages', async () => {
  const page =
    '<html><head><title>T</title></head><body><nav>Menu</nav><article><h1>Fox</h1><p>The fox jumps over the dog and runs far away.</p></article></body></html>';
  const { url } = await serve(
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  );
  expect((await pflow(['-p', `fetch ${url}/page and count words in it`])).stdout).toMatch(/^\d+\n$/);
});

test('the installed command loads node types of your own, TypeScript as it is', async () => {
  mkdirSync(join(folder, 'nodes'), { recursive: true });
  writeFileSync(
    join(folder, 'nodes', 'shout.ts'),
    `import { defineNode } from 'pflow';
import { z } from 'zod';

export const shout = defineNode({
  type: 'shout',
  description: 'Makes text loud.',
  params: z.object({ text: z.string().describe('What to shout') }),
  outputs: z.object({ loud: z.string().describe('The text in capitals') }),
  exec: ({ params }: { params: { text: string } }) => ({ loud: params.text.toUpperCase() }),
});
`,
  );
  writeFileSync(
    join(folder, 'shout.pflow.md'),
    '## Steps\n\n### a\n\n- type: shout\n- text: hey\n\n## Outputs\n\n### said\n\n- source: ${a.loud}\n',
  );
  expect(await pflow(['-p', '--nodes', 'nodes', 'shout.pflow.md'])).toEqual({ stdout: 'HEY\n', stderr: '' });
});

test('the installed package is a library with types', async () => {
  writeFileSync(
    join(folder, 'use.ts'),
    `import { z } from 'zod';
import { defineNode, readTrace, run, type RunResult, type TraceEvent } from 'pflow';

const shout = defineNode({
  type: 'shout',
  description: 'Makes text loud.',
  params: z.object({ text: z.string().describe('What to shout') }),
  outputs: z.object({ loud: z.string().describe('The text in capitals') }),
  exec: ({ params }) => ({ loud: params.text.toUpperCase() }),
});
const workflow = { outputs: { said: { source: '\${a.loud}' } }, nodes: [{ id: 'a', type: 'shout', params: { text: 'hey' } }] };
const result: RunResult = await run(workflow, { nodes: [shout], model: 'offline', traceDir: '.' });
const events: TraceEvent[] = [];
for await (const event of readTrace(result.tracePath!)) events.push(event);
console.log(result.outputs['said'], events.at(-1)?.type);
`,
  );
  mkdirSync(join(folder, 'out'), { recursive: true });
  const types = join(root, 'node_modules', '@types');
  const options = [
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--strict',
    '--typeRoots',
    types,
    '--types',
    'node',
    '--outDir',
    'out',
  ];
  await execute(join(root, 'node_modules', '.bin', 'tsc'), [...options, 'use.ts'], { cwd: folder });
  const { stdout } = await execute(process.execPath, ['out/use.js'], { cwd: folder, env });
  expect(stdout).toBe('HEY run.finished\n');
});
