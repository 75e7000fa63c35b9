import { expect, test } from 'vitest';
import { createProfile } from '../../../src/profile/run/profile.js';
import { spanMatches } from '../../../src/view/state/search.js';
import { testPrices } from '../../support/prices.js';
import { markMatches } from '../../../src/view/content/highlight-match.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    t.node('read', { nodeType: 'read-file' }, () => {
      t.params({ path: { value: 'Budget.xlsx' } });
      t.wait(10);
      t.set({ '/read/content': { rows: ['Needle'] } });
    });
    t.node('ask', { nodeType: 'llm' }, () => {
      t.phase('exec', () => {
        t.attempt(1, () => void t.llm({ ms: 50, fails: 'overloaded' }), { fails: 'overloaded' });
        t.attempt(
          2,
          () => void t.llm({ ms: 90, input: 9000, output: 5, prompt: 'Find the haystack', text: 'Found' }),
        );
      });
    });
    t.node('cheap', { nodeType: 'llm' }, () => {
      t.llm({ ms: 300, input: 10, output: 5 });
    });
    t.node(
      'save',
      { nodeType: 'write-file', fails: { name: 'DiskError', message: 'disk full' } },
      () => void t.wait(3),
    );
  }),
);
const screen = () => new TestScreen(events);
const found = (text: string) =>
  screen()
    .press('/')
    .type(text)
    .lines()
    .flatMap((line) => /[✓✗] (workflow|read|ask|cheap|save)\b/.exec(line)?.[1] ?? []);

test('search matches names, types, models, prompts, responses, parameters, values and errors', () => {
  expect(found('write-file')).toEqual(['workflow', 'save']);
  expect(found('haystack')).toEqual(['workflow', 'ask']);
  expect(found('found')).toEqual(['workflow', 'ask']);
  expect(found('budget')).toEqual(['workflow', 'read']);
  expect(found('needle')).toEqual(['workflow', 'read']);
  expect(found('disk full')).toEqual(['workflow', 'save']);
  expect(found('sonnet')).toEqual(['workflow', 'ask', 'cheap']);
  expect(found('nowhere')).toEqual([]);
});

test('Esc clears the filter and shows every row again, Enter keeps it', () => {
  const rows = (at: TestScreen) =>
    at.lines().filter((line) => /[✓✗] (read|ask|cheap|save)/.test(line)).length;
  const typed = screen().press('/').type('cheap');
  expect([typed.ui.filter, rows(typed)]).toEqual(['cheap', 1]);
  const kept = screen().press('/').type('cheap').press('enter');
  expect([kept.ui.filter, rows(kept), kept.ui.screens]).toEqual(['cheap', 1, ['tree']]);
  typed.press('esc');
  expect([typed.ui.filter, rows(typed), typed.ui.screens]).toEqual(['', 4, ['tree']]);
});

test('F shows all rows again, and n still moves to the next match', () => {
  const at = screen().press('/').type('cheap').press('enter', 'F');
  expect(at.lines().filter((line) => /[✓✗] (read|ask|cheap|save)/.test(line))).toHaveLength(4);
  expect(at.press('n').selected).toContain('cheap');
  expect(
    at
      .press('F')
      .lines()
      .filter((line) => /[✓✗] (read|ask|save)/.test(line)),
  ).toHaveLength(0);
});

test('r moves from error to error, including collapsed ones', () => {
  const at = screen().press('r');
  expect(at.selected).toContain('save');
  expect(at.press('r').selected).toMatch(/✗ claude/);
});

test('t selects the slowest node and then the next slowest, $ the most expensive one', () => {
  const at = screen();
  expect(at.press('t').selected).toContain('cheap');
  expect(at.press('t').selected).toContain('ask');
  expect(at.press('$').selected).toContain('cheap');
  expect(at.press('$').selected).toContain('ask');
  expect(new TestScreen([]).press('$').lines().at(-1)).toContain('No node has cost anything.');
});

test('search matches are highlighted in the inspector', () => {
  expect(
    markMatches([{ text: 'Need' }, { text: 'le and need', style: 'dim' }], 'needle').map(
      ({ text, style }) => [text, style],
    ),
  ).toEqual([
    ['Need', 'match'],
    ['le', 'match'],
    [' and need', 'dim'],
  ]);
  const line = [{ text: 'İstanbul' }];
  expect(markMatches(line, 'istanbul')).toBe(line);
});

test('the search re-tests a finished span after a late event, including queries with an earlier non-match', () => {
  const { state, apply } = createProfile({ prices: testPrices });
  const call = events.findIndex((event) => event.type === 'llm.response');
  const late = events[call]!;
  for (const event of events) if (event !== late) apply(event);
  const span = (late as { span: number }).span;
  const matches = (wanted: string) => spanMatches(state, state.spans.get(span)!, '', wanted);
  expect([matches('foun'), matches('found')]).toEqual([false, false]);
  apply(late);
  expect([matches('found'), matches('foun')]).toEqual([true, true]);
});

test('a search by the label of one view does not decide what another view finds', () => {
  const { state, apply } = createProfile({ prices: testPrices });
  for (const event of events) apply(event);
  const span = [...state.spans.values()].find(({ name }) => name === 'cheap')!;
  expect(spanMatches(state, span, 'read › cheap', 'read ›')).toBe(true);
  expect(spanMatches(state, span, 'cheap', 'read ›')).toBe(false);
  expect(spanMatches(state, span, 'read › cheap', 'read ›')).toBe(true);
});
