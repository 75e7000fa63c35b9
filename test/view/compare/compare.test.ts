/** The screen that compares two runs: its frames, its keys, and the laws that hold for every pair of runs. */
import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { lineText, lineWidth } from '../../../src/view/base/frame.js';
import { firstDifference, type Comparison } from '../../../src/view/compare/compare-rows.js';
import { initialCompare, type CompareState } from '../../../src/view/compare/compare-state.js';
import { compareView } from '../../../src/view/compare/compare-view.js';
import { pressCompare, type CompareEffect } from '../../../src/view/compare/press-compare.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, readFixture } from '../../support/trace-builder.js';

const now = Date.parse('2026-01-16T10:00:00.000Z');

/** A run that splits a text, criticises each part and saves a report. */
function critique({
  items = 2,
  prompt = 'Criticise this part:\nwhales',
  ms = 900,
  reports = true,
  fails = '',
} = {}) {
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => {
        t.node('split', { nodeType: 'split-text' }, () => {
          t.wait(20).set({ '/split/chunks': Array.from({ length: items }, (_, i) => `part ${i + 1}`) });
        });
        t.node('critique', { nodeType: 'llm' }, () => {
          for (let i = 0; i < items; i++)
            t.spanOf('item', `item ${i + 1}/${items}`, { index: i, of: items }, () =>
              t.llm({ ms, input: 900, output: 120, prompt, text: `Part ${i + 1} is clear.` }),
            );
        });
        if (reports)
          t.node(
            'report',
            { nodeType: 'write-file', ...(fails === '' ? {} : { fails }) },
            () => void t.wait(5),
          );
      });
    },
    { name: 'critique-file' },
  );
  return reduceEvents(events, { prices: testPrices });
}

const pair: Comparison = {
  before: critique(),
  after: critique({
    items: 3,
    prompt: 'Criticise this part in one sentence:\nwhales',
    ms: 1200,
    fails: 'disk full',
  }),
};

class CompareScreen {
  compare: CompareState;
  readonly effects: CompareEffect[] = [];

  constructor(
    private readonly runs: Comparison,
    private readonly size = { columns: 120, rows: 24 },
  ) {
    const look = { glyphs: 'unicode', reducedMotion: true } as const;
    this.compare = { ...initialCompare(look), cursor: firstDifference(runs) };
  }

  press(...names: string[]): this {
    for (const name of names) {
      const key = { name, text: name.length === 1 ? name : '' };
      const { compare, effects } = pressCompare(this.compare, key, this.runs, { ...this.size, now });
      this.compare = compare;
      this.effects.push(...effects);
    }
    return this;
  }

  click(x: number, y: number): this {
    const key = { name: 'click', text: '', x, y };
    this.compare = pressCompare(this.compare, key, this.runs, { ...this.size, now }).compare;
    return this;
  }

  lines(): string[] {
    const { lines } = compareView(this.runs, this.compare, { ...this.size, now });
    return lines.map((line) => lineText(line).trimEnd());
  }

  text(): string {
    return `\n${this.lines().join('\n')}\n`;
  }

  /** The row under the cursor, without its margins. */
  get selected(): string {
    const { lines } = compareView(this.runs, this.compare, { ...this.size, now });
    return lineText(lines.find((line) => line.some(({ selected }) => selected)) ?? []).trim();
  }
}

test('120×24: one row for each node, with the first difference selected and shown below', () => {
  expect(new CompareScreen(pair).text()).toMatchInlineSnapshot(`
    "
     compare ▸ critique-file                                                              +99 % time   +50 % cost   +1 call
     #1 1d ago ✓ 1.8s $0.0090    #2 1d ago ✓ 3.6s $0.0135
      node                                 time       Δ              tok       Δ      cost       Δ  what changed
    ▸ ✓ split                               20ms                        –                 –          1 output changed
    ▸ ✓ critique ×2 → ×3             1.8s → 3.6s  +100 %    2,040 → 3,060   +50 %   $0.0135   +50 %  1 item more, prompt +…
      ✗ report                               5ms                        –                 –          ok → failed
    ── split ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
     ▾ output /split/chunks  +12 characters
         [
           "part 1",
       -   "part 2"
       +   "part 2",
       +   "part 3"
         ]









     ? help  Esc back  / search  ⏎ open  L runs  q quit
    "
  `);
});

