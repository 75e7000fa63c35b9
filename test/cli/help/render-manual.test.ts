/** Pages of the manual fit the terminal and keep their meaning without colours. */
import { expect, test } from 'vitest';
import { helpTopics, readPage, summarizePage } from '../../../src/cli/help/help-topics.js';
import { renderManual } from '../../../src/cli/help/render-manual.js';
import { textWidth } from '../../../src/lib/text/text-width.js';

const plain = (markdown: string, columns = 40) => renderManual(markdown, { columns, styled: false });

test.each(helpTopics)('the page %s fits 80 columns and has no Markdown left outside its code', (topic) => {
  const page = readPage(topic);
  const rendered = renderManual(page, { columns: 80, styled: false });
  expect(rendered.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  const prose = rendered.split('\n').filter((line) => !line.startsWith('    '));
  expect(prose.filter((line) => /^\s*(#+ |\|.*\||```)|\]\(|\*\*\w|<!--/.test(line))).toEqual([]);
});

test.each(helpTopics)('the tables and text of the page %s fit 40 columns', (topic) => {
  const page = readPage(topic).replaceAll(/^(`{3,})[^]*?^\1$/gm, '');
  expect(
    plain(page)
      .split('\n')
      .filter((line) => textWidth(line) > 40),
  ).toEqual([]);
});

test.each(helpTopics)(
  'the page %s begins with its title and a sentence that the list of topics shows',
  (topic) => {
    expect(summarizePage(readPage(topic))).toMatch(/^[A-Z`].*\.$/);
  },
);

test('a table is fitted to the width: cells are wrapped, short columns keep their width', () => {
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

test('paragraphs and lists are wrapped, code is not', () => {
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

test('a code span with backticks, an escaped mark and links are shown as they are meant', () => {
  expect(
    plain('Write `` run `ls` `` for \\*.md, see [keys](keys.md) or [docs](https://example.com).', 100),
  ).toBe('  Write run `ls` for *.md, see keys (pflow help keys) or docs (https://example.com).\n');
});

test('a word that is wider than the line is broken', () => {
  expect(plain('a'.repeat(50)).split('\n').map(textWidth)).toEqual([40, 14, 0]);
});

test('comments are not shown', () => {
  expect(plain('<!-- keys -->\nSome text.\n<!-- /keys -->\n')).toBe('  Some text.\n');
});
