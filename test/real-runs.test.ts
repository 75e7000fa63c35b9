import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { toChromeTrace } from '../src/export/chrome-trace.js';
import { toOtlp } from '../src/export/otlp/otlp.js';
import { toSpeedscope } from '../src/export/speedscope.js';
import { createModelSource } from '../src/llm/providers/ai-sdk-models.js';
import { startSimulatedModel, type SimulatedModel } from '../src/llm/offline/simulated-client.js';
import { defineNode } from '../src/nodes/definition/define-node.js';
import { loadMcpTypes, type McpTypes } from '../src/nodes/mcp/load-mcp-tools.js';
import { builtinTypes, createRegistry, type Registry } from '../src/nodes/registry.js';
import { createPlanner } from '../src/planner/planner.js';
import { createProfile } from '../src/profile/run/profile.js';
import type { RunControl } from '../src/runtime/control/run-control.js';
import { planRerun } from '../src/session/resume/resume-run.js';
import type { Job, SessionOptions } from '../src/session/session-options.js';
import { startSession } from '../src/session/session.js';
import type { KnownTraceEvent, TraceEvent } from '../src/trace/event/event.js';
import { validateWorkflow } from '../src/workflow/check/validate.js';
import { chromeFaults, otlpFaults, speedscopeFaults } from './support/export-checks.js';
import { disagreements, expectLiveEqualsReplay, misplacedSteps } from './support/laws.js';
import { testPrices } from './support/prices.js';
import { validWorkflow } from './support/run-workflow.js';
import { openSpans } from './support/open-spans.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-runs-'));
let model: SimulatedModel;
let mcp: McpTypes;
let types: Registry;

const fickle = defineNode({
  type: 'fickle',
  description: 'Works at the third try, or never.',
  params: z.object({ ever: z.boolean().default(true) }),
  outputs: z.object({ tries: z.number() }),
  retries: { maxAttempts: 3 },
  exec: ({ params, id }) => {
    const tried = (tries.get(id) ?? 0) + 1;
    tries.set(id, tried);
    if (!params.ever || tried < 3) throw new Error(`try ${tried}`);
    return { tries: tried };
  },
});
const tries = new Map<string, number>();

const deaf = defineNode({
  type: 'deaf',
  description: 'Never ends.',
  params: z.object({}),
  outputs: z.looseObject({}),
  exec: () => new Promise<never>(() => {}),
});

beforeAll(async () => {
  mkdirSync(join(folder, '.pflow'));
  const args = [fileURLToPath(new URL('support/mcp-server.mjs', import.meta.url))];
  const mcpServers = { calc: { command: process.execPath, args } };
  writeFileSync(join(folder, '.pflow', 'mcp.json'), JSON.stringify({ mcpServers }));
  mcp = await loadMcpTypes({ env: { PFLOW_HOME: folder }, cwd: folder });
  types = createRegistry([...builtinTypes, fickle, deaf, ...mcp.types]);
  model = await startSimulatedModel({ script: () => 'Well said, all of it.', latency: 0 });
});
afterAll(async () => {
  await Promise.all([mcp.close(), model.close()]);
  rmSync(folder, { recursive: true, force: true });
});

type Run = Readonly<{ events: TraceEvent[]; path: string; status: string }>;
type RunSettings = Partial<SessionOptions> &
  Readonly<{
    onStart?: (control: RunControl) => void;
    onEvent?: (event: KnownTraceEvent, control: RunControl) => void;
  }>;

/** Runs a job as the command line does. */
async function runJob(job: Job, { onStart, onEvent, ...options }: RunSettings = {}): Promise<Run> {
  const session = startSession({
    name: 'real run',
    job,
    types,
    choice: model.choice,
    models: createModelSource(model.choice, { env: {}, skills: {} }),
    prices: testPrices,
    env: {},
    traceDir: folder,
    ...options,
  });
  const events = [...session.log.all];
  session.log.subscribe((event) => {
    events.push(event);
    onEvent?.(event as KnownTraceEvent, session.control);
  });
  onStart?.(session.control);
  const { status } = await session.done;
  return { events, path: session.tracePath!, status };
}

