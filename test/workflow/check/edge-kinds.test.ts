import { expect, test } from 'vitest';
import { describeEdges } from '../../../src/workflow/check/edge-kinds.js';

const nodes = (...ids: string[]) => ids.map((id) => ({ id, type: 'echo', params: {} })) as never[];
const edge = (from: string, to: string, action = 'default') => ({ from, to, action });

function kindsOf(ids: string[], edges: ReturnType<typeof edge>[], start?: string): Record<string, string> {
  const workflow = { nodes: nodes(...ids), edges, ...(start === undefined ? {} : { start_node: start }) };
  return Object.fromEntries(
    describeEdges(workflow).map(({ from, to, action, kind }) => [`${from}-${to} ${action}`, kind ?? 'plain']),
  );
}

test('a back edge is a loop, or a retry if it is an error edge, and a forward error edge is an error branch', () => {
  const edges = [
    edge('draft', 'review'),
    edge('review', 'draft', 'improve'),
    edge('review', 'publish', 'good'),
    edge('publish', 'review', 'error'),
    edge('draft', 'give-up', 'error'),
    edge('review', 'review', 'again'),
  ];
  expect(kindsOf(['draft', 'review', 'publish', 'give-up'], edges)).toEqual({
    'draft-review default': 'plain',
    'review-draft improve': 'loop',
    'review-publish good': 'plain',
    'publish-review error': 'retry',
    'draft-give-up error': 'error',
    'review-review again': 'loop',
  });
});

test('two branches that join are not a loop, whatever the order of the nodes', () => {
  const edges = [edge('a', 'b'), edge('a', 'c', 'other'), edge('c', 'b'), edge('b', 'd')];
  expect(new Set(Object.values(kindsOf(['d', 'c', 'b', 'a'], edges, 'a')))).toEqual(new Set(['plain']));
});

test('a chain of 20,000 nodes is classified without recursion', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
  const edges = ids.slice(1).map((id, index) => edge(ids[index]!, id));
  expect(kindsOf(ids, [...edges, edge(ids.at(-1)!, ids[0]!)])['n19999-n0 default']).toBe('loop');
});
