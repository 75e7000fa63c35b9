import { expect, test } from 'vitest';
import { Flow, NodeFailure, type FlowEdge } from '../../../src/runtime/flow/flow.js';
import type { RunContext, Runnable } from '../../../src/runtime/contract/runnable.js';
import { runStage } from '../../../src/runtime/flow/stage.js';
import { createStore } from '../../../src/runtime/store/store.js';
import { NamespacedWrapper } from '../../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import { memorySink, nodeOf, noModel, testContext, tracedStore } from '../../support/tracing.js';

/** A flow over nodes that record their id in `order` and return the given action. */
function flowOf(
  nodes: Record<string, (visit: number) => string | void>,
  arrows: string[],
  options: { maxVisits?: number } = {},
) {
  const order: string[] = [];
  const runnables = new Map<string, Runnable>();
  for (const [id, act] of Object.entries(nodes)) {
    const node = nodeOf(id, {
      post: (_shared, _prepared, _result, { visit }) => {
        order.push(id);
        return act(visit);
      },
    });
    runnables.set(id, new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test' }));
  }
  const flow = new Flow('test', {
    start: Object.keys(nodes)[0]!,
    nodes: runnables,
    edges: arrows.map(edge),
    ...options,
  });
  return { flow, order };
}

/** `a -fail> b` or `a > b`. */
function edge(arrow: string): FlowEdge {
  const [, from, action, to] = /^(\w+) (?:-(\w+))?> (\w+)$/.exec(arrow)!;
  return { from: from!, to: to!, action: action ?? 'default' };
}

/** The warnings of a run of the flow. */
async function warningsOf(flow: Flow): Promise<string[]> {
  const warnings: string[] = [];
  const log: RunContext['log'] = (text, stream) => void (stream === 'warning' && warnings.push(text));
  await flow.run(createStore(), testContext({ log }));
  return warnings;
}

test('a flow follows the edge of each action', async () => {
  const { flow, order } = flowOf({ a: () => 'left', b: () => {}, c: () => {} }, ['a -left> c', 'a > b']);
  await flow.run(createStore(), testContext());
  expect(order).toEqual(['a', 'c']);
});

test('a flow ends at an action without an edge', async () => {
  const { flow, order } = flowOf({ a: () => 'unknown', b: () => {} }, ['a > b']);
  await expect(flow.run(createStore(), testContext())).resolves.toBe('unknown');
  expect(order).toEqual(['a']);
});

test('a node with edges, but none for its action, ends the flow with a warning', async () => {
  const { flow } = flowOf({ a: () => 'unknown', b: () => {} }, ['a > b']);
  expect(await warningsOf(flow)).toEqual([
    "a: It chose the action 'unknown', which no edge continues: the workflow ended there.",
  ]);
});

test.each<[string, Parameters<typeof flowOf>]>([
  ['whose nodes have no edges', [{ a: () => 'done' }, []]],
  ['that leaves a loop by "default"', [{ a: (visit) => (visit < 3 ? 'more' : 'default') }, ['a -more> a']]],
  ['that follows its edges to the last', [{ a: () => 'left', b: () => {} }, ['a -left> b']]],
])('a flow %s ends without a warning', async (_what, parts) => {
  expect(await warningsOf(flowOf(...parts).flow)).toEqual([]);
});

test('a loop counts its visits, and each visit is a span', async () => {
  const sink = memorySink();
  const { flow, order } = flowOf({ again: (visit) => (visit < 3 ? 'more' : 'default'), end: () => {} }, [
    'again -more> again',
    'again > end',
  ]);
  await flow.run(tracedStore(sink), testContext());
  expect(order).toEqual(['again', 'again', 'again', 'end']);
  expect(
    sink
      .of('span.started')
      .filter(({ kind }) => kind === 'node')
      .map(({ name, visit }) => [name, visit]),
  ).toEqual([
    ['again', undefined],
    ['again', 2],
    ['again', 3],
    ['end', undefined],
  ]);
});

test('an endless loop is stopped, and the error names its node', async () => {
  const { flow } = flowOf({ again: () => {} }, ['again > again'], { maxVisits: 5 });
  await expect(flow.run(createStore(), testContext())).rejects.toThrow(
    "Node 'again' was entered more than 5 times: the loop does not end.",
  );
});

test('a loop may make exactly as many visits as its limit', async () => {
  const loop = (visits: number) =>
    flowOf({ again: (visit) => (visit < visits ? 'more' : 'default') }, ['again -more> again'], {
      maxVisits: 5,
    });
  const within = loop(5);
  await within.flow.run(createStore(), testContext());
  expect(within.order).toHaveLength(5);
  const beyond = loop(6);
  await expect(beyond.flow.run(createStore(), testContext())).rejects.toThrow('more than 5 times');
  expect(beyond.order).toHaveLength(5);
});

test('the default visit limit of a node is 1,000', async () => {
  const { flow, order } = flowOf({ again: () => {} }, ['again > again']);
  await expect(flow.run(createStore(), testContext())).rejects.toThrow('more than 1000 times');
  expect(order).toHaveLength(1000);
});

test('an exception follows the error edge, with its message in the namespace', async () => {
  const shared = createStore();
  const { flow, order } = flowOf(
    {
      a: () => {
        throw new Error('no such file');
      },
      rescue: () => {},
    },
    ['a -error> rescue'],
  );
  await flow.run(shared, testContext());
  expect(order).toEqual(['a', 'rescue']);
  expect(shared['a']).toEqual({ error: 'no such file' });
});

test('an exception without an error edge ends the flow and names the node', async () => {
  const cause = new RangeError('too far');
  const { flow } = flowOf(
    {
      a: () => {
        throw cause;
      },
    },
    [],
  );
  const failure = await flow.run(createStore(), testContext()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NodeFailure);
  expect(failure).toMatchObject({ node: 'a', message: 'too far', cause });
});

test('the action "error" without an edge fails the run with the error that the node wrote', async () => {
  const node = nodeOf('a', {
    post: (shared) => {
      shared['error'] = 'the disk is full';
      return 'error';
    },
  });
  const flow = new Flow('test', {
    start: 'a',
    nodes: new Map([['a', new NamespacedWrapper(node)]]),
    edges: [],
  });
  await expect(flow.run(createStore(), testContext())).rejects.toThrow('the disk is full');
});

test('a node with the action "error" is failed in the trace, with the error that it wrote', async () => {
  const sink = memorySink();
  const node = nodeOf('a', {
    post: (shared) => {
      shared['error'] = 'the disk is full';
      return 'error';
    },
  });
  const traced = new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test' });
  expect(await traced.run(tracedStore(sink), testContext())).toBe('error');
  const error = { name: 'PflowError', message: 'the disk is full', code: 'node_failed' };
  expect(sink.of('span.finished').at(-1)).toMatchObject({ status: 'failed', action: 'error', error });
});

test('the result and the store are the same with tracing on and off', async () => {
  const run = async (shared: ReturnType<typeof createStore>) => {
    const write = nodeOf('write', { post: (store) => void (store['list'] = [{ deep: 1 }]) });
    const change = nodeOf('change', {
      post: (store) => {
        const other = store['write'] as { list: { deep: number }[] };
        other.list[0]!.deep++;
        store['copy'] = structuredClone(other);
        store['same'] = other.list;
        store['keys'] = Object.keys(store).filter((key) => key !== '__metrics__');
        store['spread'] = { ...(store['write'] as object) };
      },
    });
    const nodes = new Map(
      [write, change].map((node) => [
        node.id,
        new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test' }),
      ]),
    );
    const action = await new Flow('test', {
      start: 'write',
      nodes,
      edges: [{ from: 'write', to: 'change', action: 'default' }],
    }).run(shared, testContext());
    return { action, write: shared['write'], change: shared['change'] };
  };
  const seed = { input: [1, 2] };
  expect(await run(tracedStore(memorySink(), seed))).toEqual(await run(createStore(seed)));
});

test("the flow's own messages are in the trace once, in the span of the stage", async () => {
  const sink = memorySink();
  const { flow } = flowOf({ a: () => 'unknown', b: () => {} }, ['a > b']);
  const heard: string[] = [];
  await runStage({
    name: 'workflow',
    runnable: flow,
    shared: tracedStore(sink),
    signal: new AbortController().signal,
    llm: noModel,
    log: (text) => void heard.push(text),
  });
  const stage = sink.of('span.started').find(({ kind }) => kind === 'stage')!;
  expect(sink.of('log.written')).toMatchObject([{ span: stage.span, stream: 'warning', text: heard[0] }]);
  expect(heard).toEqual([
    "a: It chose the action 'unknown', which no edge continues: the workflow ended there.",
  ]);
});
