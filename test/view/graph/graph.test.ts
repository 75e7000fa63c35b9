import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { press } from '../../../src/view/app/press.js';
import { graphOfRun, selectedNode } from '../../../src/view/graph/graph-model.js';
import { TestScreen } from '../draw.js';

/** A workflow with a branch, a loop and a batch, in the middle of its second round. */
const review = (t: TraceBuilder): void => {
  t.emit({
    type: 'workflow.planned',
    origin: 'file',
    name: 'review',
    ir: {
      nodes: [
        { id: 'list' },
        { id: 'ask', batch: { items: '${list.files}' } },
        { id: 'check' },
        { id: 'write' },
        { id: 'repair' },
      ],
    },
    nodes: [
      { id: 'list', type: 'list-files' },
      { id: 'ask', type: 'llm' },
      { id: 'check', type: 'code' },
      { id: 'write', type: 'write-file' },
      { id: 'repair', type: 'llm' },
    ],
    edges: [
      { from: 'list', to: 'ask', action: 'default' },
      { from: 'ask', to: 'check', action: 'default' },
      { from: 'check', to: 'write', action: 'default' },
      { from: 'check', to: 'repair', action: 'bad' },
      { from: 'repair', to: 'check', action: 'default' },
    ],
  });
  t.stage('workflow', () => {
    t.node('list', { nodeType: 'list-files' }, () => t.wait(20));
    t.node('ask', { nodeType: 'llm' }, () => {
      for (const index of [0, 1, 2])
        t.within(
          t.open('item', String(index), { index, of: 3 }),
          () => void t.llm({ ms: 900, input: 1000, output: 90 }),
        );
    });
    t.node('check', { nodeType: 'code', action: 'bad' }, () => t.wait(8));
    t.node('repair', { nodeType: 'llm' }, () => void t.llm({ ms: 1500, input: 1000, output: 200 }));
    t.open('node', 'check', { nodeType: 'code', visit: 2 });
    t.wait(300);
  });
};

const events = buildTrace(review, { open: true });

const shown = (columns: number, rows: number) =>
  new TestScreen(events, { live: true, columns, rows }).press('5');

