import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
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
type Tarball = { filename: string; size: number; unpackedSize: number; files: { path: string }[] };
let tarball: Tarball;
let packed: string[] = [];

function pflow(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return execute(bin, [...args], { cwd: folder, env: { ...env, ...more } });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The tarball as it would be published, installed into an otherwise empty folder. Its only peer is installed from this repository. */
beforeAll(async () => {
  const pack = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  [tarball] = JSON.parse(pack.stdout) as [Tarball];
  packed = tarball.files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const zod = join(root, 'node_modules', 'zod');
  const flags = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...flags, join(folder, tarball.filename), zod], { cwd: folder });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package contains the program and its dependencies, and nothing else', () => {
  const other = packed.filter((path) => !path.startsWith('dist/'));
  expect(other.sort()).toEqual(['LICENSE', 'README.md', 'package.json', 'pricing.default.json']);
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/main.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/workflow.schema.json',
      'dist/workflows/summarize-file.json',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/sbom.cdx.json',
    ]),
  );
  expect(packed).not.toContain('dist/metafile.json');
  expect(packed.filter((path) => path.endsWith('.d.ts'))).toHaveLength(1);
});

test('the package is within its limits for download and installed size', () => {
  expect(tarball.size).toBeLessThanOrEqual(2_800_000);
  expect(tarball.unpackedSize).toBeLessThanOrEqual(7_000_000);
});

test('the help loads few files, and so does the library', () => {
  const { outputs } = JSON.parse(read('dist/metafile.json')) as {
    outputs: Record<string, { imports: { path: string; kind: string }[] }>;
  };
  const loaded = (path: string, seen: Set<string>): Set<string> => {
    const next = outputs[path]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    if (outputs[path] === undefined || seen.has(path)) return seen;
    return next.reduce((all, each) => loaded(each.path, all), seen.add(path));
  };
  const cli = Object.keys(outputs).find((path) => /chunks.cli-/.test(path))!;
  expect(loaded(cli, loaded('dist/main.js', new Set())).size).toBeLessThanOrEqual(8);
  expect(loaded('dist/index.js', new Set()).size).toBeLessThanOrEqual(10);
});

test('the package metadata states its purpose and its origin', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: 'pflow-profiler',
    bin: { pflow: 'dist/main.js' },
    license: 'MIT',
    repository: { type: 'git', url: expect.stringMatching(/^git\+https:/) as string },
    homepage: expect.stringMatching(/^https:/) as string,
    bugs: expect.stringMatching(/^https:/) as string,
    keywords: expect.arrayContaining(['llm', 'profiler']) as string[],
    sideEffects: ['./dist/main.js'],
    peerDependencies: { zod: '^4.1' },
  });
  expect(manifest).not.toHaveProperty('dependencies');
});

/** The folders of the packages that are part of the bundle, each with its name and version. */
function bundledPackages(): { name: string; version: string }[] {
  const { outputs } = JSON.parse(read('dist/metafile.json')) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
  };
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      return folder !== undefined && bytesInOutput > 0 ? [folder.slice(folder.indexOf('node_modules'))] : [];
    }),
  );
  return [...new Set(folders)].map((each) => {
    const { name, version } = JSON.parse(read(`${each}/package.json`)) as { name: string; version: string };
    return { name, version };
  });
}

test('the licence of every bundled package is in the package', () => {
  const bundled = bundledPackages();
  expect(bundled.length).toBeGreaterThan(60);
  const [, ...sections] = read('dist/THIRD_PARTY_LICENSES.txt').split(/^-{80}$/m);
  const texts = new Map(sections.map((text) => [/^\S+ \S+/.exec(text.trim())![0], text]));
  for (const { name, version } of [...bundled, { name: 'tiktoken', version: '1.0.22' }]) {
    expect(`${name}: ${texts.get(`${name} ${version}`)}`).toMatch(
      /Permission is hereby granted|Permission to use, copy|Redistribution and use|Apache License/,
    );
  }
  expect(texts.get('tiktoken 1.0.22')).toContain('Copyright (c) 2025 OpenAI, Shantanu Jain');
  expect(texts.keys()).toContain('@pydantic/genai-prices 0.1.8');
  expect(sections.join()).toContain('END OF TERMS AND CONDITIONS');
});

