import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const work = (t: TraceBuilder): void => {
  t.stage('planner', () => void t.node('generator', {}, () => t.wait(5)));
  t.stage('workflow', () => {
    t.plan([
      { id: 'read', type: 'read-file' },
      { id: 'ask', type: 'llm' },
    ]);
    t.node('read', {}, () => t.wait(5));
    t.node('ask', {}, () => void t.llm({ ms: 50, input: 10, output: 10 }));
  });
};

/** A screen with a home screen, without which no other run can be opened. */
function open(script: (t: TraceBuilder) => void = work, options: { open?: true } = {}): TestScreen {
  const screen = new TestScreen(buildTrace(script, options), { live: options.open === true });
  screen.ui = { ...screen.ui, look: { ...screen.ui.look, home: 'reachable' } };
  return screen;
}

test('^R, x and X run a finished run again: as a whole, from the selected node, and after an edit', () => {
  const screen = open().press('5', 'G');
  expect(screen.press('ctrl+r', 'x', 'X').effects).toEqual([
    { type: 'rerun' },
    { type: 'rerun', from: 'ask' },
    { type: 'rerun', from: 'ask', edit: true },
  ]);
});

test('x inside a node runs again from the node of the workflow that contains the selection', () => {
  const screen = open().press('E', 'G', 'x');
  expect(screen.selected).toContain('claude-sonnet');
  expect(screen.effects).toEqual([{ type: 'rerun', from: 'ask' }]);
  expect(screen.press('enter', 'x').effects).toHaveLength(2);
});

test('a node of the planner is no place to run again from', () => {
  const screen = open();
  screen.press('g', 'x');
  expect(screen.effects).toEqual([]);
  expect(screen.ui.toast).toBe('Select a node of the workflow first.');
});

test('D compares a finished run', () => {
  expect(open().press('D').effects).toEqual([{ type: 'compare' }]);
});

test('W prices a finished run otherwise: the node that called a model as well, if one is selected', () => {
  expect(open().press('E', 'G', 'W').effects).toEqual([{ type: 'whatif', node: 'ask' }]);
  expect(open().press('5', 'g', 'W').effects).toEqual([{ type: 'whatif' }]);
});

test('W on a run that called no model states so', () => {
  const screen = open((t) => void t.stage('workflow', () => void t.node('read', {}, () => t.wait(5))));
  expect(screen.press('W').effects).toEqual([]);
  expect(screen.ui.toast).toBe('The run called no model.');
});

test('a run in progress, and one without a workflow, are not run again', () => {
  const running = open(work, { open: true });
  expect(running.press('ctrl+r').effects).toEqual([]);
  expect(running.ui.toast).toBe('The run is still in progress.');
  const bare = open((t) => void t.stage('workflow', () => t.wait(1)));
  expect(bare.press('ctrl+r').effects).toEqual([]);
  expect(bare.ui.toast).toBe('This run has no workflow that could run again.');
});

test('where there is no home screen, other runs cannot be opened', () => {
  const screen = new TestScreen(buildTrace(work));
  expect(screen.press('ctrl+r', 'x', 'X', 'D').effects).toEqual([]);
});

test('the footer of a finished run shows the keys, that of a running one does not', () => {
  expect(open().lines().at(-1)).toContain('^R run again  D compare  W what if');
  expect(open(work, { open: true }).lines().at(-1)).not.toContain('run again');
});
