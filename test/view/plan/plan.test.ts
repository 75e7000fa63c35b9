import { expect, test } from 'vitest';
import type { Planned } from '../../../src/view/state/plan-state.js';
import { withPlanQuestion } from '../../../src/view/plan/plan-question.js';
import { lineText, type Line } from '../../../src/view/base/frame.js';
import { withTemplates } from '../../../src/view/plan/plan-values.js';
import { view } from '../../../src/view/app/view.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** A plan with a branch, a loop, a batch, and a node with each kind of effect. */
const plan: Planned = {
  type: 'workflow.planned',
  origin: 'planned',
  name: 'sort-inbox',
  ir: {
    description: 'Sorts the inbox and cleans up.',
    inputs: { folder: { type: 'string' }, limit: { type: 'number', default: 3 }, note: { required: false } },
    outputs: { report: { source: '${write.written}' } },
    nodes: [
      { id: 'list', type: 'list-files', params: { path: '${folder}', limit: '${limit}' } },
      {
        id: 'ask',
        type: 'llm',
        params: { prompt: 'Sort this:\n${item}\nSay why, $${literally}.' },
        batch: { items: '${list.files}', parallel: true, max_concurrent: 10 },
      },
      { id: 'check', type: 'code', params: { inputs: { text: '${ask.response}' }, code: 'text.length > 0' } },
      { id: 'write', type: 'write-file', params: { file_path: 'report.md', content: '${check.result}' } },
      {
        id: 'clean',
        type: 'shell',
        params: { command: `rm -rf build && ${'echo cleaning; '.repeat(12)}true` },
      },
      { id: 'repair', type: 'llm', params: { prompt: 'Repair \u202eit' } },
    ],
  },
  params: { folder: 'inbox' },
  nodes: [
    { id: 'list', type: 'list-files', purpose: 'Find the letters' },
    { id: 'ask', type: 'llm', purpose: 'Sort each of them' },
    { id: 'check', type: 'code' },
    { id: 'write', type: 'write-file', effects: [{ effect: 'writes', what: 'writes "report.md"' }] },
    {
      id: 'clean',
      type: 'shell',
      effects: [
        { effect: 'runs-commands', what: 'runs "rm -rf build && …"' },
        { effect: 'deletes', what: 'deletes "build"' },
      ],
    },
    { id: 'repair', type: 'llm' },
  ],
  edges: [
    { from: 'list', to: 'ask', action: 'default' },
    { from: 'ask', to: 'check', action: 'default' },
    { from: 'check', to: 'write', action: 'default' },
    { from: 'check', to: 'repair', action: 'error' },
    { from: 'repair', to: 'check', action: 'default' },
    { from: 'write', to: 'clean', action: 'default' },
  ],
};

const planning = buildTrace(
  (t) => {
    t.stage('planner', () => void t.llm({ ms: 2000, input: 3000, output: 400 }));
    t.control('asked');
  },
  { open: true },
);

/** A screen with the plan to confirm, one second after it appeared. */
function asking(
  size: { columns?: number; rows?: number } = {},
  problems: readonly string[] = [],
): TestScreen {
  const screen = new TestScreen(planning, { live: true, now: 3000, ...size });
  screen.ui = withPlanQuestion(screen.ui, { plan, problems, edited: false, since: 2000 });
  return screen;
}

/** A finished run that had the plan. */
function finished(): TestScreen {
  return new TestScreen(
    buildTrace((t) => {
      t.stage('planner', () => void t.llm({ ms: 2000, input: 3000, output: 400 }));
      t.emit(plan).stage('workflow', () => {});
    }),
  );
}

