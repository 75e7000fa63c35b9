import { expect, test } from 'vitest';
import { buildTrace, readFixture, type TraceBuilder } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

function threeNodes(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.node('read', { nodeType: 'read-file' }, () => void t.phase('exec', 5));
    t.node('ask', { nodeType: 'llm' }, () => {
      t.phase('exec', () => {
        t.llm({ ms: 100, input: 10, output: 5 });
        t.llm({ ms: 300, model: 'gpt-4.1', provider: 'openai', input: 10, output: 5 });
      });
    });
    t.node('save', { nodeType: 'write-file' }, () => void t.wait(3));
  });
}

const screen = (options?: ConstructorParameters<typeof TestScreen>[1]) =>
  new TestScreen(buildTrace(threeNodes), options);

/** The line that is marked as selected. */
const marked = (at: TestScreen) => at.lines().find((line) => line.includes('❯')) ?? '';

test('the selection is kept when the view changes', () => {
  const at = screen().press('j', 'j');
  expect(at.selected).toContain('ask');
  expect(marked(at.press('3'))).toContain('✓ ask');
  expect(marked(at.press('2'))).toContain('❯ask');
  expect(marked(at.press('4'))).toContain('claude-sonnet-4-5');
  expect(at.press('1').selected).toContain('ask');
});

test('a call selected in the calls view is expanded in the timeline', () => {
  const at = screen().press('4', 'j', '1');
  expect(at.selected).toContain('gpt-4.1');
});

test('Enter zooms into a flame frame or opens the inspector of a leaf, and Esc zooms out', () => {
  const at = screen().press('2', 'down', 'down', 'enter');
  expect(at.ui.views.zoom).toEqual(['workflow', 'ask']);
  expect(at.lines()[4]).toBe(' test run ▸ workflow ▸ ask');
  expect(at.press('esc').ui.views.zoom).toEqual(['workflow']);
  expect(at.press('0').ui.views.zoom).toEqual([]);
  at.press('down', 'enter');
  expect(at.lines().join('\n')).toContain(' gpt-4.1 · llm');
  expect(at.press('esc').ui.screens).toEqual(['tree']);
});

test('arrows move through the flame by level and by sibling', () => {
  const at = screen().press('2');
  expect(marked(at.press('down'))).toContain('❯workflow');
  expect(marked(at.press('down'))).toContain('❯ask');
  expect(marked(at.press('right'))).toContain('❯');
  expect(marked(at.press('left'))).toContain('❯ask');
  expect(marked(at.press('down'))).toContain('❯gpt-4.1');
  expect(marked(at.press('right'))).toContain('❯claude-sonnet-4-5');
  expect(marked(at.press('up', 'up'))).toContain('❯workflow');
});

test('v changes the grouping of the table, arrows change its sort column, i reverses the order', () => {
  const at = screen().press('3');
  expect(at.line('▼total')).toBeTruthy();
  expect(at.press('right').line('▼self')).toBeTruthy();
  expect(at.press('i').line('▲self')).toBeTruthy();
  expect(at.press('left', 'left', 'left').line('▲name')).toBeTruthy();
  expect(at.press('v').line('✓ openai/gpt-4.1')).toBeTruthy();
  expect(at.press('v').line('write-file')).toBeTruthy();
  expect(at.press('v').ui.views.grouping).toBe('node');
});

test('Enter on a table row opens its longest span', () => {
  const at = screen().press('3', 'v', 'enter');
  expect(at.lines().join('\n')).toContain(' gpt-4.1 · llm');
});

test('calls without a value in the sort column are listed last', () => {
  const at = new TestScreen(readFixture('retried')).press('4', 'left');
  const speeds = at.lines().flatMap((line) => /\s(\S+)$/.exec(line)?.[1] ?? []);
  expect(at.line('▼tok/s')).toBeTruthy();
  expect(speeds.length).toBeGreaterThan(0);
});

