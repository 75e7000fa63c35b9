/** The Markdown of the repository renders as intended. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { manualPages, repositoryFile } from '../support/manual-pages.js';
import { findMarkdownProblems } from '../support/markdown-problems.js';

test.each([
  ['a code span that contains backticks', 'Write `run `git log`` here.'],
  ['a code span with backticks inside', 'Write `a `b` c` here.'],
  ['a code span without an end', 'Write `run here.'],
  ['a table row with an unescaped pipe', '| a | b |\n|---|---|\n| `x | y` | z |'],
  ['a placeholder that is read as HTML', 'Run pflow <name> now.'],
  ['a code block without an end', '```sh\npflow'],
  ['a glob that is read as emphasis', 'Such as *.md or *.txt.'],
  ['a skipped heading level', '# A\n\n### B'],
])('%s is reported', (_what, markdown) => {
  expect(findMarkdownProblems(markdown)).not.toEqual([]);
});

test('well-formed Markdown has no problems', () => {
  const markdown =
    '# A\n\nWrite `` run `git log` `` or `a \\| b`.\n\n```sh\na `b\n```\n\n| `a \\| b` | c |\n|---|---|\n';
  expect(findMarkdownProblems(markdown)).toEqual([]);
});

test.each(manualPages())('%s has no broken Markdown', (path) => {
  expect(findMarkdownProblems(readFileSync(repositoryFile(path), 'utf8'))).toEqual([]);
});

test.each(manualPages())('the links of %s refer to existing files', (path) => {
  const text = readFileSync(repositoryFile(path), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  const targets = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
  const local = targets.filter((target) => !target.includes('://'));
  expect(local.filter((target) => !existsSync(repositoryFile(join(dirname(path), target))))).toEqual([]);
});

test('the manual contains no path of the machine that generated it', () => {
  for (const path of manualPages()) expect(readFileSync(repositoryFile(path), 'utf8')).not.toContain('/tmp/');
});
