import { expect, test } from 'vitest';
import { readDraft } from '../../src/workflow/format/draft.js';
import { graphText } from '../../src/workflow/graph-text.js';

type Edge = [from: string, to: string, action?: string];

/** Draws nodes that are named by letters and connected by these edges. */
function drawing(ids: string, edges: readonly Edge[], more: object = {}): string {
  return graphText(
    readDraft({
      nodes: ids.split('').map((id) => ({ id, type: 'echo' })),
      edges: edges.map(([from, to, action = 'default']) => ({ from, to, action })),
      ...more,
    }),
  );
}

test('a chain is drawn from top to bottom, with its inputs and outputs', () => {
  const workflow = readDraft({
    inputs: { url: { type: 'string' }, limit: { default: 5 }, note: { required: false } },
    outputs: { pages: { source: '${each.results}' }, stdout: {} },
    nodes: [
      { id: 'list', type: 'http', purpose: 'Gets the list.\n\nIt is long.' },
      { id: 'each', type: 'llm', batch: { items: '${list.response}', parallel: true } },
      { id: 'some', type: 'echo', batch: { items: [1, 2] } },
    ],
    edges: [
      { from: 'list', to: 'each', action: 'default' },
      { from: 'each', to: 'some', action: 'default' },
    ],
  });
  expect(graphText(workflow)).toMatchInlineSnapshot(`
    "inputs: url, limit = 5, note?
    ● list  http  Gets the list.
    ● each  llm × \${list.response}, in parallel
    ● some  echo × 2 items
    outputs: pages = \${each.results}, stdout"
  `);
  expect(graphText(workflow, { columns: 20 }).split('\n')[1]).toBe('● list  http  Gets …');
});

test('a branch is drawn below its node and points to the node where it joins', () => {
  const edges: Edge[] = [
    ['a', 'b'],
    ['b', 'c'],
    ['a', 'x', 'error'],
    ['x', 'y'],
    ['y', 'c'],
    ['a', 'c', 'skip'],
  ];
  expect(drawing('abcxy', edges)).toMatchInlineSnapshot(`
    "● a  echo
    ├─ error
    │  ● x  echo
    │  ● y  echo
    │  ↓ c
    ├─ skip ↓ c
    ● b  echo
    ● c  echo"
  `);
});

test('a loop is drawn as a reference back to its first node', () => {
  const edges: Edge[] = [
    ['a', 'b'],
    ['b', 'f', 'error'],
    ['f', 'b'],
    ['b', 'c'],
    ['c', 'c', 'again'],
    ['c', 'a'],
  ];
  expect(drawing('abcf', edges)).toMatchInlineSnapshot(`
    "● a  echo
    ● b  echo
    ├─ error
    │  ● f  echo
    │  ↑ b
    ● c  echo
    ├─ again ↑ c
    ↑ a"
  `);
});

test('nested branches are drawn recursively, and shared nodes only once', () => {
  const edges: Edge[] = [
    ['a', 'b', 'left'],
    ['a', 'c', 'right'],
    ['b', 'd', 'error'],
    ['b', 'e'],
    ['d', 'e'],
    ['c', 'e'],
  ];
  expect(drawing('abcde', edges)).toMatchInlineSnapshot(`
    "● a  echo
    ├─ left
    │  ● b  echo
    │  ├─ error
    │  │  ● d  echo
    │  │  ↓ e
    │  ● e  echo
    ├─ right
    │  ● c  echo
    │  ↑ e"
  `);
});

test('unreachable nodes and edges to missing nodes are marked', () => {
  const edges: Edge[] = [
    ['b', 'nobody'],
    ['b', 'ghost', 'error'],
  ];
  expect(drawing('abc', edges, { start_node: 'b' })).toMatchInlineSnapshot(`
    "● b  echo
    ├─ error ✗ ghost (there is no such node)
    ✗ nobody (there is no such node)
    never reached: a, c"
  `);
  expect(drawing('a', [], { start_node: 'nobody' })).toMatchInlineSnapshot(`"never reached: a"`);
  expect(graphText(readDraft({}))).toBe('');
});

test('control characters in names are removed from the drawing', () => {
  expect(graphText(readDraft({ nodes: [{ id: 'a', type: '\u001b[2Jx' }] }))).not.toContain('\u001b');
});

test('a graph of 5,000 nodes is drawn, as a chain and as nested branches', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  for (const action of ['default', 'error']) {
    const nodes = ids.map((id) => ({ id, type: 'echo' }));
    const edges = ids.slice(1).map((to, i) => ({ from: ids[i], to, action }));
    const lines = graphText(readDraft({ nodes, edges })).split('\n');
    expect(new Set(lines.flatMap((line) => /● (\w+)/.exec(line)?.[1] ?? [])).size).toBe(5000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  }
});

test('a node that runs a nested workflow names it', () => {
  const workflow = readDraft({
    nodes: [
      { id: 'file', type: 'workflow', params: { workflow: './deep/inner.pflow.md' } },
      { id: 'saved', type: 'workflow', params: { workflow_name: 'summarize-file' } },
      { id: 'own', type: 'workflow', params: { workflow_ir: { nodes: [] } }, batch: { items: [1] } },
    ],
    edges: [
      { from: 'file', to: 'saved' },
      { from: 'saved', to: 'own' },
    ],
  });
  expect(graphText(workflow)).toMatchInlineSnapshot(`
    "● file  workflow 'inner.pflow.md'
    ● saved  workflow 'summarize-file'
    ● own  workflow of its own × 1 item"
  `);
});
