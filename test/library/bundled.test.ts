import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatChunks, serve, stream } from '../support/llm-server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = mkdtempSync(join(tmpdir(), 'pflow-bundled-'));
/** The bundles run in a folder without any of pflow's files. */
const target = mkdtempSync(join(tmpdir(), 'pflow-deployed-'));

/** A program that uses everything pflow otherwise reads from its own files: prices, shipped workflows, schemas, its version. */
const program = `
import { BaseNode, costOf, defineNode, readTrace, run, trace } from 'pflow-profiler';
import { z } from 'zod';

const [file, url] = process.argv.slice(2);
const shout = defineNode({
  type: 'shout',
  description: 'Makes text loud.',
  params: z.object({ text: z.string() }),
  outputs: z.object({ loud: z.string() }),
  exec: ({ params }) => ({ loud: params.text.toUpperCase() }),
});
class Work extends BaseNode {
  async exec() { return 'done'; }
  post(shared, _, result) { shared.work = result; }
}
async function main() {
  const counted = await run(
    {
      nodes: [
        { id: 'count', type: 'workflow', params: { workflow: 'count-words', inputs: { file_path: file } } },
        { id: 'shout', type: 'shout', params: { text: 'hey' } },
      ],
      edges: [{ from: 'count', to: 'shout' }],
      outputs: { words: { source: '\${count.words}' }, loud: { source: '\${shout.loud}' } },
    },
    { nodes: [shout], model: 'offline', traceDir: '.' },
  );
  const events = [];
  for await (const event of readTrace(counted.tracePath)) events.push(event);
  const traced = await trace(new Work('work'), { model: 'offline' });
  process.env.OPENAI_BASE_URL = url;
  const asked = await run(
    { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'The capital of France?' } }] },
    { model: 'openai-compatible/any' },
  );
  if (asked.error) throw asked.error;
  const { tokens_total, tokens_estimated } = asked.metrics.metrics.total;
  console.log(JSON.stringify({
    usd: costOf({ input: 1000, output: 100 }, { model: 'gpt-4.1', provider: 'openai' }).usd,
    outputs: counted.outputs,
    version: events[0].pflow,
    last: events.at(-1).type,
    traced: traced.outputs,
    tokens: { tokens_total, tokens_estimated },
  }));
}
main();
`;

beforeAll(() => {
  const installed = join(source, 'node_modules', 'pflow-profiler');
  mkdirSync(installed, { recursive: true });
  for (const path of ['package.json', 'pricing.default.json', 'dist'])
    cpSync(join(root, path), join(installed, path), { recursive: true });
  symlinkSync(join(root, 'node_modules', 'zod'), join(source, 'node_modules', 'zod'), 'junction');
  writeFileSync(join(source, 'app.js'), program);
  writeFileSync(join(source, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(target, 'text.txt'), 'one two three');
});
afterAll(() => {
  for (const folder of [source, target]) rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[]) {
  const env = { PATH: process.env['PATH']!, HOME: target, PFLOW_HOME: join(target, '.home') };
  return promisify(execFile)(process.execPath, [...args], { cwd: target, env });
}

const expected = {
  usd: 0.0028,
  outputs: { words: 3, loud: 'HEY' },
  version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
  last: 'run.finished',
  traced: { work: 'done' },
  // A quarter of the characters of 'The capital of France?' and 'Paris.'; with the tokenizer's files, which are missing here, they would be 7 tokens.
  tokens: { tokens_total: 8, tokens_estimated: true },
};

async function outcomeOf(bundle: string): Promise<unknown> {
  const { url } = await serve(stream(chatChunks('Paris.', { usage: null })));
  const { stdout, stderr } = await start([join(target, bundle), 'text.txt', `${url}/v1`]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each([
  ['esm', 'app.mjs'],
  ['cjs', 'app.cjs'],
] as const)("a program bundled by esbuild as %s runs without pflow's own files", async (format, outfile) => {
  await build({
    absWorkingDir: source,
    entryPoints: ['app.js'],
    outfile: join(target, outfile),
    bundle: true,
    platform: 'node',
    format,
    logLevel: 'error',
  });
  expect(await outcomeOf(outfile)).toEqual(expected);
});

test("a program bundled by Vite for a server runs without pflow's own files", async () => {
  await viteBuild({
    root: source,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: 'app.js', outDir: join(target, 'vite'), emptyOutDir: true },
  });
  writeFileSync(join(target, 'vite', 'package.json'), '{ "type": "module" }');
  expect(await outcomeOf('vite/app.js')).toEqual(expected);
});

test('a bundled command reports that it cannot load custom node files', async () => {
  await build({
    absWorkingDir: source,
    entryPoints: ['node_modules/pflow-profiler/dist/main.js'],
    outdir: join(target, 'command'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  mkdirSync(join(target, 'nodes'));
  writeFileSync(join(target, 'nodes', 'own.ts'), 'export const x: number = 1;');
  writeFileSync(
    join(target, 'wf.json'),
    JSON.stringify({ nodes: [{ id: 'a', type: 'echo', params: { message: 'hi' } }] }),
  );
  const command = [join(target, 'command', 'main.mjs'), '-p', 'wf.json'];
  expect((await start(command)).stdout).toContain('hi');
  await expect(start([...command, '--nodes', 'nodes'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /Files of custom nodes cannot be loaded: this pflow is part of a bundle\.[^]*external/,
    ) as string,
  });
});
