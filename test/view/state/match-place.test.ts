/** What a search shows: how many matches there are, which one is selected, and the text that matched. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const name of ['ask', 'check', 'sum'])
      t.node(
        name,
        {},
        () => void t.llm({ ms: 10, input: 5, prompt: `Is the needle in ${name}?`, text: 'Perhaps.' }),
      );
    t.node('needles', {}, () => void t.wait(5));
  }),
);
const search = (...keys: string[]) =>
  new TestScreen(events)
    .press(...keys, '/')
    .type('needle')
    .press('enter');
const matched = (screen: TestScreen) =>
  screen
    .frame()
    .slice(4, 20)
    .flatMap((line) => line.filter(({ style }) => style === 'match').map(({ text }) => text));

test('the footer counts the matches and the position of the selection among them', () => {
  const at = search('g');
  expect(at.lines().at(-1)).toMatch(/\/needle -\/4$/);
  expect(at.press('n').lines().at(-1)).toMatch(/\/needle 1\/4$/);
  expect(at.press('n', 'n', 'n').lines().at(-1)).toMatch(/\/needle 4\/4$/);
  const calls = new TestScreen(events).press('4', '/').type('claude').press('enter', 'j');
  expect(calls.lines().at(-1)).toMatch(/\/claude 2\/3$/);
});

test('the text that matched is shown with its place', () => {
  expect(search('g').press('n').line('match in prompt:')).toContain('Is the needle in ask?');
});

test.each(['1', '2', '3'])('matches are highlighted in view %s', (view) => {
  expect(matched(search(view))).toContain('needle');
});

test('the inspector counts its matches too', () => {
  const at = new TestScreen(events)
    .press('E', 'g', 'j', 'j', 'enter', '5', '/')
    .type('needle')
    .press('enter');
  expect(at.line('match 1/1')).toContain('claude');
});