test('80×24: the figures of the first run and the tokens make room for what changed', () => {
  expect(new CompareScreen(pair, { columns: 80, rows: 24 }).press('j').text()).toMatchInlineSnapshot(`
    "
     compare ▸ critique-file                      +99 % time   +50 % cost   +1 call
     #1 1d ago ✓ 1.8s $0.0090    #2 1d ago ✓ 3.6s $0.0135
      node                                  time       Δ  what changed
    ▸ ✓ split                                20ms          1 output changed
    ▸ ✓ critique ×2 → ×3              1.8s → 3.6s  +100 %  1 item more, prompt +16…
      ✗ report                                5ms          ok → failed
    ── critique ────────────────────────────────────────────────────────────────────
     ▾ prompt, prompt of call 2  +16 characters
       - Criticise this part:
       + Criticise this part in one sentence:
         whales
     ▾ prompt of call 3  only in #2
       + Criticise this part in one sentence:
       + whales
     ▾ answer of call 3  only in #2
       + Part 3 is clear.







     ? help  Esc back  / search  ⏎ open  L runs  q quit
    "
  `);
});

test('40×10: names, times and their change', () => {
  expect(new CompareScreen(pair, { columns: 40, rows: 10 }).text()).toMatchInlineSnapshot(`
    "
     critique-file               +99 % time
      node                     time       Δ
    ▸ ✓ split                   20ms
    ▸ ✓ critique ×2 → ×3        3.6s  +100 %
      ✗ report                   5ms




     ? help  Esc back  / search  q quit
    "
  `);
});

test('200×40: the differences are to the right of the table, and an expanded node lists them', () => {
  expect(new CompareScreen(pair, { columns: 200, rows: 32 }).press('j', 'right').text())
    .toMatchInlineSnapshot(`
      "
       compare ▸ critique-file                                                                                                                                              +99 % time   +50 % cost   +1 call
       #1 1d ago ✓ 1.8s $0.0090    #2 1d ago ✓ 3.6s $0.0135
        node                                    time       Δ     tok       Δ  what changed                │ ── critique ──────────────────────────────────────────────────────────────────────────────────────
      ▸ ✓ split                                  20ms               –          1 output changed           │  ▾ prompt, prompt of call 2  +16 characters
      ▾ ✓ critique ×2 → ×3                1.8s → 3.6s  +100 %   3,060   +50 %  1 item more, prompt +16 c… │    - Criticise this part:
            prompt +16 characters   Criticise this part in one sentence:                                  │    + Criticise this part in one sentence:
            prompt of call 3 only in #2   Criticise this part in one sentence:                            │      whales
            answer of call 3 only in #2   Part 3 is clear.                                                │  ▾ prompt of call 3  only in #2
        ✗ report                                  5ms               –          ok → failed                │    + Criticise this part in one sentence:
                                                                                                          │    + whales
                                                                                                          │  ▾ answer of call 3  only in #2
                                                                                                          │    + Part 3 is clear.
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
                                                                                                          │
       ? help  Esc back  / search  ⏎ open  L runs  q quit
      "
    `);
});

