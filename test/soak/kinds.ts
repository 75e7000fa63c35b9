import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { defineNode, run, type NodeType, type RunResult, type RunStatus } from '../../src/index.js';
import { offline } from '../../src/llm/select/choose-model.js';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';
import { loadMcpTypes } from '../../src/nodes/mcp/load-mcp-tools.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { plannerSkills } from '../../src/planner/offline/skills.js';
import { createPlanner } from '../../src/planner/planner.js';
import { startSession } from '../../src/session/session.js';
import { listWorkflows } from '../../src/workflow/library/library.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { chatChunks, json, serve, stream, type Received } from '../support/llm-server.js';
import { testPrices } from '../support/prices.js';

/** A distinct value that each run holds, so that a retained run is measurable. */
const BALLAST = 64 * 1024;

/** The environment of runs. */
export type Place = Readonly<{
  /** A folder for their traces and files. */
  folder: string;
  url: string;
  /** The requests that the server received, kept until they are cleared. */
  received: Received[];
}>;

/** Executes the run with this number and returns its status. */
export type OneRun = (place: Place, index: number) => Promise<RunStatus>;

/** Starts the server that runs send requests to. */
export async function openPlace(folder: string): Promise<Place> {
  const { url, received } = await serve((response, request) => {
    if (request.path.endsWith('/never')) return;
    if (request.path.endsWith('/json')) return json(200, { ok: true })(response, request);
    if (JSON.stringify(request.body).includes('refuse this'))
      return json(400, { error: { message: 'No.' } })(response, request);
    if (JSON.stringify(request.body).includes('never answer')) return;
    return stream(chatChunks('A short answer in a few chunks.'))(response, request);
  });
  return { folder, url, received };
}

/** The kinds of runs, each with its number of runs. */
export const kinds: readonly (readonly [kind: string, count: number, ends: RunStatus, make: OneRun])[] = [
  ['runs that are cancelled in a node of their own', 600, 'cancelled', (place) => cancelled(place, hang)],
  ['runs that are cancelled in a command', 600, 'cancelled', (place) => cancelled(place, sleep)],
  ['runs that are cancelled in a request', 400, 'cancelled', (place) => cancelled(place, unanswered(place))],
  ['runs that are cancelled in a model', 300, 'cancelled', (place) => cancelled(place, unspoken)],
  ['runs that fail in a node of their own', 600, 'failed', (place) => runOf(place, throwing)],
  [
    'runs that fail in a command',
    200,
    'failed',
    (place) => runOf(place, step('shell', { command: 'exit 3' })),
  ],
  [
    'runs that are refused by a model',
    300,
    'failed',
    (place) => runOf(place, step('llm', { prompt: 'refuse this' })),
  ],
  [
    'runs that ask a model',
    500,
    'ok',
    (place) => runOf(place, step('llm', { prompt: 'Say: ${carry.echo}' })),
  ],
  [
    'runs with a command',
    300,
    'ok',
    (place) => runOf(place, step('shell', { command: 'wc -c', stdin: '${ballast}' })),
  ],
  ['runs with a request', 300, 'ok', (place) => runOf(place, step('http', { url: `${place.url}/json` }))],
  ['runs with a parallel batch', 300, 'ok', (place) => runOf(place, batch)],
  ['runs with a tool of an MCP server', 40, 'ok', withMcp],
  ['runs that are planned', 200, 'ok', planned],
];

type Step = Readonly<{ id: string; type: string; params: object; batch?: object }>;

function step(type: string, params: object): Step {
  return { id: 'work', type, params };
}

const hang = step('hang', {});
const throwing = step('throwing', {});
const sleep = step('shell', { command: 'sleep 600', timeout: 600 });
const unspoken = step('llm', { prompt: 'never answer' });
const unanswered = ({ url }: Place): Step => step('http', { url: `${url}/never` });
const batch: Step = {
  ...step('echo', { message: '${item}' }),
  batch: { items: Array.from({ length: 20 }, (_, i) => `item ${i}`), parallel: true, max_concurrent: 5 },
};

const ownTypes: readonly NodeType[] = [
  defineNode({
    type: 'hang',
    description: 'Goes on until it is stopped.',
    params: z.object({}),
    outputs: z.object({}),
    exec: ({ signal }) =>
      new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      ),
  }),
  defineNode({
    type: 'throwing',
    description: 'Fails, twice.',
    params: z.object({}),
    outputs: z.object({}),
    retries: { maxAttempts: 2, waitMs: 0 },
    exec: () => {
      throw new Error('It does not work.', { cause: new Error('It never did.') });
    },
  }),
];

let made = 0;

async function runOf(
  { folder }: Place,
  work: Step,
  options: Parameters<typeof run>[1] = {},
): Promise<RunStatus> {
  return statusOf(
    await run(
      {
        name: 'soak',
        inputs: { ballast: { type: 'string' } },
        nodes: [{ id: 'carry', type: 'echo', params: { message: '${ballast}' } }, work],
        edges: [{ from: 'carry', to: 'work' }],
      },
      {
        inputs: { ballast: `${made++} `.padEnd(BALLAST, 'ballast ') },
        nodes: ownTypes,
        model: 'openai-compatible/soak',
        traceDir: folder,
        ...options,
      },
    ),
  );
}

function statusOf({ status, error }: RunResult): RunStatus {
  if (status === 'failed' && !/does not work|exit|No\./.test(String(error))) throw error;
  return status;
}

/** Cancelled as soon as its second node runs. */
function cancelled(place: Place, work: Step): Promise<RunStatus> {
  const controller = new AbortController();
  let working = 0;
  return runOf(place, work, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'span.started' && event.name === 'exec' && ++working === 2)
        setImmediate(() => controller.abort());
    },
  });
}

/** As on the command line: the server lives as long as the run. */
async function withMcp(place: Place): Promise<RunStatus> {
  const server = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));
  mkdirSync(join(place.folder, '.pflow'), { recursive: true });
  writeFileSync(
    join(place.folder, '.pflow', 'mcp.json'),
    JSON.stringify({ mcpServers: { calc: { command: process.execPath, args: [server] } } }),
  );
  const mcp = await loadMcpTypes({ env: { PFLOW_HOME: place.folder }, cwd: place.folder });
  try {
    return await runOf(place, step('mcp-calc-add', { a: 2, b: 3 }), { nodes: mcp.types });
  } finally {
    await mcp.close();
  }
}

async function planned({ folder }: Place, index: number): Promise<RunStatus> {
  const file = join(folder, 'text.md');
  writeFileSync(file, `${index} `.padEnd(BALLAST, 'words and words '));
  const types = createRegistry();
  const choice = offline('the test says so');
  const session = startSession({
    name: 'soak',
    job: {
      kind: 'request',
      request: `count words in "${file}" and extract links from "${file}"`,
      planner: createPlanner({
        catalogue: types,
        saved: listWorkflows({ folder: join(folder, 'workflows') }).workflows,
        validate: (source) => validateWorkflow(source, types),
      }),
    },
    types,
    choice,
    models: createModelSource(choice, { env: {}, skills: plannerSkills() }),
    prices: testPrices,
    env: {},
    traceDir: folder,
  });
  return (await session.done).status;
}
