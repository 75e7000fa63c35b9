import { expect, test } from 'vitest';
import { createProfile } from '../src/profile/run/profile.js';
import type { RunState } from '../src/profile/run/run-state.js';
import { planRerun, restoreStore, type RerunOptions } from '../src/session/resume/resume-run.js';
import { createPlannedEvent } from '../src/runtime/flow/nested-run.js';
import { runStage } from '../src/runtime/flow/stage.js';
import { compileWorkflow } from '../src/compile/compile.js';
import { createRegistry } from '../src/nodes/registry.js';
import { createStore, METRICS_KEY } from '../src/runtime/store/store.js';
import type { CaptureLevel } from '../src/trace/capture/capture.js';
import { resolveInputs } from '../src/workflow/check/inputs.js';
import { testPrices } from './support/prices.js';
import { runWorkflow, validWorkflow } from './support/run-workflow.js';
import { memorySink, noModel } from './support/tracing.js';

const types = createRegistry();

/** Runs a workflow as in a session and returns the run state reduced from its trace. */
async function traceOf(...run: Parameters<typeof eventsOfRun>) {
  const { events } = await eventsOfRun(...run);
  const profile = createProfile({ prices: testPrices });
  for (const event of events) profile.apply(event);
  return profile.state;
}

async function eventsOfRun(
  source: unknown,
  inputs: Record<string, unknown> = {},
  level: CaptureLevel = 'preview',
) {
  const sink = memorySink(level);
  const workflow = validWorkflow(source);
  const shared = createStore({ ...resolveInputs(workflow, inputs), [METRICS_KEY]: sink });
  sink.emit(createPlannedEvent({ workflow, name: 'test', origin: 'file' }, sink));
  const stage = { name: 'workflow', runnable: compileWorkflow(workflow, types), shared };
  const status = await runStage({
    ...stage,
    signal: new AbortController().signal,
    llm: noModel,
    log: () => {},
  }).then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  sink.emit({ type: 'run.finished', status });
  return sink;
}

/** Reruns it from its trace. */
async function rerun(state: RunState, options: RerunOptions = {}) {
  const { workflow, store, start } = planRerun(state, options);
  return runWorkflow(workflow, { store, start });
}

const refusal = (state: RunState, options: RerunOptions = {}) => {
  try {
    planRerun(state, options);
    return 'it was planned';
  } catch (error) {
    return (error as Error).message;
  }
};

const echo = (id: string, message: string, more: Record<string, unknown> = {}) => ({
  id,
  type: 'echo',
  params: { message, ...more },
});

const threeSteps = {
  inputs: { who: { type: 'string' }, times: { type: 'int', default: 2 } },
  outputs: { said: { source: '${last.echo}' } },
  nodes: [
    echo('first', '${who}', { count: '${times}' }),
    echo('fetch', 'x', { data: { list: [1, { deep: true }], when: null } }),
    echo('last', '${first.echo} ${fetch.data.list[1].deep}'),
  ],
  edges: [
    { from: 'first', to: 'fetch' },
    { from: 'fetch', to: 'last' },
  ],
};

test('a run is repeated from the start with its recorded inputs', async () => {
  const state = await traceOf(threeSteps, { who: 'Ann' });
  const plan = planRerun(state);
  expect(plan).toMatchObject({ start: 'first', params: { who: 'Ann', times: 2 } });
  expect({ ...plan.store }).toEqual({ who: 'Ann', times: 2 });
  expect((await rerun(state)).outputs).toEqual({ said: 'Ann Ann true' });
  expect((await rerun(state, { given: { who: 'Bob' } })).outputs).toEqual({ said: 'Bob Bob true' });
});

test('a run resumes at a node with the recorded outputs of earlier nodes', async () => {
  const state = await traceOf(threeSteps, { who: 'Ann' });
  const { store, outputs } = await rerun(state, { from: 'last' });
  expect(outputs).toEqual({ said: 'Ann Ann true' });
  expect(store['fetch']).toMatchObject({ data: { list: [1, { deep: true }], when: null } });
});

test('a failed node runs again with the store that it failed with', async () => {
  const state = await traceOf(
    {
      inputs: { code: { type: 'int' } },
      outputs: { out: { source: '${sh.stdout}' } },
      nodes: [
        echo('before', 'made'),
        { id: 'sh', type: 'shell', params: { command: 'echo ${before.echo}; exit ${code}' } },
      ],
      edges: [{ from: 'before', to: 'sh' }],
    },
    { code: 1 },
  );
  expect((await rerun(state, { from: 'sh', given: { code: '0' } })).outputs).toEqual({ out: 'made' });
});

test('a failed run resumes at its failed node, and the reused nodes are listed', async () => {
  const state = await traceOf({
    inputs: { code: { type: 'int', default: 1 } },
    nodes: [
      echo('before', 'made'),
      { id: 'sh', type: 'shell', params: { command: 'echo ${before.echo}; exit ${code}' } },
    ],
    edges: [{ from: 'before', to: 'sh' }],
  });
  expect(planRerun(state)).toMatchObject({ start: 'sh', isWhole: false, reused: { nodes: ['before'] } });
  expect((await rerun(state, { given: { code: '0' } })).store['sh']).toMatchObject({ stdout: 'made' });
});

