import { expect, test } from 'vitest';
import type { Captured } from '../../../src/trace/event/captured.js';
import { diffItems } from '../../../src/view/inspector/diff-pane.js';
import { setAll, DEFAULT_COLLAPSE } from '../../../src/view/base/collapse.js';
import { lineText, lineWidth } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { wrapSegments } from '../../../src/view/content/text-change.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

type Store = Readonly<Record<string, Captured>>;
const options = { key: 'k', folds: DEFAULT_COLLAPSE, width: 76, openDepth: 1, glyphs: glyphsOf('unicode') };
const itemsOf = (before: Store, after: Store, more: Partial<Parameters<typeof diffItems>[2]> = {}) =>
  diffItems(before, after, { ...options, ...more });
const drawn = (...args: Parameters<typeof itemsOf>) =>
  `\n${itemsOf(...args)
    .map(({ draw }) => lineText(draw()).trimEnd())
    .join('\n')}\n`;

const before = {
  answer: 'The report is long and dull.',
  kept: 1,
  story: `${'It was a dark and stormy night; the rain fell in torrents. '.repeat(4)}A dog barked. ${'Then it was still, and nobody knew for how long. '.repeat(3)}`,
};
const after = {
  answer: 'The report is short and dull.',
  kept: 1,
  story: before.story.replace('dog', 'wolf'),
  added: { deep: [1, 2] },
};

test('a text diff highlights the changed words and elides unchanged parts of a long text', () => {
  expect(drawn(before, after)).toMatchInlineSnapshot(`
    "
     1 added, 2 changed
     -   answer: "The report is long and dull."
     +   answer: "The report is short and dull."
     - ▸ story: " … t; the rain fell in torrents. A dog barked. Then it was
                still, and  … "
     + ▸ story: " … t; the rain fell in torrents. A wolf barked. Then it was
                still, and  … "
     + ▾ added: { 1 key
     +   ▸ deep: […] 2 items · 5 B
    "
  `);
  const marked = itemsOf(before, after).flatMap(({ draw }) =>
    draw().flatMap(({ text, style }) => (style?.endsWith('-word') ? `${style}: ${text}` : [])),
  );
  expect(marked).toEqual([
    'removed-word: long',
    'added-word: short',
    'removed-word: dog',
    'added-word: wolf',
  ]);
});

test('the side-by-side diff shows both states in two columns', () => {
  expect(drawn(before, after, { sideBySide: true })).toMatchInlineSnapshot(`
    "
     1 added, 2 changed
     -   answer: "The report is long and │  +   answer: "The report is short
                 dull."                  │              and dull."
     - ▸ story: " … t; the rain fell in  │  + ▸ story: " … t; the rain fell in
                torrents. A dog barked.  │             torrents. A wolf barked.
                Then it was still, and   │             Then it was still, and
                … "                      │             … "
                                         │  + ▾ added: { 1 key
                                         │  +   ▸ deep: […] 2 items · 5 B
    "
  `);
});

test('the side-by-side diff shows a moved element in a row of its own on each side', () => {
  const items = itemsOf({ list: ['a', 'b', 'c'] }, { list: ['b', 'c', 'a'] }, { sideBySide: true });
  expect(items.map(({ key }) => key)).toEqual(['summary', 'k/list', 'k-/list/0', 'k+/list/2']);
});

test('no line of the side-by-side diff is wider than the pane, collapsed or expanded', () => {
  for (const folds of [DEFAULT_COLLAPSE, setAll('open')]) {
    for (const width of [40, 77, 120]) {
      for (const { draw } of itemsOf(
        { ...before, 漢字: '漢字漢字' },
        { ...after, 漢字: '漢字かな' },
        { folds, width, sideBySide: true },
      ))
        expect(lineWidth(draw())).toBeLessThanOrEqual(width);
    }
  }
});

test('an expanded change shows the whole text', () => {
  const text = drawn(before, after, { folds: setAll('open') });
  expect(text.match(/torrents/g)).toHaveLength(8);
});

test('wrapping breaks at newlines and never splits a wide character', () => {
  const lines = wrapSegments([{ text: 'ab\ncd漢' }, { text: '字e', style: 'added' }], 3);
  expect(lines.map(lineText)).toEqual(['ab', 'cd', '漢', '字e']);
  expect(wrapSegments([{ text: '漢字' }], 1).map(lineText)).toEqual(['漢', '字']);
});

test('n and N move to the next and previous difference, and | toggles the side-by-side diff', () => {
  const at = new TestScreen(
    buildTrace((t) =>
      t.stage('workflow', () => {
        t.node('a', {}, () => void t.set({ '/x': 'one two', '/y': 1, '/z': [1] }));
        t.node('b', {}, () => void t.set({ '/x': 'one three', '/y': 2, '/z': [2] }));
      }),
    ),
    { columns: 80 },
  ).press('G', 'd');
  const cursors = ['n', 'n', 'n', 'n', 'N'].map((key) => at.press(key).ui.pane.cursor);
  expect(cursors).toEqual(['diff-/x', 'diff-/y', 'diff-/z/0', 'diff-/z/0', 'diff-/y']);
  expect(at.press('|').line('one two', 'one three')).toContain('│');
  expect(at.press('n').ui.pane.cursor).toBe('diff=/x');
});
