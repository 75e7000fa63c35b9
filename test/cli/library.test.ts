import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { Node } from 'pocketflow';
import {
  defineNode,
  pocketFlowType,
  readTrace,
  run,
  type PflowError,
  type TraceEvent,
} from '../../src/index.js';

const shout = defineNode({
  type: 'shout',
  description: 'Makes text loud.',
  params: z.object({ text: z.string().describe('What to shout') }),
  outputs: z.object({ loud: z.string().describe('The text in capitals') }),
  exec: ({ params }) => ({ loud: params.text.toUpperCase() }),
});

const shouting = {
  name: 'shouting',
  inputs: { word: { type: 'string' } },
  outputs: { said: { source: '${shout.loud}' } },
  nodes: [{ id: 'shout', type: 'shout', params: { text: '${word}' } }],
};

test('run() executes a workflow with custom node types and emits every event', async () => {
  const events: TraceEvent[] = [];
  const { status, outputs, metrics, tracePath } = await run(shouting, {
    inputs: { word: 'hey' },
    nodes: [shout],
    model: 'offline',
    onEvent: (event) => events.push(event),
  });
  expect({ status, outputs, tracePath }).toEqual({
    status: 'ok',
    outputs: { said: 'HEY' },
    tracePath: undefined,
  });
  expect(metrics).toMatchObject({ result: 'HEY', num_nodes: 1 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
  expect([events[0]?.type, events.at(-1)?.type]).toEqual(['run.started', 'run.finished']);
});

test('the trace file of a run equals the events passed to onEvent', async () => {
  const traceDir = mkdtempSync(join(tmpdir(), 'pflow-library-'));
  onTestFinished(() => rmSync(traceDir, { recursive: true }));
  const told: TraceEvent[] = [];
  const options = { inputs: { word: 'hey' }, nodes: [shout], model: 'offline', traceDir };
  const { tracePath } = await run(shouting, { ...options, onEvent: (event) => told.push(event) });
  const read: TraceEvent[] = [];
  for await (const event of readTrace(tracePath!)) read.push(event);
  expect(read).toEqual(JSON.parse(JSON.stringify(told)));
});

for (const phase of ['prep', 'exec', 'post'] as const) {
  test(`an exception in ${phase} of a node ends the run with its error and the node's name`, async () => {
    const fail = (): never => {
      throw new Error(`no ${phase} today`);
    };
    const broken = defineNode({
      type: 'broken',
      description: 'Fails.',
      params: z.object({}),
      outputs: z.object({}),
      exec: () => ({}),
      [phase]: fail,
    });
    const workflow = { nodes: [{ id: 'one', type: 'broken' }] };
    const { status, error, metrics } = await run(workflow, { nodes: [broken], model: 'offline' });
    expect(status).toBe('failed');
    expect((error as Error).message).toBe(`no ${phase} today`);
    expect(metrics).toMatchObject({ is_error: true, error: { node: 'one', message: `no ${phase} today` } });
  });
}

test('invalid workflows and options throw before anything runs', async () => {
  const rejected = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: PflowError) => [error.code, error.message],
    );
  const events: TraceEvent[] = [];
  const options = { nodes: [shout], model: 'offline', onEvent: (event: TraceEvent) => events.push(event) };
  expect(await rejected(run({ nodes: [] }, options))).toEqual([
    'invalid_workflow',
    expect.stringContaining('nodes'),
  ]);
  expect(await rejected(run(shouting, options))).toEqual(['usage', "Input 'word' is missing."]);
  expect(await rejected(run(shouting, { ...options, inputs: { word: 'x' }, model: 'nobody/x' }))).toEqual([
    'usage',
    "There is no provider 'nobody'.",
  ]);
  expect(events).toEqual([]);
});

test('a limit ends the run before the next node and keeps the outputs so far', async () => {
  const spending = defineNode({
    type: 'spending',
    description: 'Spends tokens.',
    params: z.object({}),
    outputs: z.looseObject({}),
    exec: () => ({ llm_usage: { model: 'some', input_tokens: 90, output_tokens: 20 } }),
  });
  const workflow = {
    outputs: { used: { source: '${one.llm_usage.input_tokens}' }, never: { source: '${two.llm_usage}' } },
    nodes: [
      { id: 'one', type: 'spending' },
      { id: 'two', type: 'spending' },
    ],
    edges: [{ from: 'one', to: 'two' }],
  };
  const options = { nodes: [spending], model: 'offline' };
  expect(await run(workflow, { ...options, limits: { maxTokens: 100 } })).toMatchObject({
    status: 'budget',
    outputs: { used: 90 },
    metrics: { num_nodes: 1, is_error: true },
  });
  expect(await run(workflow, { ...options, limits: { maxTokens: 1000 } })).toMatchObject({ status: 'ok' });
});

test('a node class written for pocketflow runs as a node', async () => {
  class Count extends Node<Record<string, unknown>, { text: string }> {
    override async prep(): Promise<string> {
      return this['_params'].text;
    }
    override async exec(text: unknown): Promise<number> {
      return String(text).length;
    }
    override async post(shared: Record<string, unknown>, _text: unknown, count: unknown): Promise<undefined> {
      shared['count'] = count;
    }
  }
  const workflow = {
    outputs: { n: { source: '${a.count}' } },
    nodes: [{ id: 'a', type: 'count', params: { text: 'four' } }],
  };
  expect(await run(workflow, { nodes: [pocketFlowType(Count)], model: 'offline' })).toMatchObject({
    status: 'ok',
    outputs: { n: 4 },
  });
});

test('an AbortSignal cancels a run', async () => {
  const stop = new AbortController();
  const waiting = defineNode({
    type: 'waiting',
    description: 'Waits.',
    params: z.object({}),
    outputs: z.object({}),
    exec: () => {
      stop.abort();
      return new Promise<never>(() => {});
    },
  });
  const workflow = { nodes: [{ id: 'one', type: 'waiting' }] };
  expect(await run(workflow, { nodes: [waiting], model: 'offline', signal: stop.signal })).toMatchObject({
    status: 'cancelled',
  });
});
