/** A batch in progress: its counts, rate, remaining time and cost, and its items as a grid. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** Four workers over twenty notes: seven items have finished, one of them failed, four are in progress. */
const batch = buildTrace(
  (t) => {
    const stage = t.open('stage', 'workflow');
    const work = t.open('node', 'work', { parent: stage, nodeType: 'llm' });
    const start = (index: number) =>
      t.open('item', String(index), {
        parent: work,
        index,
        of: 20,
        label: `notes/${String.fromCharCode(97 + index)}.md`,
      });
    let next = 0;
    const open = [start(next++), start(next++), start(next++), start(next++)];
    for (let done = 0; done < 7; done++) {
      t.wait(200 + done * 40);
      const item = open.shift()!;
      t.llm({ parent: item, ms: 10, input: 1000, output: 100 });
      t.close(item, done === 4 ? { fails: 'exit code 3: unlucky' } : {});
      open.push(start(next++));
    }
    t.wait(100);
  },
  { open: true, name: 'critique' },
);

test('the row, the status line and the context pane show how far a batch has come', () => {
  const screen = new TestScreen(batch, { live: true, reducedMotion: true, now: 2500 });
  const lines = screen.lines();
  expect(lines[2]).toMatchInlineSnapshot(
    `"── now work 2.5s · 7/20 ▸4 ✗1 · 2.8 items/s · ETA ~2.4s · $0.0315 → ~$0.0900 ───────────────────────────────────────────"`,
  );
  expect(lines.slice(5, 7).join('\n')).toMatchInlineSnapshot(`
    " ▾◐ workflow                      2.5s  100    7,700    $0.0315  █████████████████████████████████████████████████████▒▒
    ❯  ▸◐ work ×20 7/20 ▸4 ✗1         2.5s  100    7,700    $0.0315  █ min 210ms · median 1.1s · max 1.6s ████████████████▒▒"
  `);
  const pane = lines.findIndex((line) => line.startsWith('── work'));
  expect(lines.slice(pane, pane + 7).join('\n')).toMatchInlineSnapshot(`
    "── work · 7/20 ▸4 ✗1 · 2.8 items/s · ETA ~2.4s · $0.0315 → ~$0.0900 ────────────────────────────────────────────────────
      1 ✓ notes/a.md  210ms   4 ✓ notes/d.md   1.1s   7 ✓ notes/g.md   1.6s  10 ◐ notes/j.md  640ms
      2 ✓ notes/b.md  460ms   5 ✗ notes/e.md   1.2s   8 ◐ notes/h.md   1.4s  11 ◐ notes/k.md  190ms
      3 ✓ notes/c.md  750ms   6 ✓ notes/f.md   1.4s   9 ◐ notes/i.md   1.1s
       9 not started
     distribution 210ms █ █ █  █ ███ 1.6s   p50 1.1s  p95 1.6s   slowest: notes/g.md 1.6s
    "
  `);
});

test('on a narrow screen the grid has fewer columns, and items that do not fit are counted', () => {
  const screen = new TestScreen(batch, { live: true, reducedMotion: true, now: 2500, columns: 60, rows: 20 });
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ critique             ◐ running 00:02.5   7,700 tok
     │ workflow 2.5s ████████████████████████████████████████▒▒│
    ── now work 2.5s · 7/20 ▸4 ✗1 · 2.8 items/s · ETA ~2.4s … ──
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph   ██████████
       node                             time     tok  0s
     ▾◐ workflow                        2.5s   7,700  ████████▒▒
    ❯  ▸◐ work ×20 7/20 ▸4 ✗1           2.5s   7,700  ████████▒▒

    ── work · 7/20 ▸4 ✗1 · 2.8 items/s · ETA ~2.4s · $0.0315 → …
       7 calls
      1 ✓ notes/a.md  210ms   7 ✓ notes/g.md   1.6s
      2 ✓ notes/b.md  460ms   8 ◐ notes/h.md   1.4s
      3 ✓ notes/c.md  750ms   9 ◐ notes/i.md   1.1s
      4 ✓ notes/d.md   1.1s  10 ◐ notes/j.md  640ms
      5 ✗ notes/e.md   1.2s  11 ◐ notes/k.md  190ms
      6 ✓ notes/f.md   1.4s
       9 not started
     distribution 210ms █ █ █  █ ███ 1.6s   p50 1.1s  p95 1.6s …

     ? help  / search  ⏎ open  d diff  q quit            FOLLOW
    "
  `);
});

test('before the first item has finished nothing is estimated', () => {
  const started = batch.slice(0, 7);
  const screen = new TestScreen(started, { live: true, reducedMotion: true, now: 100 });
  expect(screen.lines()[2]).toContain('now work 100ms · 0/20 ▸4');
  expect(screen.text()).not.toContain('~');
});

test('items are labelled by their values in the tree', () => {
  const screen = new TestScreen(batch, { live: true, reducedMotion: true, now: 2500 });
  screen.press('g', 'e');
  expect(screen.text()).toContain('✗ item 5/20 notes/e.md');
});
