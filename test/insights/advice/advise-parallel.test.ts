import { expect, test } from 'vitest';
import {
  adviseParallelBatches,
  adviseParallelNodes,
  listNodeVisits,
  type NodeVisit,
} from '../../../src/insights/advice/advise-parallel.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

type Facts = Partial<Omit<NodeVisit, 'uses'>> & Readonly<{ uses?: readonly string[] | null }>;

/** Visits of llm nodes `a`, `b`, `c` … of a second each, one after another; `uses: null` was not recorded. */
function visitsOf(facts: readonly Facts[]): NodeVisit[] {
  let now = 0;
  return facts.map(({ uses = [], ...each }, i) => {
    const id = each.id ?? String.fromCodePoint(97 + i);
    const ms = each.ms ?? 1000;
    const startedAt = each.startedAt ?? now;
    now = startedAt + ms;
    return {
      span: i,
      parent: 0,
      id,
      path: id,
      nodeType: 'llm',
      startedAt,
      finishedAt: startedAt + ms,
      ms,
      ok: true,
      action: undefined,
      items: [],
      ...each,
      uses: uses === null ? undefined : new Set(uses),
    };
  });
}

const shell = { nodeType: 'shell' };

test.each<[string, readonly Facts[], string, number]>([
  ['two', [{}, {}], 'a, b', 1000],
  ['three', [{}, {}, {}], 'a, b, c', 2000],
  ['ten', Array.from({ length: 10 }, () => ({})), 'a, b, c, d, e, f, g, h, i, j', 9000],
  ['that use an earlier node', [shell, { uses: ['a'] }, { uses: ['a'] }], 'b, c', 1000],
  ['that use inputs', [{ uses: ['topic'] }, { uses: ['topic'] }], 'a, b', 1000],
  ['whose results a later node uses', [{}, {}, { uses: ['a', 'b'] }], 'a, b', 1000],
  ['of different lengths', [{ ms: 4000 }, { ms: 600 }], 'a, b', 600],
  ['the shorter one first', [{ ms: 600 }, { ms: 4000 }], 'a, b', 600],
  ['the first uses an earlier llm node', [{}, { uses: ['a'] }, { uses: ['a'] }], 'b, c', 1000],
  ['after another kind of node', [shell, {}, {}], 'b, c', 1000],
  ['before another kind of node', [{}, {}, shell], 'a, b', 1000],
  ['between others', [shell, {}, {}, shell], 'b, c', 1000],
  ['with a pause between them', [{}, { startedAt: 5000 }], 'a, b', 1000],
  [
    'in a nested workflow',
    [
      { path: 'n/a', parent: 7 },
      { path: 'n/b', parent: 7 },
    ],
    'n/a, n/b',
    1000,
  ],
  ['the last one chose an action', [{}, { action: 'retry' }], 'a, b', 1000],
  ['that use different nodes', [shell, shell, { uses: ['a'] }, { uses: ['b'] }], 'c, d', 1000],
  ['the third uses the first', [{}, {}, { uses: ['a'] }], 'a, b', 1000],
  ['the third uses the second', [{}, {}, { uses: ['b'] }], 'a, b', 1000],
  ['just long enough', [{ ms: 500 }, { ms: 500 }], 'a, b', 500],
  ['a name that begins like another', [{}, { uses: ['ab'] }], 'a, b', 1000],
])('nodes that could run at the same time are advice: %s', (_what, facts, names, gain) => {
  const advice = adviseParallelNodes(visitsOf(facts));
  expect(advice).toMatchObject([{ kind: 'parallel-nodes', ms: gain }]);
  expect(advice[0]!.message).toBe(`${names} ran one after another and do not use each other's outputs`);
});

test.each<[string, readonly Facts[]]>([
  ['no nodes', []],
  ['one', [{}]],
  ['the second uses the first', [{}, { uses: ['a'] }]],
  ['a chain', [{}, { uses: ['a'] }, { uses: ['b'] }, { uses: ['c'] }]],
  ['the second uses the first and an input', [{}, { uses: ['topic', 'a'] }]],
  ['short ones', [{ ms: 200 }, { ms: 200 }]],
  ['a long and a short one', [{ ms: 9000 }, { ms: 100 }]],
  ['already at the same time', [{ startedAt: 0 }, { startedAt: 0 }]],
  ['overlapping', [{ startedAt: 0 }, { startedAt: 900 }]],
  ['the first failed', [{ ok: false }, {}]],
  ['the second failed', [{}, { ok: false }]],
  ['the first chose the way', [{ action: 'yes' }, {}]],
  ['a command between them', [{}, shell, {}]],
  ['two commands, whose effects are not known', [shell, shell]],
  ['two requests over HTTP', [{ nodeType: 'http' }, { nodeType: 'http' }]],
  ['a write and a read', [{ nodeType: 'write-file' }, { nodeType: 'read-file' }]],
  ['a loop over one node', [{ id: 'a' }, { id: 'a' }]],
  ['a loop over two nodes', [{ id: 'a' }, { id: 'b' }, { id: 'a' }, { id: 'b' }]],
  ['in different workflows', [{ parent: 1 }, { parent: 2 }]],
  ['what the second uses was not recorded', [{}, { uses: null }]],
  ['what the first uses was not recorded', [{ uses: null }, {}]],
  ['unfinished', [{ finishedAt: undefined }, {}]],
])('no advice on nodes: %s', (_what, facts) => {
  expect(adviseParallelNodes(visitsOf(facts))).toEqual([]);
});

