import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { z as olderZod } from 'zod41';
import { z as zod3 } from 'zod3';
import { z as zod4In3 } from 'zod3/v4';
import { defineNode, run, type NodeType } from '../../src/index.js';
import { describeNodeType } from '../../src/nodes/definition/describe-type.js';
import { builtinTypes } from '../../src/nodes/registry.js';
import { catalogueDetails } from '../../src/planner/prompts/catalogue-text.js';
import { isRequired } from '../../src/workflow/format/schema-path.js';
import { loadedPackages } from '../support/loaded-packages.js';

const library = new URL('../../dist/index.js', import.meta.url).href;

/** The packages loaded by a program that imports the library and runs this code. */
function loadedBy(code: string): Promise<string[]> {
  const program = `const pflow = await import(${JSON.stringify(library)}); ${code}`;
  return loadedPackages((env) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { ...process.env, ...env },
    }),
  );
}

/** 8 kB, for bodies that a server compresses with Zstandard: they are decoded as they end, which cannot wait for an import. */
const TAP = 'fzstd';

test('importing the library loads neither zod nor any other large package', async () => {
  expect(await loadedBy('')).toEqual([TAP]);
});

test('tracing a flow does not load zod, and reading a trace does', async () => {
  const traced = `
    const { mkdtempSync, rmSync } = await import('node:fs');
    class Work extends pflow.BaseNode { async exec() { return 1; } post(shared, _, result) { shared.n = result; } }
    const traceDir = mkdtempSync('traces-');
    const { tracePath, outputs, error } = await pflow.trace(new Work('work'), { traceDir, model: 'offline' });
    if (error || outputs.n !== 1) throw error ?? new Error('no output');`;
  const remove = 'rmSync(traceDir, { recursive: true });';
  expect(await loadedBy(traced + remove)).toEqual([TAP]);
  expect(await loadedBy(`${traced} for await (const _ of pflow.readTrace(tracePath)); ${remove}`)).toEqual([
    TAP,
    'zod',
  ]);
});

test('a pocketflow class becomes a node type without zod and accepts any parameters', async () => {
  expect(
    await loadedBy(`
      class Own { prep() {} exec() {} post() {} setParams() {} _exec() {} }
      pflow.pocketFlowType(Own);`),
  ).toEqual([TAP]);
});

/** The same definition, written with any copy of zod. */
function shoutWith(zod: typeof z): NodeType {
  return defineNode({
    type: 'shout',
    description: 'Makes text loud.',
    params: zod.object({
      text: zod.string().describe('What to shout'),
      times: zod.number().int().min(1).default(1).describe('How often'),
      mark: zod.enum(['!', '?']).optional().describe('What follows'),
    }),
    outputs: zod.object({ loud: zod.string().describe('The text in capitals') }),
    exec: ({ params }) => ({ loud: `${params.text.toUpperCase()}${params.mark ?? ''}`.repeat(params.times) }),
  });
}

test.each([
  ['another copy of zod, 4.1.0', olderZod as unknown as typeof z],
  ['zod/v4 of zod 3.25', zod4In3 as unknown as typeof z],
])('a node type can be defined with %s', async (_, zod) => {
  const own = shoutWith(z);
  const other = shoutWith(zod);
  expect(describeNodeType(other)).toEqual(describeNodeType(own));
  expect(catalogueDetails([other])).toBe(catalogueDetails([own]));
  const workflow = (params: object) => ({
    outputs: { loud: { source: '${a.loud}' } },
    nodes: [{ id: 'a', type: 'shout', params }],
  });
  const { outputs } = await run(workflow({ text: 'hey', times: '2', mark: '!' }), { nodes: [other] });
  expect(outputs).toEqual({ loud: 'HEY!HEY!' });
  await expect(run(workflow({ text: 5.5, times: 0, mark: 'x' }), { nodes: [other] })).rejects.toThrow(
    /times: must be at least 1[^]*mark: must be one of !, \?/,
  );
});

test('a zod 3 schema is rejected with what to write instead', () => {
  const define = (params: unknown) => () =>
    defineNode({
      type: 'old',
      description: 'Is of zod 3.',
      params: params as z.ZodObject,
      outputs: z.object({}),
      exec: () => ({}),
    });
  expect(define(zod3.object({ text: zod3.string() }))).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: "The params of node type 'old' are a schema of zod 3.",
      hint: "Define them with zod 4.1 or newer: `npm install zod@4`, or import { z } from 'zod/v4'.",
    }) as Error,
  );
  expect(define({ text: 'string' })).toThrow(
    "The params of node type 'old' must be an object schema of zod 4.",
  );
  expect(define(z.string())).toThrow("The params of node type 'old' must be an object schema of zod 4.");
});

test('a parameter is required exactly when zod requires it in an object', () => {
  const own = [
    z.unknown(),
    z.string().catch(''),
    z.string().prefault(''),
    z.lazy(() => z.string().optional()),
  ];
  const fields = [
    ...own,
    ...builtinTypes.flatMap(({ params }) => Object.values(params.shape) as z.ZodType[]),
  ];
  expect(fields.map(isRequired)).toEqual(fields.map((field) => !z.object({ field }).safeParse({}).success));
});

test('a parameter with an asynchronous check is validated when its node starts', async () => {
  const later = defineNode({
    type: 'later',
    description: 'Checks its parameter slowly.',
    params: z.object({
      text: z
        .string()
        .refine(async (text) => text !== 'no', 'must not be no')
        .describe('Anything but no'),
    }),
    outputs: z.object({ text: z.string() }),
    exec: ({ params }) => params,
  });
  const workflow = (text: string) => ({ nodes: [{ id: 'a', type: 'later', params: { text } }] });
  expect(await run(workflow('yes'), { nodes: [later] })).toMatchObject({ status: 'ok' });
  const { status, error } = await run(workflow('no'), { nodes: [later] });
  expect([status, String(error)]).toEqual(['failed', expect.stringContaining('must not be no')]);
});
