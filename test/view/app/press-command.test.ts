/** The command line of a run. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const open = (options: { columns?: number } = {}) =>
  new TestScreen(
    buildTrace((t) =>
      t.stage('workflow', () => {
        t.node('read_file', { nodeType: 'read-file' }, () => void t.wait(1000));
        t.node('ask', { nodeType: 'llm' }, () => void t.llm({ ms: 2000, input: 10, output: 5 }));
        t.node('ask', { nodeType: 'llm', visit: 2 }, () => void t.llm({ ms: 1000, input: 10, output: 5 }));
      }),
    ),
    options,
  );
const run = (at: TestScreen, line: string) => at.press(':').type(line).press('enter');
const footer = (at: TestScreen) => at.lines().at(-1)!.trim();

test('a command is an action, a view or a tab by its name', () => {
  expect(run(open(), 'calls').ui.views.shown).toBe('Calls');
  expect(run(open().press('j'), 'params').ui).toMatchObject({
    screens: ['tree', 'inspector'],
    tab: 'Params',
  });
  expect(run(open(), 'metric').ui.metric).toBe('cost');
  expect(run(open(), 'quit').effects).toEqual([{ type: 'quit' }]);
  expect(run(open(), 'help').ui.screens).toEqual(['tree', 'help']);
  expect(run(open().press('j', 'enter'), 'log').ui).toMatchObject({
    screens: ['tree', 'inspector'],
    tab: 'Log',
  });
});

test('filter sets the filter, and clears it without words', () => {
  const at = run(open(), 'filter read_file');
  expect(at.ui).toMatchObject({ filter: 'read_file', screens: ['tree'] });
  expect(run(at, 'filter').ui.filter).toBe('');
});

test('range marks a range between two times, and clears it without any', () => {
  const at = run(open(), 'range 0.5s 2500ms');
  expect(at.ui.views.range).toEqual({ from: 500, to: 2500, isOpen: false });
  expect(at.line('range 00:00.5 to 00:02.5')).toContain('1 call');
  expect(run(at, 'range').ui.views.range).toBeUndefined();
});

test('goto selects a node by the start of its name, and repeated its next visit', () => {
  const at = run(open(), 'goto as');
  expect(at.selected).toContain('ask');
  const first = at.ui.selected;
  expect(run(at, 'goto ask').ui.selected).not.toBe(first);
  expect(run(at, 'goto ask').ui.selected).toBe(first);
});

test('Tab completes as far as it is clear, and the line lists what it can become', () => {
  const at = open().press(':').type('exp');
  expect(footer(at)).toBe(':exp   expand  expand-all');
  expect(footer(at.press('tab'))).toBe(':expand   expand  expand-all');
  expect(footer(open().press(':').type('got').press('tab').type('r').press('tab'))).toBe(
    ':goto read_file   goto read_file',
  );
  expect(footer(open().press(':').type('range '))).toContain('two times such as 1.5s 4s');
});

test.each([
  ['calsl', 'There is no command calsl. Did you mean calls?'],
  ['goto aks', 'No node is named aks. Did you mean ask?'],
  ['goto', 'goto takes the name of a node.'],
  ['range 2', 'range takes two times such as 1.5s 4s, or nothing to clear it.'],
  ['range 3s 1s', 'The range ends before it begins.'],
  ['quit now', 'quit takes no value.'],
])('%s is a problem on the line, which stays open', (line, problem) => {
  const at = run(open(), line);
  expect(footer(at)).toBe(`:${line}   ${problem}`);
  expect(at.press('backspace').ui).toMatchObject({ screens: ['tree', 'command'], command: { problem: '' } });
  expect(at.press('esc').ui.screens).toEqual(['tree']);
});

test('an empty line closes, and the line fits a screen of 40 columns', () => {
  expect(open().press(':', 'enter').ui.screens).toEqual(['tree']);
  const at = open({ columns: 40 }).press(':');
  expect(footer(at).length).toBeLessThanOrEqual(40);
});
