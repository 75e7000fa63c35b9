import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineNode, type NodeDefinition } from '../../src/nodes/definition/define-node.js';
import { builtinTypes, createRegistry } from '../../src/nodes/registry.js';
import type { Shared } from '../../src/runtime/contract/runnable.js';
import { parseMarkdown } from '../../src/workflow/markdown/parse-markdown.js';
import { formatProblem } from '../../src/workflow/format/problem.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { runWorkflow, type WorkflowRunOptions } from '../support/run-workflow.js';
import { memorySink } from '../support/tracing.js';
import { openSpans } from '../support/open-spans.js';

type Definition = NodeDefinition<z.ZodObject, z.ZodObject, unknown>;

const never = () => new Promise<never>(() => {});

/** The built-in types and one custom type. */
function typesWith(node: Partial<Definition>) {
  const own = defineNode({
    type: 'own',
    description: 'A node of somebody’s own.',
    params: z.object({ word: z.string().optional() }),
    outputs: z.looseObject({}),
    exec: never,
    ...node,
  } as Definition);
  return createRegistry([...builtinTypes, own]);
}

/** Runs a custom node with a timeout of 50 ms. */
async function runOwn(node: Partial<Definition>, more: object = {}, options: WorkflowRunOptions = {}) {
  const sink = memorySink();
  const source = { nodes: [{ id: 'own', type: 'own', timeout: 0.05, ...more }] };
  return { ...(await runWorkflow(source, { types: typesWith(node), sink, ...options })), sink };
}

test('a node that exceeds its timeout is abandoned, and the trace is complete', async () => {
  const { error, sink } = await runOwn({});
  expect(error).toMatchObject({
    node: 'own',
    cause: {
      code: 'node_timeout',
      message: "Node 'own' timed out after 0.05 s.",
      hint: 'Set its timeout, in seconds, to give it longer.',
    },
  });
  expect(openSpans(sink.events)).toEqual([]);
  expect(sink.of('span.finished').map(({ status }) => status)).toEqual(['ok', 'failed', 'failed']);
});

test('a node that finishes in time is not affected by its timeout', async () => {
  const { error, store } = await runOwn({ exec: () => ({ out: 1 }) }, { timeout: 60 });
  expect(error).toBeUndefined();
  expect(store['own']).toEqual({ out: 1 });
});

test("a node's timeout covers all of its attempts and the waits between them", async () => {
  let attempts = 0;
  const exec = () => {
    attempts++;
    throw new Error('not yet');
  };
  const { error } = await runOwn({ exec, retries: { maxAttempts: 100, waitMs: 20 } });
  expect((error as Error).message).toBe("Node 'own' timed out after 0.05 s.");
  expect(attempts).toBeLessThan(10);
});

test("a timeout aborts the node's signal and its model calls", async () => {
  const aborted: string[] = [];
  const llm = {
    generate: (_request: unknown, options?: { signal?: AbortSignal }) => {
      options!.signal!.addEventListener('abort', () => aborted.push('call'));
      return never();
    },
  };
  await runOwn(
    {
      exec: ({ llm, signal }) => {
        signal.addEventListener('abort', () => aborted.push('node'));
        return llm.generate({ prompt: 'hi' }) as Promise<never>;
      },
    },
    {},
    { context: { llm } },
  );
  expect(aborted.toSorted()).toEqual(['call', 'node']);
});

test('the later output of a timed-out node is discarded', async () => {
  let kept: Shared = {};
  let fail: (error: Error) => void = () => {};
  const { store, error } = await runWorkflow(
    {
      nodes: [
        { id: 'own', type: 'own', timeout: 0.05 },
        { id: 'after', type: 'echo', params: { message: '${own.error}' } },
      ],
      edges: [{ from: 'own', to: 'after', action: 'error' }],
    },
    {
      types: typesWith({
        prep: ({ shared }) => void (kept = shared),
        exec: () => new Promise((_resolve, reject) => (fail = reject)),
      }),
      sink: memorySink(),
    },
  );
  expect(error).toBeUndefined();
  kept['late'] = true;
  delete kept['error'];
  // An unhandled rejection would fail this file.
  fail(new Error('too late'));
  await new Promise(setImmediate);
  expect(store['own']).toEqual({ error: "Node 'own' timed out after 0.05 s." });
  expect(store['after']).toMatchObject({ echo: "Node 'own' timed out after 0.05 s." });
});