test('the bill of materials lists every bundled package with its licence and the hash of the installed files', () => {
  const { components, dependencies, ...bom } = JSON.parse(read('dist/sbom.cdx.json')) as {
    components: { group?: string; name: string; version: string; purl: string; licenses: object[] }[];
    dependencies: { ref: string; dependsOn?: string[] }[];
  };
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
  const listed = components.map(
    ({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`,
  );
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed).toEqual(
    expect.arrayContaining(bundledPackages().map(({ name, version }) => `${name} ${version}`)),
  );
  for (const component of components) {
    expect(component.licenses).toHaveLength(1);
    expect(component).toMatchObject({
      purl: expect.stringMatching(/^pkg:npm\/.+@\d/) as string,
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) as string }],
    });
  }
  expect(dependencies[0]!.dependsOn).toEqual(components.map(({ purl }) => purl));
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { integrity: string }>;
  };
  const [, digest = ''] = packages['node_modules/ink']!.integrity.split('sha512-');
  expect(JSON.stringify(components.find(({ name }) => name === 'ink'))).toContain(
    Buffer.from(digest, 'base64').toString('hex'),
  );
});

test('the price file and the schema of workflow files can be imported', async () => {
  writeFileSync(
    join(folder, 'data.js'),
    `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { models } = require('pflow-profiler/pricing.default.json');
const schema = require('pflow-profiler/workflow.schema.json');
console.log(Object.keys(models).length > 100, schema.title, JSON.stringify(schema.required));
`,
  );
  const { stdout } = await execute(process.execPath, ['data.js'], { cwd: folder });
  expect(stdout).toBe('true pflow workflow ["nodes"]\n');
});

test('the schema of workflow files accepts a shipped workflow and rejects invalid ones', () => {
  const schema = z.fromJSONSchema(
    JSON.parse(read('dist/workflow.schema.json')) as z.core.JSONSchema.JSONSchema,
  );
  const shipped = JSON.parse(read('dist/workflows/summarize-folder.json')) as { nodes: object[] };
  expect(schema.safeParse(shipped).success).toBe(true);
  expect(schema.safeParse({ ...shipped, nodes: [] }).success).toBe(false);
  expect(schema.safeParse({ ...shipped, nodes: [{ id: '1x', type: 'shell' }] }).success).toBe(false);
});

test('the installed command prints its help', async () => {
  expect((await pflow(['--help'])).stdout).toMatch(/^Usage: pflow /);
});

test('the installed command runs a request without a key or network', async () => {
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

test('the installed package contains the tokenizer and its WebAssembly', async () => {
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

test('the installed package converts web pages to text', async () => {
  const page =
    '<html><head><title>T</title></head><body><nav>Menu</nav><article><h1>Fox</h1><p>The fox jumps over the dog and runs far away.</p></article></body></html>';
  const { url } = await serve(
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  );
  expect((await pflow(['-p', `fetch ${url}/page and count words in it`])).stdout).toMatch(/^\d+\n$/);
});

test.each(['pflow', 'pflow-profiler'])('a TypeScript file of custom nodes may import %s', async (name) => {
  mkdirSync(join(folder, 'nodes'), { recursive: true });
  writeFileSync(
    join(folder, 'nodes', 'shout.ts'),
    `import { defineNode } from '${name}';
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

test('the installed package can be imported as a library with types', async () => {
  writeFileSync(
    join(folder, 'use.ts'),
    `import { z } from 'zod';
import { defineNode, readTrace, run, type RunResult, type TraceEvent } from 'pflow-profiler';

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
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--skipLibCheck',
    'false',
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