test('the graph at 120×40 shows the state, time and cost of each node in its box', () => {
  expect(shown(120, 40).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run                            ⠴ running 00:04.5   4,470 tok   cost $0.0190   anthropic/claude-sonnet-4-5
     │ workflow 4.5s $0.0190 ██████████████████████████████████████████████████████████████████████████████████████████████│
    ── 4/5 nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
     5 nodes, 4 started                                                                                  4 of 5 edges taken
     ┌────────────────┐  ┌────────────────┐   ┌────────────────┐        ┌────────────────┐
     │ ✓ list         ├─▸│ ✓ ask ×3       ├─┬▸│❯⠴ check ↻2     ├─┬─────▸│ · write        │
     │ 20ms           │  │ 2.7s $0.0130   │ │ │ 300ms          │ │      │ write-file     │
     └────────────────┘  └────────────────┘ │ └────────────────┘ │      └────────────────┘
                                            │                    │
                                            │                    │      ┌────────────────┐
                                            │                    └ bad ▸│ ✓ repair       ├─┐
                                            │                           │ 1.5s $0.0060   │ │
                                            │                           └────────────────┘ │
                                            └──────────────────────────────────────────────┘
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     check  code

       → write · bad → repair
    ── check #2 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
     Running.












    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       ask                      2.7s  60%   $0.0130 ████    total          4.5s
       repair                   1.5s  33%   $0.0060 ██▎     tokens         4,470 in 4 calls
       check ×2                308ms   7%           ▌       cost           $0.0190
       list                     20ms   0%           ▏       models         anthropic/claude-sonnet-4-5 ×4  median 900ms
                                                                           $0.0190
     ? help  / search  ⏎ open  d diff  1…5 view  space pause  [ back in time  q quit                                 FOLLOW
    "
  `);
});

test('the graph at 80×24 has a line for each node', () => {
  expect(shown(80, 24).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run                  ⠴ running 00:04.5   4,470 tok   cost $0.0190
     │ workflow 4.5s $0.0190 ██████████████████████████████████████████████████████│
    ── 4/5 nodes ───────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
     5 nodes, 4 started                                          4 of 5 edges taken
     ✓ list 20ms
     ▾
     ✓ ask ×3 2.7s $0.0130
     ├───────────────────────────────────────────────────────┐
     ▾                                                       │
    ❯⠴ check ↻2 300ms                                        │
     ├────────────────────────────┐                          │
     │                            │ bad                      │
     ▾                            ▾                          │
     · write write-file           ✓ repair 1.5s $0.0060      │
                                  └──────────────────────────┘
    ── check #2 ────────────────────────────────────────────────────────────────────
     Running.





     ? help  / search  ⏎ open  d diff  1…5 view  space pause  q quit         FOLLOW
    "
  `);
});

test('the graph at 40×10 is a list of nodes with where each leads', () => {
  expect(shown(40, 10).text()).toMatchInlineSnapshot(`
    "
     test run             ⠴ running 00:04.5
     5 nodes, 4 started  4 of 5 edges taken
     ✓ list         20ms  → ask
     ✓ ask ×3       2.7s $0.0130  → check
    ❯⠴ check ↻2     300ms  → write · bad → …
     ✓ repair       1.5s $0.0060  → check
     · write        write-file


     ? help  / search  q quit        FOLLOW
    "
  `);
});

test('the graph at 200×60 is to the left of the context pane', () => {
  expect(shown(200, 60).lines().slice(3, 16)).toMatchInlineSnapshot(`
    [
      " 1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                                                     │ ── check #2 ──────────────────────────────────────────────────────────────────────────────────────",
      " 5 nodes, 4 started                                                              4 of 5 edges taken │  Running.",
      " ┌────────────────┐  ┌────────────────┐   ┌────────────────┐        ┌────────────────┐              │",
      " │ ✓ list         ├─▸│ ✓ ask ×3       ├─┬▸│❯⠴ check ↻2     ├─┬─────▸│ · write        │              │",
      " │ 20ms           │  │ 2.7s $0.0130   │ │ │ 300ms          │ │      │ write-file     │              │",
      " └────────────────┘  └────────────────┘ │ └────────────────┘ │      └────────────────┘              │",
      "                                        │                    │                                      │",
      "                                        │                    │      ┌────────────────┐              │",
      "                                        │                    └ bad ▸│ ✓ repair       ├─┐            │",
      "                                        │                           │ 1.5s $0.0060   │ │            │",
      "                                        │                           └────────────────┘ │            │",
      "                                        └──────────────────────────────────────────────┘            │",
      "                                                                                                    │",
    ]
  `);
});

/** The id of the selected node. */
const selectedIn = (screen: TestScreen) => selectedNode(screen.run, screen.ui, graphOfRun(screen.run)!)?.id;

test('arrows go to the nearest node in their direction', () => {
  const screen = shown(120, 40);
  expect(selectedIn(screen)).toBe('check');
  const path = ['left', 'left', 'right', 'right', 'right', 'down', 'up', 'left', 'g', 'G'].map((key) =>
    selectedIn(screen.press(key)),
  );
  expect(path).toEqual([
    'ask',
    'list',
    'ask',
    'check',
    'write',
    'repair',
    'write',
    'check',
    'list',
    'repair',
  ]);
});

test('enter opens the last visit of the selected node, and says of one that has not started so', () => {
  const screen = shown(120, 40);
  expect(screen.press('enter').text()).toContain(' check #2 · code');
  screen.press('esc', 'right', 'enter');
  expect(screen.ui.toast).toBe('write has not started.');
  expect(screen.ui.screens).toEqual(['tree']);
});

test('a click selects a node, and a second one opens it', () => {
  const screen = shown(120, 40);
  const y = screen.lines().findIndex((line) => line.includes('✓ repair'));
  const x = screen.lines()[y]!.indexOf('repair');
  const click = () => {
    screen.ui = press(screen.ui, { name: 'click', text: '', x, y }, screen.run, screen.viewport).ui;
    return screen;
  };
  expect(selectedIn(click())).toBe('repair');
  expect(click().ui.screens).toEqual(['tree', 'inspector']);
});

test('a selection in another view is kept in the graph', () => {
  const screen = new TestScreen(events, { live: true });
  screen.press('g', 'j', 'j');
  expect(screen.selected).toContain('ask');
  expect(selectedIn(screen.press('5'))).toBe('ask');
});

test('the steps of a run without a plan are drawn in the order in which they followed each other', () => {
  const agent = buildTrace((t) => {
    t.spanOf('agent', 'researcher', {}, () => {
      for (const name of ['think', 'search', 'think', 'search', 'answer'])
        t.spanOf('step', name, {}, () => void t.wait(10));
    });
  });
  expect(new TestScreen(agent).press('5').lines().slice(4, 11)).toMatchInlineSnapshot(`
    [
      " 3 steps as they followed each other                                                                 3 of 3 edges taken",
      "   ┌────────────────┐  ┌────────────────┐   ┌────────────────┐",
      " ┌▸│❯✓ think ↻2     ├─▸│ ✓ search ↻2    ├─┬▸│ ✓ answer       │",
      " │ │ 20ms           │  │ 20ms           │ │ │ 10ms           │",
      " │ └────────────────┘  └────────────────┘ │ └────────────────┘",
      " └────────────────────────────────────────┘",
      "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
    ]
  `);
});

test('a run of which nothing has started has no graph', () => {
  expect(
    new TestScreen(
      buildTrace(() => {}, { open: true }),
      { live: true },
    )
      .press('5')
      .text(),
  ).toContain('Nothing has started yet.');
});

test('a graph of three hundred nodes scrolls to the selected one', () => {
  const long = buildTrace((t) => {
    const ids = Array.from({ length: 300 }, (_, i) => `step-${i}`);
    t.stage('workflow', () => {
      t.plan(ids.map((id) => ({ id, type: 'code' })));
      for (const id of ids.slice(0, 120)) t.node(id, { nodeType: 'code' }, () => t.wait(1));
    });
  });
  const screen = new TestScreen(long).press('5', 'g');
  expect(screen.text()).toContain('step-0');
  expect(screen.press('G').text()).toContain('· step-299');
});