test('each attempt of a batch item has the full timeout', async () => {
  let tries = 0;
  const { error, store, sink } = await runOwn(
    {
      exec: ({ params }) => {
        if (params['word'] !== 'slow') return { out: params['word'] };
        tries++;
        return never();
      },
    },
    {
      params: { word: '${item}' },
      batch: {
        items: ['a', 'slow', 'b'],
        parallel: true,
        max_retries: 2,
        error_handling: 'continue',
      },
    },
  );
  expect(error).toBeUndefined();
  expect(tries).toBe(2);
  expect(store['own']).toMatchObject({
    success_count: 2,
    errors: [{ index: 1, error: "Node 'own' timed out after 0.05 s." }],
  });
  expect(openSpans(sink.events)).toEqual([]);
});

test('the timeout of a node that runs a nested workflow aborts that workflow', async () => {
  const sink = memorySink();
  const { error } = await runWorkflow(
    {
      nodes: [
        {
          id: 'outer',
          type: 'workflow',
          timeout: 0.05,
          params: { workflow_ir: { nodes: [{ id: 'inner', type: 'own' }] } },
        },
      ],
    },
    { types: typesWith({}), sink },
  );
  expect(error).toMatchObject({ node: 'outer', message: "Node 'outer' timed out after 0.05 s." });
  expect(openSpans(sink.events)).toEqual([]);
});

test("a timeout above setTimeout's maximum does not fire", async () => {
  const { error } = await runOwn(
    { exec: async () => (await new Promise(setImmediate), {}) },
    { timeout: 1e9 },
  );
  expect(error).toBeUndefined();
});

test("a timeout parameter is the node's timeout, unless its type declares a timeout parameter", () => {
  const { source } = parseMarkdown(
    [
      '## Steps',
      '### ask\n\nAsk.\n\n- type: llm\n- timeout: 20\n- prompt: hi',
      '### list\n\nList.\n\n- type: shell\n- timeout: 20\n- command: ls',
    ].join('\n\n'),
  );
  const { workflow } = validateWorkflow(source, createRegistry());
  expect(workflow!.nodes.map(({ timeout, params }) => ({ timeout, params }))).toEqual([
    { timeout: 20, params: { prompt: 'hi' } },
    { timeout: undefined, params: { command: 'ls', timeout: 20 } },
  ]);
});

test('a type that accepts any parameters receives its timeout as a parameter', () => {
  const types = typesWith({ params: z.looseObject({}) });
  const source = { nodes: [{ id: 'own', type: 'own', params: { timeout: 3 } }] };
  const { workflow } = validateWorkflow(source, types);
  expect(workflow!.nodes).toMatchObject([{ timeout: 3, params: { timeout: 3 } }]);
});

test.each<[string, object, string]>([
  ['no number', { timeout: 'soon' }, "nodes[0].timeout: must be a number, not 'soon'."],
  ['zero', { timeout: 0 }, 'nodes[0].timeout: must be more than 0, not 0.'],
  [
    'a parameter and not a number',
    { params: { timeout: 'soon' } },
    "nodes[0].params.timeout: must be a number, not 'soon'.",
  ],
  [
    'given both as a field and as a parameter',
    { timeout: 1, params: { timeout: 2 } },
    "nodes[0].params.timeout: node type 'own' has no 'timeout'. It has: word.",
  ],
])('a timeout that is %s is reported as a problem', (_what, node, problem) => {
  const source = { nodes: [{ id: 'own', type: 'own', ...node }] };
  const { problems, warnings } = validateWorkflow(source, typesWith({}));
  expect([...problems, ...warnings].map(formatProblem)).toEqual([problem]);
});