const runWorkflow = (source: unknown, settings?: RunSettings) => {
  const workflow = validWorkflow(source, types);
  return runJob({ kind: 'plan', plan: { workflow, params: {}, origin: 'file', name: 'real' } }, settings);
};

type Node = Readonly<{ id: string; type: string } & Record<string, unknown>>;

/** A chain of nodes. */
const chain = (...nodes: readonly Node[]) => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, i) => ({ from: nodes[i]!.id, to: id })),
});
const ask = (id: string, more: object = {}): Node => ({
  id,
  type: 'llm',
  params: { prompt: `${id}?` },
  ...more,
});
const say = (id: string, message: string): Node => ({ id, type: 'echo', params: { message } });
const batch = (more: object = {}) => ({ items: ['a', 'b', 'c', 'd'], as: 'word', ...more });
const loop = {
  nodes: [
    {
      id: 'count',
      type: 'code',
      params: {
        code: 'const result = (Number(seen) || 0) + 1; const next = result < 3 ? "again" : "done";',
        inputs: { seen: '${keep.data}' },
      },
    },
    { id: 'keep', type: 'echo', params: { data: '${count.result}' } },
  ],
  edges: [
    { from: 'count', to: 'keep', action: 'again' },
    { from: 'keep', to: 'count' },
  ],
  template_resolution_mode: 'permissive',
};

