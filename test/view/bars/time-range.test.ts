/** The range of time that V marks. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (const name of ['one', 'two', 'three'])
      t.node(name, {}, () => void t.llm({ ms: 1000, input: 100, output: 20 }));
  }),
);
const range = (screen: TestScreen) => screen.lines().find((line) => line.includes('range'));

test('V marks from the start of one row to the end of another, and Esc clears it', () => {
  const at = new TestScreen(events).press('g', 'j', 'j', 'V');
  expect(range(at)).toMatch(/range 00:01\.0 to 00:02\.0 · 1\.0s · 1 call · 120 tok · \$0\.0006 · V ends it/);
  expect(range(at.press('j'))).toMatch(
    /00:01\.0 to 00:03\.0 · 2\.0s · 2 calls · 240 tok · \$0\.0012 · V ends it/,
  );
  expect(range(at.press('V', 'g'))).toMatch(/00:01\.0 to 00:03\.0 · 2\.0s · 2 calls · 240 tok · \$0\.0012 ─/);
  expect(range(at.press('esc'))).toBeUndefined();
});

test('a range may be marked backwards, and V begins a new one after it was ended', () => {
  const at = new TestScreen(events).press('G', 'k', 'V', 'g', 'j', 'V');
  expect(range(at)).toMatch(/range 00:00\.0 to 00:02\.0 · 2\.0s · 2 calls/);
  expect(range(at.press('V'))).toContain('V ends it');
});