test('a node opens as its differences, side by side on request', () => {
  const screen = new CompareScreen(pair, { columns: 100, rows: 16 }).press('j', 'enter', '|');
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     compare ▸ critique-file                                          +99 % time   +50 % cost   +1 call
     #1 1d ago ✓ 1.8s $0.0090    #2 1d ago ✓ 3.6s $0.0135
     critique
     ▾ prompt, prompt of call 2  +16 characters
       - Criticise this part:                        │    + Criticise this part in one sentence:
         whales                                      │      whales
     ▾ prompt of call 3  only in #2
                                                     │    + Criticise this part in one sentence:
                                                     │    + whales
     ▾ answer of call 3  only in #2
                                                     │    + Part 3 is clear.




     ? help  Esc back  / search  L runs  ⏎ fold  J next row
    "
  `);
});

test('n goes from one node that differs to the next, and in the differences from one content to the next', () => {
  const screen = new CompareScreen({ before: critique(), after: critique({ items: 2, prompt: 'Other' }) });
  expect(screen.selected).toMatch(/^▸ ✓ critique/);
  expect(screen.press('g').selected).toMatch(/^✓ split/);
  expect(screen.press('n').selected).toMatch(/^▸ ✓ critique/);
  expect(screen.press('n').selected).toMatch(/^▸ ✓ critique/);
  expect(screen.press('enter').selected).toBe('▾ prompt, prompt of call 2  −22 characters');
  expect(screen.press('|', 'n', 'N').selected).toBe('▾ prompt, prompt of call 2  −22 characters');
});

test('the search selects nodes by name, and finds text in the differences', () => {
  const screen = new CompareScreen(pair).press('/', ...'crit', 'enter');
  expect(screen.lines()[3]).toContain('critique ×2 → ×3');
  expect(screen.lines()[4]).not.toContain('report');
  screen.press('enter', '/', ...'sentence', 'enter');
  expect(screen.selected).toBe('+ Criticise this part in one sentence:');
  expect(screen.lines()[2]).toMatch(/match 1\/2/);
  expect(screen.press('esc', 'esc').lines()[5]).toContain('report');
});

test('Esc leads back to where the comparison was opened, L home, and q out', () => {
  const screen = new CompareScreen(pair).press('enter', 'esc', 'esc', 'L', 'q');
  expect(screen.effects.map(({ type }) => type)).toEqual(['back', 'home', 'quit']);
});

test('a click selects a row and opens the selected one; one on a hint presses its key', () => {
  const screen = new CompareScreen(pair).click(10, 4).click(10, 4);
  expect(screen.lines()[2]).toMatch(/^ critique/);
  const open = new CompareScreen(pair);
  const footer = open.lines().at(-1)!;
  expect(open.click(footer.indexOf('open'), 23).lines()[2]).toMatch(/^ split/);
});

test('a node that only one run has is marked, and opens with all its contents', () => {
  const screen = new CompareScreen({ before: critique({ reports: false }), after: critique() });
  expect(screen.selected).toMatch(/^\+ report .*only in #2$/);
  const other = new CompareScreen({ before: critique(), after: critique({ reports: false }) });
  expect(other.selected).toMatch(/^- report .*only in #1$/);
});

test('costs of which a part is unknown have no change', () => {
  const priced = critique();
  const unpriced = reduceEvents(
    buildTrace((t) =>
      t.stage('workflow', () =>
        t.node('critique', {}, () => void t.llm({ model: 'no-such-model', input: 9, output: 9 })),
      ),
    ),
    { prices: testPrices },
  );
  const [head] = new CompareScreen({ before: priced, after: unpriced }).lines();
  expect(head).toContain('time');
  expect(head).not.toContain('cost');
});

test.each(['every-field', 'hostile-values', 'nested-workflow', 'parallel-batch'])(
  '%s: compared with its first half, either way round, it fits every screen, without control characters',
  (name) => {
    const events = readFixture(name);
    const whole = reduceEvents(events, { prices: testPrices });
    const part = reduceEvents(events.slice(0, Math.ceil(events.length / 2)), { prices: testPrices });
    for (const runs of [
      { before: part, after: whole },
      { before: whole, after: part },
    ])
      for (const [columns, rows] of [
        [120, 40],
        [80, 24],
        [40, 10],
        [200, 60],
      ] as const)
        for (const keys of [[], ['E'], ['enter'], ['enter', '|']]) {
          const glyphs = columns === 80 ? 'ascii' : 'unicode';
          const screen = new CompareScreen(runs, { columns, rows });
          screen.compare = { ...screen.compare, look: { glyphs, reducedMotion: true } };
          const { lines } = compareView(runs, screen.press(...keys).compare, { columns, rows, now });
          expect(lines).toHaveLength(rows);
          for (const line of lines) {
            expect(lineWidth(line)).toBeLessThanOrEqual(columns);
            expect(lineText(line)).not.toMatch(glyphs === 'ascii' ? /[^ -~]/ : /\p{Cc}/u);
          }
        }
  },
);