const runs: Readonly<Record<string, readonly [status: string, () => Promise<Run>]>> = {
  'a batch, one after the other': ['ok', () => runWorkflow(chain(ask('each', { batch: batch() })))],
  'a batch in parallel with failures': [
    'ok',
    () =>
      runWorkflow(
        chain({
          id: 'each',
          type: 'shell',
          params: { command: 'test ${word} = a || test ${word} = c' },
          batch: batch({ parallel: true, max_retries: 2, error_handling: 'continue' }),
        }),
      ),
  ],
  'a branch and an error route': [
    'ok',
    () =>
      runWorkflow({
        nodes: [
          { id: 'fails', type: 'shell', params: { command: 'echo no >&2; exit 3' } },
          { id: 'choose', type: 'code', params: { code: 'const next = "left"; const result = 1;' } },
          say('left', '${fails.error}'),
          say('right', 'never'),
        ],
        edges: [
          { from: 'fails', to: 'choose', action: 'error' },
          { from: 'choose', to: 'left', action: 'left' },
          { from: 'choose', to: 'right', action: 'right' },
        ],
      }),
  ],
  'a loop': ['ok', () => runWorkflow(loop)],
  'a loop without end': [
    'failed',
    () =>
      runWorkflow({
        nodes: [
          { id: 'round', type: 'code', params: { code: 'const next = "again";' } },
          say('end', 'never'),
        ],
        edges: [
          { from: 'round', to: 'round', action: 'again' },
          { from: 'round', to: 'end' },
        ],
      }),
  ],
  'workflows inside workflows, in a batch': [
    'ok',
    () =>
      runWorkflow(
        chain({
          id: 'outer',
          type: 'workflow',
          params: {
            workflow_ir: {
              inputs: { word: { type: 'string' } },
              nodes: [
                { id: 'inner', type: 'workflow', params: { workflow_ir: chain(ask('deep')) } },
                say('told', '${word}'),
              ],
              edges: [{ from: 'inner', to: 'told' }],
              outputs: { said: { source: '${told.echo}' } },
            },
            inputs: { word: '${word}' },
          },
          batch: batch({ parallel: true }),
        }),
      ),
  ],
  'retries that help': ['ok', () => runWorkflow(chain({ id: 'helped', type: 'fickle' }))],
  'retries in vain': [
    'failed',
    () => runWorkflow(chain({ id: 'vain', type: 'fickle', params: { ever: false } })),
  ],
  'a command that fails': [
    'failed',
    () => runWorkflow(chain({ id: 'fails', type: 'shell', params: { command: 'echo here; exit 3' } })),
  ],
  'a cancelled run': [
    'cancelled',
    () => {
      const stop = new AbortController();
      return runWorkflow(
        chain(ask('first'), { id: 'waits', type: 'shell', params: { command: 'sleep 60' } }),
        {
          signal: stop.signal,
          onEvent: (event) => {
            if (event.type === 'span.started' && event.name === 'waits') setImmediate(() => stop.abort());
          },
        },
      );
    },
  ],
  'a node that took too long': [
    'failed',
    () => runWorkflow(chain(ask('first'), { id: 'slow', type: 'deaf', timeout: 0.05 })),
  ],
  'a run that took too long': [
    'failed',
    () => runWorkflow(chain(ask('first'), { id: 'slow', type: 'deaf' }), { timeoutMs: 500 }),
  ],
  'a run over its budget, in a batch': [
    'budget',
    () =>
      runWorkflow(
        chain(
          ask('each', { batch: batch({ parallel: true, max_concurrent: 2, error_handling: 'continue' }) }),
        ),
        {
          limits: { maxTokens: 12 },
        },
      ),
  ],
  'breakpoints, steps and a pause in a workflow inside': [
    'ok',
    () =>
      runWorkflow(
        chain(say('one', '1'), {
          id: 'inner',
          type: 'workflow',
          params: { workflow_ir: chain(say('two', '2'), say('three', '3')) },
        }),
        {
          onStart: (control) => control.toggleBreakpoint('two'),
          onEvent: (event, control) => {
            if (event.type !== 'control.changed') return;
            if (event.change === 'breakpoint') setImmediate(() => control.step());
            if (event.change === 'breakpoint') setTimeout(() => control.resume(), 20);
          },
        },
      ),
  ],
  'a tool of an MCP server': [
    'ok',
    () =>
      runWorkflow(
        chain({ id: 'add', type: 'mcp-calc-add', params: { a: 1, b: 2 } }, say('sum', '${add.result}')),
      ),
  ],
  'a rerun from a node': [
    'ok',
    async () => {
      const first = await runWorkflow(
        chain(ask('first'), say('second', '${first.response}'), say('third', '${second.echo}')),
      );
      const profile = createProfile({ prices: testPrices });
      for (const event of first.events) profile.apply(event);
      const { workflow, params, store, start } = planRerun(profile.state, { from: 'second' });
      const plan = { workflow, params, origin: 'file', name: 'real' } as const;
      return runJob({ kind: 'plan', plan, resume: { start, store } });
    },
  ],
  'a planner whose model gives no usable plan': [
    'failed',
    () =>
      runJob({
        kind: 'request',
        request: 'write a poem about rivers',
        planner: createPlanner({
          catalogue: types,
          saved: [],
          validate: (source) => validateWorkflow(source, types),
        }),
      }),
  ],
};

test.each(Object.entries(runs))('the laws hold for %s', async (_name, [status, run]) => {
  const ended = await run();
  expect(ended.status).toBe(status);
  expect(openSpans(ended.events)).toEqual([]);
  // Checking every event of the longest runs would take long and find nothing new.
  const isLong = ended.events.length > 1000;
  if (!isLong) await expectLiveEqualsReplay(ended.events, ended.path);
  const profile = createProfile({ prices: testPrices });
  const faults = ended.events.flatMap((event) => {
    profile.apply(event);
    if (isLong && event.seq % 1000 > 0) return [];
    return [...disagreements(profile.state), ...misplacedSteps(profile.state)];
  });
  expect(faults).toEqual([]);
  const { state } = profile;
  expect(disagreements(state)).toEqual([]);
  expect(speedscopeFaults(toSpeedscope(state))).toEqual([]);
  expect(chromeFaults(toChromeTrace(state))).toEqual([]);
  expect(otlpFaults(toOtlp(state).resourceSpans[0]!.scopeSpans[0]!.spans)).toEqual([]);
});