test('the plan screen shows inputs, nodes, branches, loops, batches, effects and outputs', () => {
  expect(asking().text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run                    ● waiting for you 00:02.0   3,400 tok   cost $0.0150   anthropic/claude-sonnet-4-5
     │ planner 2.0s $0.0150 ███████████████████████████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     Plan sort-inbox · 6 nodes · planned                                                                               1/40
     ! writes "report.md" · runs "rm -rf build && …" · deletes "build"
     planned for $0.0150 in 2.0s
     Sorts the inbox and cleans up.
     list ─▸ ask ×n ‖10 ─┬▸ check ─┬───────▸ write ───▸ clean
                         │         └ error ▸ repair ─┐
                         └───────────────────────────┘

     inputs
         folder: "inbox"
         limit: 3
         note: no value

     nodes
     ▾ list  list-files  Find the letters
         path: "\${folder}"
         limit: "\${limit}"
     ▾ ask  llm  × each of \${list.files}, 10 at a time  Sort each of them
       ▾ prompt: 42 characters
           "Sort this:
           \${item}
           Say why, $\${literally}."
     ▾ check  code
       ▾ inputs: { 1 key
           text: "\${ask.response}"
         code: "text.length > 0"
     ├─ on error
     │  ▾ repair  llm
     │      prompt: "Repair ‹U+202E›it"
     │  └─ ↑ back to check
     ▾ write  write-file
       + writes "report.md"
         file_path: "report.md"
         content: "\${check.result}"
     ▾ clean  shell
       $ runs "rm -rf build && …"
     ? help  ⏎ run  e edit  s save  q cancel  space open
    "
  `);
});

test('the plan screen at 80×24', () => {
  expect(asking({ columns: 80, rows: 24 }).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run          ● waiting for you 00:02.0   3,400 tok   cost $0.0150
     │ planner 2.0s $0.0150 ███████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     Plan sort-inbox · 6 nodes · planned                                       1/41
     ! writes "report.md" · runs "rm -rf build && …" · deletes "build"
     planned for $0.0150 in 2.0s
     Sorts the inbox and cleans up.
     list ─▸ ask ×n ‖10 ─┬▸ check ─┬───────▸ write ───▸ clean
                         │         └ error ▸ repair ─┐
                         └───────────────────────────┘

     inputs
         folder: "inbox"
         limit: 3
         note: no value

     nodes
     ▾ list  list-files  Find the letters
         path: "\${folder}"
         limit: "\${limit}"
     ▾ ask  llm  × each of \${list.files}, 10 at a time  Sort each of them
       ▾ prompt: 42 characters
           "Sort this:
     ? help  ⏎ run  e edit  s save  q cancel  space open
    "
  `);
});

test('the plan screen at 40×10', () => {
  expect(asking({ columns: 40, rows: 10 }).text()).toMatchInlineSnapshot(`
    "
     test run     ● waiting for you 00:02.0
     Plan sort-inbox · 6 nodes · plan… 1/41
     ! It writes (1 node), runs commands (1…
     Sorts the inbox and cleans up.
     inputs
         folder: "inbox"
         limit: 3
         note: no value

     ? help  ⏎ run  e edit  s save
    "
  `);
});

test('parameters that have effects are shown in full at any length', () => {
  const text = asking({ columns: 80, rows: 60 })
    .lines()
    .map((line) => line.trim())
    .join(' ');
  expect(text).toContain(`"rm -rf build && ${'echo cleaning; '.repeat(12)}true"`);
});

test('a prompt is shown in full, and space collapses it', () => {
  const screen = asking();
  const folded = '"Sort this:␊${item}␊Say why, $${literally}." 42 characters';
  while (screen.ui.planPane.cursor !== 'param/ask/prompt') screen.press('j');
  const lines = screen.lines().map((line) => line.trim());
  const at = lines.indexOf('▾ prompt: 42 characters');
  expect(lines.slice(at + 1, at + 4)).toEqual(['"Sort this:', '${item}', 'Say why, $${literally}."']);
  expect(screen.press('space').text()).toContain(folded);
});

test('text from a model cannot contain hidden or bidirectional control characters', () => {
  expect(asking({ rows: 60 }).text()).toContain('Repair ‹U+202E›it');
});

test('templates are highlighted, and escaped templates are not', () => {
  const line: Line = withTemplates([{ text: '"a ${b.c[0]} $${d} e"', style: 'json-string' }]);
  expect(line.filter(({ style }) => style === 'template').map(({ text }) => text)).toEqual(['${b.c[0]}']);
  expect(lineText(line)).toBe('"a ${b.c[0]} $${d} e"');
});

test("the plan's selection is kept by node id while other nodes are collapsed", () => {
  const screen = asking({ rows: 60 });
  while (screen.ui.planPane.cursor !== 'node/write') screen.press('j');
  screen.press('C');
  const selected = view(screen.run, screen.ui, screen.viewport).lines.find((line) => line[0]?.selected);
  expect(lineText(selected!)).toContain('write  write-file');
  expect(screen.text()).toContain('+ writes "report.md"');
});

test('⏎ and y run the plan, e edits it, q and Esc cancel the run', () => {
  const answers = (key: string) => asking().press(key).effects;
  expect(answers('enter')).toEqual([{ type: 'plan', answer: 'run' }]);
  expect(answers('y')).toEqual([{ type: 'plan', answer: 'run' }]);
  expect(answers('e')).toEqual([{ type: 'plan', answer: 'edit' }]);
  expect(answers('q')).toEqual([{ type: 'plan', answer: 'cancel' }]);
  expect(answers('esc')).toEqual([{ type: 'plan', answer: 'cancel' }]);
  expect(answers('ctrl+c')).toEqual([{ type: 'cancel' }]);
  expect(answers('u')).toEqual([]);
});

test('keys pressed right before the plan appears do not run it', () => {
  const screen = asking();
  screen.viewport = { ...screen.viewport, now: 2300 };
  expect(screen.lines().at(-1)).not.toContain('run');
  expect(screen.press('y', 'enter').effects).toEqual([]);
  expect(screen.ui.screens).toContain('plan');
});

test('an invalid edit lists all of its problems above the previous plan', () => {
  const screen = asking({ columns: 80, rows: 24 }, [
    "nodes[1].type: there is no node type 'lm'.",
    'Input x is missing.',
  ]);
  expect(screen.lines().slice(3, 12)).toMatchInlineSnapshot(`
    [
      " Plan sort-inbox · 6 nodes · planned                                       1/45",
      " ! writes "report.md" · runs "rm -rf build && …" · deletes "build"",
      " planned for $0.0150 in 2.0s",
      " The edited plan cannot run: 2 problems. The plan below is unchanged.",
      "     ✗ nodes[1].type: there is no node type 'lm'.",
      "     ✗ Input x is missing.",
      "",
      " Sorts the inbox and cleans up.",
      " list ─▸ ask ×n ‖10 ─┬▸ check ─┬───────▸ write ───▸ clean",
    ]
  `);
  expect(screen.lines().at(-1)).toMatch(/e edit {2}u undo the edit/);
  expect(screen.press('y').effects).toEqual([]);
  expect(screen.lines().at(-1)).toContain('What was edited cannot run.');
  expect(screen.press('u').effects).toEqual([{ type: 'plan', answer: 'former' }]);
});

test('s saves the plan under a name, and an existing name must be confirmed', () => {
  const screen = asking().press('s');
  expect(screen.lines().at(-1)).toContain('Save as: sort-inbox');
  screen.press('ctrl+u').type('tidy').press('enter');
  expect(screen.effects).toEqual([{ type: 'save', name: 'tidy', plan, replace: false }]);
  screen.ui = { ...screen.ui, plan: { ...screen.ui.plan, refused: { name: 'tidy', why: 'It is taken.' } } };
  expect(screen.text()).toContain('It is taken.');
  expect(screen.press('enter').effects.at(-1)).toMatchObject({ name: 'tidy', replace: true });
  expect(screen.press('esc').ui.screens.at(-1)).toBe('plan');
});

test('P shows the plan of any run, which can be saved but not run', () => {
  const screen = finished().press('P');
  expect(screen.text()).toContain('Plan sort-inbox');
  expect(screen.lines().at(-1)).toContain('? help  Esc back  s save  space open');
  expect(screen.press('y', 'e', 'u').effects).toEqual([]);
  expect(screen.press('s', 'enter').effects).toMatchObject([{ type: 'save', name: 'sort-inbox' }]);
  expect(screen.press('esc', 'q').ui.screens).toEqual(['tree']);
});

test('the plan to confirm and the plan of a finished run are rendered identically', () => {
  const list = (screen: TestScreen) => screen.lines().slice(3, -1);
  expect(list(finished().press('P'))).toEqual(list(asking()));
});

test('a plan that was not captured is reported as missing', () => {
  const uncaptured = { ...plan, ir: { $: 'omitted', of: 'object', size: 5 }, params: {} } as const;
  const events = buildTrace((t) => void t.emit(uncaptured));
  expect(new TestScreen(events).press('P').text()).toContain('Its parameters are not in the trace.');
});

test('a run without a plan is reported as such', () => {
  const screen = new TestScreen(buildTrace(() => {})).press('P');
  expect(screen.lines().at(-1)).toContain('There is no plan yet.');
});

test('an open search or dialog stays open when the plan to confirm arrives', () => {
  const screen = new TestScreen(planning, { live: true, now: 3000 }).press('/').type('re');
  const question = { plan, problems: [], edited: false, since: 2000 };
  screen.ui = withPlanQuestion(screen.ui, question);
  expect(screen.press('y').ui.screens).toEqual(['tree', 'search']);
  const cancelling = new TestScreen(planning, { live: true, now: 3000 }).press('ctrl+c');
  cancelling.ui = withPlanQuestion(cancelling.ui, question);
  expect(cancelling.text()).toContain('Cancel the run?');
  expect(cancelling.press('n').text()).toContain('Plan sort-inbox');
});

test('the plan is complete in ASCII and without colour', () => {
  const screen = new TestScreen(planning, { live: true, now: 3000, glyphs: 'ascii', rows: 60 });
  screen.ui = withPlanQuestion(screen.ui, { plan, problems: [], edited: false, since: 2000 });
  expect(screen.lines().every((line) => /^[ -~]*$/.test(line))).toBe(true);
  expect(screen.text()).toContain('x deletes "build"');
});

test('the plan screen shows the estimate, what is left of the budget, and what a rerun would repeat', () => {
  const limited = buildTrace(
    (t) => {
      t.stage('planner', () => void t.llm({ ms: 2000, input: 3000, output: 400 }));
      t.control('asked');
    },
    {
      open: true,
      flags: { simulated: false, capture: 'preview', redact: true, limits: { maxCostUsd: 0.1 } },
    },
  );
  const screen = new TestScreen(limited, { live: true, now: 3000 });
  const about = {
    estimate: {
      runs: 4,
      calls: { low: 8, likely: 9, high: 11 },
      tokens: { low: 11_000, likely: 12_100, high: 13_000 },
      cost: { low: 0.005, likely: 0.006, high: 0.007 },
      time: { low: 9200, likely: 11_000, high: 13_000 },
    },
    succeeded: ['list', 'write'],
  };
  const repaired = { attempt: 2, reason: 'there is no node' };
  screen.ui = withPlanQuestion(screen.ui, {
    plan: { ...plan, repaired },
    problems: [],
    edited: false,
    since: 2000,
    about,
  });
  expect(screen.lines().slice(3, 9)).toMatchInlineSnapshot(`
    [
      " Plan sort-inbox · 6 nodes · planned                                                                               1/40",
      " ! writes "report.md" · runs "rm -rf build && …" · deletes "build"",
      " ! Succeeded in the earlier run, and would happen again: write",
      " estimate ~9 (8–11) calls · ~12.1k tok · ~$0.0060 ($0.0050–$0.0070) · ~11s (9.2s–13s)   (from 4 earlier runs)",
      " budget left $0.0850 · planned for $0.0150 in 2.0s, 1 repair",
      " Sorts the inbox and cleans up.",
    ]
  `);
  screen.viewport = { ...screen.viewport, columns: 60 };
  expect(screen.line(' estimate ')).toMatchInlineSnapshot(
    `" estimate ~9 calls · ~12.1k tok · ~$0.0060 · ~11s   (from 4…"`,
  );
  screen.viewport = { ...screen.viewport, columns: 40, rows: 10 };
  expect(screen.lines().slice(1, 4)).toMatchInlineSnapshot(`
    [
      " Plan sort-inbox · 6 nodes · plan… 1/41",
      " ! It writes (1 node), runs commands (1…",
      " ! Succeeded in the earlier run, and wo…",
    ]
  `);
});

test('a rerun of a part of the workflow names the node that it starts at', () => {
  const screen = asking();
  screen.ui = withPlanQuestion(screen.ui, {
    plan,
    problems: [],
    edited: false,
    since: 2000,
    about: { start: 'check' },
  });
  expect(screen.line(' Plan sort-inbox')).toContain('6 nodes · planned · runs again from check');
});
