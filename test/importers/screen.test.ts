import { expect, test } from 'vitest';
import { textSummary } from '../../src/export/text-summary.js';
import { DEFAULT_COLLAPSE, setAll } from '../../src/view/base/collapse.js';
import { modelText } from '../../src/view/spans/span-facts.js';
import { listRows } from '../../src/view/tree/rows.js';
import { TestScreen } from '../view/draw.js';
import { convert, importState } from './convert.js';

const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString();

const turn = (index: number) => [
  {
    type: 'user',
    timestamp: at(index * 10),
    sessionId: 's',
    message: { role: 'user', content: `question ${index}` },
  },
  {
    type: 'assistant',
    timestamp: at(index * 10 + 5),
    sessionId: 's',
    message: {
      id: `m${index}`,
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [{ type: 'tool_use', id: `t${index}`, name: 'Read', input: {} }],
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  },
];

test('a session of 400 turns is collapsed to at most 40 rows, and its turns have their prompts', async () => {
  const state = await importState(Array.from({ length: 400 }, (_, index) => turn(index)).flat());
  const rows = listRows(state, { folds: DEFAULT_COLLAPSE, filter: '', onlyMatches: true });
  expect(rows.length).toBeLessThanOrEqual(40);
  expect(rows.slice(0, 2).map(({ label, fold }) => [label, fold])).toEqual([
    ['Claude Code', 'open'],
    ['turns 1–20', 'folded'],
  ]);
  const all = listRows(state, { folds: setAll('open'), filter: '', onlyMatches: true });
  expect(all.map(({ label }) => label)).toContain('turn 217 · question 216');
});

test('each turn of a session of 400 turns is selected by at most four keys', async () => {
  const events = await convert(Array.from({ length: 400 }, (_, index) => turn(index)).flat());
  const screen = new TestScreen(events, { rows: 24 });
  const before = screen.ui;
  for (const number of [1, 7, 20, 21, 100, 120, 217, 399, 400]) {
    screen.ui = before;
    screen.press('/').type(String(number));
    expect(screen.run.spans.get(Number(screen.ui.selected))?.name).toBe(`turn ${number}`);
    expect(screen.line('❯')).toContain(`${number} · question ${number - 1}`);
  }
});

test('the header names the format of an imported run, and the summary the command to reopen its file', async () => {
  const state = await importState(turn(0));
  expect(modelText(state)).toBe('imported: claude-code');
  expect(textSummary(state, { tracePath: 'logs/s.jsonl' })).toContain('pflow tui --trace logs/s.jsonl');
});
