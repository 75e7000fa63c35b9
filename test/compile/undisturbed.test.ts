import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import type { NodeType } from '../../src/nodes/definition/node-type.js';
import { builtinTypes, createRegistry } from '../../src/nodes/registry.js';
import { offlineLanguage } from '../../src/planner/offline/language.js';
import { createStore, METRICS_KEY } from '../../src/runtime/store/store.js';
import { resolveInputs } from '../../src/workflow/check/inputs.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';
import { offline, plan, shipped as saved } from '../planner/harness.js';
import { runWorkflow, validWorkflow } from '../support/run-workflow.js';
import { memorySink } from '../support/tracing.js';

// Tracing does not affect a run: every workflow that is shipped, an example or in README.md gives the same with tracing on
// and off: its outputs, store, error, printed output and files.

const folder = mkdtempSync(join(tmpdir(), 'pflow-undisturbed-'));
const here = process.cwd();
const repository = mkdtempSync(join(tmpdir(), 'pflow-undisturbed-git-'));
const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, stdio: 'ignore' });
git('init');
git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--allow-empty', '-m', 'First');
afterAll(() => {
  process.chdir(here);
  for (const each of [folder, repository]) rmSync(each, { recursive: true });
});

/** Recreates the same files before every run, in the run's working directory. */
function tidy(): void {
  process.chdir(here);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'docs'), { recursive: true });
  mkdirSync(join(folder, 'backup'));
  cpSync(join(repository, '.git'), join(folder, '.git'), { recursive: true });
  process.chdir(folder);
  for (const name of [
    'notes.md',
    'README.md',
    'log.md',
    'old name.md',
    'old.log',
    'docs/guide.md',
    'docs/one.md',
  ])
    writeFileSync(name, `# ${name}\n\nWhales sing. Whales dive deep. See [home](https://one.org/a).\n`);
  mkdirSync('src');
  const others = {
    'src/main.js': '// TODO later\n',
    'app.log': 'fine\nan error\nfine\n',
    'names.txt': 'b\na\nb\n',
    'a.md': 'one\n',
    'b.md': 'two\n',
    'data.csv': 'a,b\n1,2\n',
    'people.csv': 'name,age\nAda,36\n',
    'data.json': '{"a":[1,2]}',
    'config.json': '{"port":1}',
    'package.json': '{"version":"1.0.0"}',
  };
  for (const [name, content] of Object.entries(others)) writeFileSync(name, content);
}

const page =
  '<title>News</title><p>Whales sing. <a href="https://one.org/a">They dive.</a> The sea is full.</p>';

async function site(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/html', date: 'today' }).end(page);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const shipped = readdirSync(new URL('../../src/workflow/shipped', import.meta.url)).map((name) =>
  name.replace('.json', ''),
);

/** The inputs of each shipped workflow. */
const given: Readonly<Record<string, (url: string) => Record<string, unknown>>> = {
  'count-words': () => ({ file_path: 'notes.md' }),
  'summarize-file': () => ({ file_path: 'notes.md' }),
  'summarize-folder': () => ({ directory: 'docs' }),
  'summarize-url': (url) => ({ url }),
};

test.each(shipped)('the shipped workflow %s has the same results with tracing on and off', async (name) => {
  await expectUndisturbed(loadWorkflow(name, { folder: join(folder, 'none') }).source, {
    inputs: given[name]!(await site()),
  });
});

const examples = fileURLToPath(new URL('workflows', import.meta.url));

test.each(readdirSync(examples))(
  'the example %s has the same results with tracing on and off',
  async (name) => {
    await expectUndisturbed(join(examples, name), { inputs: name === 'child.json' ? { text: 'hi' } : {} });
  },
);

test('the library example and the node in README.md have the same results with tracing on and off', async () => {
  const shout = defineNode({
    type: 'shout',
    description: 'Says it louder.',
    params: z.object({ text: z.string().describe('What to say') }),
    outputs: z.object({ said: z.string().describe('What was said') }),
    exec: ({ params }) => ({ said: params.text.toUpperCase() }),
  });
  const count = defineNode({
    type: 'count',
    description: 'Counts the words of a text.',
    params: z.object({ text: z.string().describe('What to count') }),
    outputs: z.object({ words: z.number().describe('How many there are') }),
    exec: ({ params, log }) => {
      log(`counting ${params.text.length} characters`);
      return { words: params.text.split(/\s+/).filter(Boolean).length };
    },
  });
  const workflow = {
    inputs: { texts: { type: 'list' } },
    outputs: { counts: { source: '${count.results}' }, told: { source: '${shout.said}' } },
    nodes: [
      {
        id: 'count',
        type: 'count',
        params: { text: '${item}' },
        batch: { items: '${texts}', parallel: true },
      },
      { id: 'shout', type: 'shout', params: { text: '${count.count} texts' } },
    ],
    edges: [{ from: 'count', to: 'shout' }],
  };
  const { printed } = await expectUndisturbed(workflow, {
    inputs: { texts: ['one two', 'three'] },
    own: [count, shout],
  });
  expect(printed).toEqual(['counting 7 characters', 'counting 5 characters']);
});

/** The requests of the table in README.md. A request that only saves is preceded by another clause. */
const requests = offlineLanguage()
  .filter(({ meaning }) => !meaning.startsWith('requires a model'))
  .map(({ example }) => example)
  // What these print is the time of the run.
  .filter((example) => !/\b(?:date|time)\b/.test(example))
  .map((example) => {
    if (example.startsWith('save each')) return `summarize notes.md, README.md and ${example}`;
    if (example.startsWith('tell me')) return `fetch https://example.com and ${example}`;
    return /^(?:save it|append the|POST it)/.test(example) ? `summarize notes.md and ${example}` : example;
  });

test.each(requests)(
  'the request "%s" of README.md has the same results with tracing on and off',
  async (request) => {
    const url = await site();
    const { workflow, params } = (await plan(request.replaceAll('https://example.com', url), { saved })).plan;
    await expectUndisturbed(workflow, { inputs: { ...params } });
  },
);

type Given = Readonly<{ inputs?: Record<string, unknown>; own?: readonly NodeType[] }>;

async function expectUndisturbed(source: unknown, options: Given = {}): Promise<Seen> {
  const untraced = await seen(source, options, {});
  expect(untraced.error).toBeUndefined();
  for (const level of ['preview', 'full', 'none'] as const) {
    const sink = memorySink(level);
    expect(await seen(source, options, { sink })).toEqual(untraced);
    expect(sink.events.length).toBeGreaterThan(0);
  }
  return untraced;
}

type Seen = Readonly<{ outputs: unknown; store: unknown; error: unknown; printed: string[]; files: unknown }>;

/** Everything observable of a run, except times, which differ from run to run. */
async function seen(source: unknown, { inputs = {}, own = [] }: Given, traced: object): Promise<Seen> {
  tidy();
  const printed: string[] = [];
  const types = createRegistry([...builtinTypes, ...own]);
  const values = resolveInputs(validWorkflow(source, types), inputs);
  const { outputs, store, error } = await runWorkflow(source, {
    store: createStore({ ...values, confirm_delete: true }),
    types,
    context: { llm: offline, log: (text) => void printed.push(text) },
    ...traced,
  });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.git'))
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')])
    .toSorted();
  return { outputs: timeless(outputs), store: timeless(store), error, printed, files };
}

const TIMES: ReadonlySet<string> = new Set(['batch_metadata', 'response_time', 'duration_ms', METRICS_KEY]);

function timeless(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (TIMES.has(key) ? undefined : each)));
}