test('a run that ended between two nodes resumes at the next one', async () => {
  const { events } = await eventsOfRun(threeSteps, { who: 'Ann' });
  const second = events.findIndex((event) => event.type === 'span.started' && event.name === 'last');
  const profile = createProfile({ prices: testPrices });
  for (const event of events.slice(0, second)) profile.apply(event);
  const plan = planRerun(profile.state);
  expect(plan).toMatchObject({ start: 'last', reused: { nodes: ['first', 'fetch'] } });
  expect((await rerun(profile.state)).outputs).toEqual({ said: 'Ann Ann true' });
});

test('a single node runs with the store that it had', async () => {
  const state = await traceOf(threeSteps, { who: 'Ann' });
  const plan = planRerun(state, { only: 'last' });
  expect(plan.workflow.nodes.map(({ id }) => id)).toEqual(['last']);
  expect({ ...plan.store }).toMatchObject({ first: { echo: 'Ann Ann' }, fetch: { data: {} } });
});

test('a truncated value is an error only if it is needed', async () => {
  const workflow = {
    inputs: { size: { default: 20_000 } },
    nodes: [
      { id: 'big', type: 'code', params: { code: '"x".repeat(size)', inputs: { size: '${size}' } } },
      { id: 'count', type: 'code', params: { code: 'big.length', inputs: { big: '${big.result}' } } },
      echo('say', '${count.result}'),
    ],
    edges: [
      { from: 'big', to: 'count' },
      { from: 'count', to: 'say' },
    ],
  };
  const state = await traceOf(workflow);
  expect(refusal(state, { from: 'count' })).toBe(
    "The trace does not contain the values that the run needs from 'count' on: big.result was too large to be captured in full.",
  );
  expect((await rerun(state, { from: 'say' })).store['say']).toMatchObject({ echo: '20000' });
  const whole = await traceOf(workflow, {}, 'full');
  expect((await rerun(whole, { from: 'count' })).store['say']).toMatchObject({ echo: '20000' });
});

test('restored values are separated from values that the trace does not contain', async () => {
  const state = await traceOf({
    nodes: [
      { id: 'big', type: 'code', params: { code: '({ ok: 1, text: "x".repeat(20000) })' } },
      echo('say', 'done'),
    ],
    edges: [{ from: 'big', to: 'say' }],
  });
  const span = [...state.spans.values()].find(({ name }) => name === 'say')!;
  expect(restoreStore(state, span.id)).toEqual({
    values: { big: { result: { ok: 1, text: undefined }, stdout: '', stderr: '' } },
    lost: [{ path: ['big', 'result', 'text'], why: 'was too large to be captured in full' }],
  });
});

test('an unknown node, or one that did not run, is an error', async () => {
  const state = await traceOf({
    nodes: [echo('first', 'x'), echo('other', 'y')],
    edges: [{ from: 'first', to: 'other', action: 'error' }],
  });
  expect(refusal(state, { from: 'frist' })).toBe("The workflow has no node 'frist'.");
  expect(refusal(state, { from: 'other' })).toBe(
    "Node 'other' did not run in this trace, so the store there is not known.",
  );
});

test('a trace without a complete workflow cannot be rerun', async () => {
  const empty = createProfile({ prices: testPrices }).state;
  expect(refusal(empty)).toBe('The trace does not contain a workflow: its run ended before one was planned.');
  const long = await traceOf({ nodes: [echo('say', 'x'.repeat(20_000))] });
  expect(refusal(long)).toBe(
    'The trace does not contain the full workflow: nodes[0].params.message was too large to be captured in full.',
  );
  const uncaptured = await traceOf(threeSteps, { who: 'Ann' }, 'none');
  expect(refusal(uncaptured)).toBe('The trace does not contain the full workflow: it was not captured.');
});

test('resuming at a batch needs its list in the store, but not its item', async () => {
  const state = await traceOf({
    nodes: [
      echo('list', 'x', { data: [1, 2] }),
      { ...echo('each', '${item} ${__index__}'), batch: { items: '${list.data}' } },
    ],
    edges: [{ from: 'list', to: 'each' }],
  });
  const { store } = await rerun(state, { from: 'each' });
  expect(store['each']).toMatchObject({ results: [{ echo: '1 0' }, { echo: '2 1' }] });
});

test('a run without namespaces resumes with the root of its store', async () => {
  const state = await traceOf({
    enable_namespacing: false,
    nodes: [echo('one', 'first'), { id: 'two', type: 'test', params: { test_input: '${echo}' } }],
    edges: [{ from: 'one', to: 'two' }],
  });
  expect((await rerun(state, { from: 'two' })).store['test_output']).toBe('Processed: first');
});