type Item = NodeVisit['items'][number];

/** Items of `ms` each, one after another. */
function sequence(count: number, ms = 1000, calls = 1, pause = 0): Item[] {
  return Array.from({ length: count }, (_, i) => {
    const startedAt = i * (ms + pause);
    return { startedAt, finishedAt: startedAt + ms, calls };
  });
}

const batch = (items: readonly Item[], more: Facts = {}) =>
  adviseParallelBatches(visitsOf([{ items, ...more }]));

test.each<[string, readonly Item[], number]>([
  ...[3, 4, 5, 6, 7, 8, 9, 10].map((count): [string, Item[], number] => [
    `${count} items`,
    sequence(count),
    count * 1000 - 1000,
  ]),
  ['20 items', sequence(20), 18_000],
  ['100 items', sequence(100), 90_000],
  ['short items', sequence(12, 100), 1080],
  ['long items', sequence(3, 60_000), 120_000],
  ['items with a pause between them', sequence(5, 1000, 1, 500), 4000],
  ['items with several calls', sequence(5, 1000, 4), 4000],
  [
    'items of which some called no model',
    [...sequence(4), { startedAt: 4000, finishedAt: 5000, calls: 0 }],
    4000,
  ],
  [
    'items of different lengths',
    [
      { startedAt: 0, finishedAt: 3000, calls: 1 },
      ...sequence(3).map((each) => ({
        ...each,
        startedAt: each.startedAt + 3000,
        finishedAt: each.finishedAt! + 3000,
      })),
    ],
    4500,
  ],
  ['just enough items', sequence(3, 500), 1000],
  ['50 items', sequence(50), 45_000],
  ['11 items', sequence(11), 9900],
  ['2,000 items', sequence(2000, 10), 18_000],
])('a batch that ran one at a time is advice: %s', (_what, items, gain) => {
  expect(batch(items)).toMatchObject([{ kind: 'parallel-batch', node: 'a', ms: expect.closeTo(gain, 6) }]);
});

const overlapping = (count: number, by: number): Item[] =>
  sequence(count).map(({ startedAt, calls }, i) => ({
    startedAt: startedAt - i * by,
    finishedAt: startedAt - i * by + 1000,
    calls,
  }));

test.each<[string, readonly Item[], Facts]>([
  ['no items', [], {}],
  ['one', sequence(1), {}],
  ['two', sequence(2), {}],
  ['two long ones', sequence(2, 60_000), {}],
  ['all at the same time', overlapping(10, 1000), {}],
  [
    'two at a time',
    sequence(10).map((each, i) => ({
      ...each,
      startedAt: Math.floor(i / 2) * 1000,
      finishedAt: Math.floor(i / 2) * 1000 + 1000,
    })),
    {},
  ],
  ['overlapping by a little', overlapping(5, 1), {}],
  ['overlapping by half', overlapping(5, 500), {}],
  ['one pair that overlaps', [...sequence(5), { startedAt: 4500, finishedAt: 5500, calls: 1 }], {}],
  ['without calls', sequence(20, 1000, 0), {}],
  [
    'two with calls among many',
    [
      ...sequence(2),
      ...sequence(9, 1000, 0).map((each) => ({
        ...each,
        startedAt: each.startedAt + 2000,
        finishedAt: each.finishedAt! + 2000,
      })),
    ],
    {},
  ],
  ['quick ones', sequence(5, 20), {}],
  ['many quick ones', sequence(50, 20), {}],
  ['just too quick', sequence(3, 499), {}],
  ['a batch that failed', sequence(10), { ok: false }],
  ['of another node type without calls', sequence(10, 1000, 0), { nodeType: 'shell' }],
  [
    'an unfinished item before others',
    [{ startedAt: 0, finishedAt: undefined, calls: 1 }, ...sequence(4)],
    {},
  ],
  ['three of no time', sequence(3, 0), {}],
  ['ten of 100 ms', sequence(10, 100), {}],
  ['without a batch', [], { ms: 60_000 }],
])('no advice on a batch: %s', (_what, items, facts) => {
  expect(batch(items, facts)).toEqual([]);
});

test('the visits of a trace have their data flow and their items', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      for (const id of ['pros', 'cons'])
        t.node(id, { nodeType: 'llm' }, () => {
          t.params({ prompt: { template: '${topic}', value: 'x', from: ['/topic'] } });
          t.llm({ ms: 1500, input: 1, output: 1 });
        });
      t.node('sum', { nodeType: 'llm' }, () => {
        t.params({
          prompt: { template: '${pros.response}', value: 'x', from: ['/pros/response', '/cons/response'] },
        });
        t.llm({ ms: 100, input: 1, output: 1 });
      });
    }),
  );
  const visits = listNodeVisits(reduceEvents(events, { prices: testPrices }));
  expect(visits.map(({ id, uses }) => [id, [...uses!]])).toEqual([
    ['pros', ['topic']],
    ['cons', ['topic']],
    ['sum', ['pros', 'cons']],
  ]);
  expect(adviseParallelNodes(visits)).toMatchObject([{ ms: 1500 }]);
});
