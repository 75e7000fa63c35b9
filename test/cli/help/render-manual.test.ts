/** Markdown is rendered for a terminal of any width, with and without colours. */
import { expect, test } from 'vitest';
import { renderManual } from '../../../src/cli/help/render-manual.js';
import { textWidth } from '../../../src/lib/text/text-width.js';

const plain = (markdown: string, columns = 40) => renderManual(markdown, { columns, styled: false });

test('tables fit the width: cells wrap, and short columns keep their width', () => {
  const table = [
    '| option | meaning |',
    '|---|---|',
    '| `--all` | everything that there is, however much it may be |',
    '| `-n` | a \\| b |',
  ].join('\n');
  expect(plain(table)).toMatchInlineSnapshot(`
    "  option   meaning
      ───────  ─────────────────────────────
      \`--all\`  everything that there is,
               however much it may be
      \`-n\`     a | b
    "
  `);
});

test('paragraphs and lists are wrapped, and code blocks are not', () => {
  const page = [
    '# A title',
    '',
    'Some text with **bold words** that',
    'goes on and on.',
    '',
    '- a point that needs more than one line here',
    '1. first',
    '',
    '```sh',
    'pflow tui "a command that is longer than the line"',
    '```',
  ].join('\n');
  expect(plain(page)).toMatchInlineSnapshot(`
    "A title

      Some text with bold words that goes on
      and on.

      - a point that needs more than one
        line here
      1. first

        pflow tui "a command that is longer than the line"
    "
  `);
});

test('with colours, code spans lose their backticks and headings are bold', () => {
  const painted = renderManual('## Keys\n\nPress `q` to *leave*.', { columns: 80, styled: true });
  expect(painted).toBe('\x1b[1mKeys\x1b[0m\n\n  Press \x1b[36mq\x1b[0m to \x1b[4mleave\x1b[0m.\n');
});

test('code spans with backticks, escaped characters and links are rendered', () => {
  expect(
    plain('Write `` run `ls` `` for \\*.md, see [keys](keys.md) or [docs](https://example.com).', 100),
  ).toBe('  Write run `ls` for *.md, see keys (pflow help keys) or docs (https://example.com).\n');
});

test('a word wider than the line is broken', () => {
  expect(plain('a'.repeat(50)).split('\n').map(textWidth)).toEqual([40, 14, 0]);
});

test('comments are not rendered', () => {
  expect(plain('<!-- keys -->\nSome text.\n<!-- /keys -->\n')).toBe('  Some text.\n');
});
