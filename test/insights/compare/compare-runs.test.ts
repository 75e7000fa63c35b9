import { expect, test } from 'vitest';
import { diffRuns } from '../../../src/insights/compare/compare-runs.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const run = (script: (t: TraceBuilder) => void) => reduceEvents(buildTrace(script), { prices: testPrices });
const paths = (...args: Parameters<typeof diffRuns>) =>
  diffRuns(...args).nodes.map(
    ({ path, before, after }) => `${before ? (after ? ' ' : '-') : '+'}${path.join('/')}`,
  );

/** A workflow of nodes with a duration of one millisecond each. */
const line = (...ids: string[]) =>
  run((t) =>
    t.stage('workflow', () => {
      for (const id of ids) t.node(id, {}, () => void t.wait(1));
    }),
  );

test('added and removed nodes are listed at the position where they ran', () => {
  expect(paths(line('a', 'b', 'c'), line('a', 'x', 'c', 'y'))).toEqual([' a', '+x', '-b', ' c', '+y']);
  expect(paths(line('a', 'b'), line('c'))).toEqual(['+c', '-a', '-b']);
  expect(paths(line(), line('a'))).toEqual(['+a']);
});

test('a moved node is matched with itself', () => {
  expect(paths(line('a', 'b', 'c'), line('c', 'a', 'b'))).toEqual([' c', ' a', ' b']);
});

test('a node in a nested workflow is not matched with one of the same name outside', () => {
  const nested = run((t) =>
    t.stage('workflow', () => t.node('outer', {}, () => void t.node('a', {}, () => void t.wait(1)))),
  );
  expect(paths(line('a'), nested)).toEqual(['+outer', '+outer/a', '-a']);
});

test('each node has the time, tokens, cost and worst status of all its visits in both runs', () => {
  const before = run((t) =>
    t.stage('workflow', () => {
      t.node('ask', {}, () => void t.llm({ ms: 900, input: 1000, output: 100 }));
      t.node('ask', { visit: 2, fails: 'no' }, () => void t.wait(100));
    }),
  );
  const after = run((t) =>
    t.stage('workflow', () => {
      t.node('ask', {}, () => void t.llm({ ms: 400, input: 1000, output: 200 }));
    }),
  );
  expect(diffRuns(before, after).nodes).toEqual([
    {
      stage: 'workflow',
      path: ['ask'],
      before: {
        status: 'failed',
        action: undefined,
        visits: 2,
        ms: 1000,
        tokens: 1100,
        estimated: false,
        usd: expect.closeTo(0.0045),
      },
      after: {
        status: 'ok',
        action: undefined,
        visits: 1,
        ms: 400,
        tokens: 1200,
        estimated: false,
        usd: expect.closeTo(0.006),
      },
    },
  ]);
});

test('an unknown cost is null', () => {
  const unpriced = run((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => void t.llm({ model: 'mystery', input: 10, output: 1 })),
    ),
  );
  const [node] = diffRuns(unpriced, unpriced).nodes;
  expect([node!.before!.usd, node!.after!.usd]).toEqual([null, null]);
});

test.each(fixtureNames)('%s has no difference to itself', (name) => {
  const state = reduceEvents(readFixture(name), { prices: testPrices });
  const { before, after, nodes } = diffRuns(state, state);
  expect(after).toEqual(before);
  for (const node of nodes) expect(node.after).toEqual(node.before);
});
