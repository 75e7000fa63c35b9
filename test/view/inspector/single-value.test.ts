/** A pane with one value shows it without a key press. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const long = `${'Shorten this report to one sentence. '.repeat(8)}End of the report.`;
const message = (role: string, text: string) => ({ role, content: [{ type: 'text', text }] });
const screen = (...messages: ReturnType<typeof message>[]) =>
  new TestScreen(
    buildTrace((t) =>
      t.stage('workflow', () =>
        t.node('ask', {}, () => {
          t.llm({ ms: 10, input: 10, output: 5, prompt: messages, text: 'First answer.' });
          t.llm({ ms: 10, input: 10, output: 5, prompt: messages, text: 'Second answer.' });
        }),
      ),
    ),
  );
/** Opens the first call, below its node and phase. */
const firstCall = ['E', 'g', 'j', 'j', 'enter'];

test('the only long text of a prompt is expanded, and Enter collapses it', () => {
  const at = screen(message('user', long)).press(...firstCall, '5');
  expect(at.text()).toContain('End of the report.');
  const folded = at.lines().findIndex((line) => line.includes('▾ text: 314 characters')) - 5;
  at.press(...Array.from({ length: folded }, () => 'j'), 'enter');
  expect(at.text()).not.toContain('End of the report.');
  expect(at.press('enter').text()).toContain('End of the report.');
});

test('several long texts stay collapsed', () => {
  const at = screen(message('user', long), message('assistant', long)).press(...firstCall, '5');
  expect(at.text()).not.toContain('End of the report.');
});

test('copying at the heading of a call takes its answer', () => {
  const at = screen(message('user', 'Hi')).press('g', 'j', 'enter', '6');
  expect(at.line('call 1 of 2')).toContain('claude');
  expect(at.press('y', 'y').effects).toEqual([{ type: 'copy', what: 'value', text: 'First answer.' }]);
});