test("m changes the metric of the flame's width", () => {
  const at = screen().press('2', 'm', 'm');
  expect(at.line('width: cost')).toBeTruthy();
  expect(at.lines().slice(5, 16).join('\n')).not.toContain('read');
  expect(at.press('m').line('width: tokens')).toBeTruthy();
});

test('digits select tabs in the inspector and views elsewhere', () => {
  const at = screen().press('enter', '3');
  expect([at.ui.tab, at.ui.views.shown]).toEqual(['After', 'Timeline']);
  at.press('esc', '3');
  expect([at.ui.tab, at.ui.views.shown]).toEqual(['After', 'Table']);
});

test('the footer lists the keys of the current view', () => {
  const footer = (key: string) => screen().press(key).lines().at(-1);
  expect(footer('1')).toContain('zoom');
  expect(footer('3')).toContain('v node|model|type');
  expect(footer('3')).not.toContain('zoom');
  expect(footer('4')).toContain('i invert');
});

/** Two nodes that ask models, one of them twice with a prompt about whales, and a batch without calls. */
function searched(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.node('ask', { nodeType: 'llm' }, () => {
      t.llm({ ms: 100, input: 10, output: 5, prompt: 'Where do whales live?', text: 'In the sea.' });
      t.llm({ ms: 200, input: 10, output: 5, prompt: 'Where do whales sing?', text: 'In the sea.' });
    });
    t.node('sum', { nodeType: 'llm' }, () => void t.llm({ ms: 50, input: 10, output: 5, prompt: 'Add up.' }));
    for (const visit of [1, 2, 3]) t.node('work', { nodeType: 'shell', visit }, () => void t.wait(20));
  });
}
const searching = (...keys: string[]) => new TestScreen(buildTrace(searched)).press(...keys);

test('the search of the calls and the table finds prompts, with a counter and the matching text', () => {
  const calls = searching('4', '/', ...'whales', 'enter');
  expect(calls.lines().filter((line) => /claude-sonnet-4-5 +10/.test(line))).toHaveLength(2);
  expect(calls.lines().at(-1)).toContain('/whales 1/2');
  expect(calls.text()).toContain('Where do whales live?');
  expect(calls.press('n').lines().at(-1)).toContain('/whales 2/2');
  expect(calls.text()).toContain('Where do whales sing?');
  expect(calls.press('n').lines().at(-1)).toContain('/whales 1/2');
  const table = searching('3', '/', ...'whales', 'enter');
  expect(table.lines().at(-1)).toContain('/whales 1/1');
  expect(marked(table)).toContain('ask');
});

test('n and N go from match to match in the flame and the graph', () => {
  const at = searching('2', '/', ...'whales', 'enter');
  const first = at.ui.selected;
  expect(at.press('n').ui.selected).not.toBe(first);
  expect(at.press('N').ui.selected).toBe(first);
  expect(at.press('N', 'n').ui.selected).toBe(first);
});

test('a frame of several spans opens as the list of its calls, or of its spans', () => {
  const calls = searching('2', 'down', 'down', 'enter', 'down', 'enter');
  expect(calls.ui.views).toMatchObject({ shown: 'Calls', callsOf: ['workflow', 'ask', 'claude-sonnet-4-5'] });
  expect(calls.press('esc').ui.views.shown).toBe('Flame');
  const work = searching('2', 'down', 'down', 'right', 'enter');
  expect(work.ui).toMatchObject({ filter: 'work', views: { shown: 'Timeline' } });
  expect(work.lines().at(-1)).toContain('3 × work');
});

test('the sandwich view lists what calls the selected frame and what is inside it', () => {
  const at = searching('2', 'down', 'down');
  expect(at.line('ask ×1 is called from', 'inside ask')).toBeTruthy();
  expect(at.line('workflow  ', 'claude-sonnet-4-5 ×2')).toMatch(/workflow +300ms +100 %.*×2 +300ms +100 %/);
  expect(at.press('down').line('is called from')).toContain('claude-sonnet-4-5 ×3 is called from');
});
