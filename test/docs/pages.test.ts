/** Every page of the manual can be read in a terminal of 80 columns. */
import { expect, test } from 'vitest';
import { helpTopics, readPage, summarizePage } from '../../src/cli/help/help-topics.js';
import { renderManual } from '../../src/cli/help/render-manual.js';
import { textWidth } from '../../src/lib/text/text-width.js';

test.each(helpTopics)('the page %s fits 80 columns and has no Markdown syntax outside of code', (topic) => {
  const page = readPage(topic);
  const rendered = renderManual(page, { columns: 80, styled: false });
  expect(rendered.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  const prose = rendered.split('\n').filter((line) => !line.startsWith('    '));
  expect(prose.filter((line) => /^\s*(#+ |\|.*\||```)|\]\(|\*\*\w|<!--/.test(line))).toEqual([]);
});

test.each(helpTopics)('the tables and text of the page %s fit 40 columns', (topic) => {
  const page = readPage(topic).replaceAll(/^(`{3,})[^]*?^\1$/gm, '');
  expect(
    renderManual(page, { columns: 40, styled: false })
      .split('\n')
      .filter((line) => textWidth(line) > 40),
  ).toEqual([]);
});

test.each(helpTopics)(
  'the page %s starts with its title and a sentence that the list of topics shows',
  (topic) => {
    expect(summarizePage(readPage(topic))).toMatch(/^[A-Z`].*\.$/);
  },
);
