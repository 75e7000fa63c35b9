import { expect, test } from 'vitest';
import { diffRuns } from '../../src/export/compare-runs.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../support/trace-builder.js';

const run = (script: (t: TraceBuilder) => void) => reduceEvents(buildTrace(script), { prices: testPrices });
const paths = (...args: Parameters<typeof diffRuns>) =>
  diffRuns(...args).nodes.map(
    ({ path, before, after }) => `${before ? (after ? ' ' : '-') : '+'}${path.join('/')}`,
  );

/** A workflow of nodes that take a millisecond each. */
const line = (...ids: string[]) =>
  run((t) =>
    t.stage('workflow', () => {
      for (const id of ids) t.node(id, {}, () => void t.wait(1));
    }),
  );

test('nodes that came and went stand where they ran', () => {
  expect(paths(line('a', 'b', 'c'), line('a', 'x', 'c', 'y'))).toEqual([' a', '+x', '-b', ' c', '+y']);
  expect(paths(line('a', 'b'), line('c'))).toEqual(['+c', '-a', '-b']);
  expect(paths(line(), line('a'))).toEqual(['+a']);
});

test('a node that moved is still the same node', () => {
  expect(paths(line('a', 'b', 'c'), line('c', 'a', 'b'))).toEqual([' c', ' a', ' b']);
});

test('a node of a nested workflow is another than one of its name outside', () => {
  const nested = run((t) =>
    t.stage('workflow', () => t.node('outer', {}, () => void t.node('a', {}, () => void t.wait(1)))),
  );
  expect(paths(line('a'), nested)).toEqual(['+outer', '+outer/a', '-a']);
});

test('time, tokens, cost and the worst end of all visits are told for both', () => {
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

test('a cost that is not known is no number', () => {
  const unpriced = run((t) =>
    t.stage('workflow', () =>
      t.node('ask', {}, () => void t.llm({ model: 'mystery', input: 10, output: 1 })),
    ),
  );
  const [node] = diffRuns(unpriced, unpriced).nodes;
  expect([node!.before!.usd, node!.after!.usd]).toEqual([null, null]);
});

test.each(fixtureNames)('%s differs from itself in nothing', (name) => {
  const state = reduceEvents(readFixture(name), { prices: testPrices });
  const { before, after, nodes } = diffRuns(state, state);
  expect(after).toEqual(before);
  for (const node of nodes) expect(node.after).toEqual(node.before);
});
