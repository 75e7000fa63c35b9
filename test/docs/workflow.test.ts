/** The workflows printed in the manual run. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { repositoryFile } from '../support/manual-pages.js';

const page = readFileSync(repositoryFile('src/help/workflows.md'), 'utf8');

test('the Markdown workflow of the manual runs as it is printed', async () => {
  const [, workflow] = /^````markdown\n(# Digest\n.*?)^````$/ms.exec(page)!;
  const { folder, pflow } = workspace();
  mkdirSync(join(folder, 'notes'));
  writeFileSync(join(folder, 'digest.pflow.md'), workflow!);
  writeFileSync(join(folder, 'notes', 'a.md'), 'Whales sing.');
  writeFileSync(join(folder, 'notes', 'b.md'), 'Cats sleep.');
  const summary = '- notes/a.md: Whales sing.\n- notes/b.md: Cats sleep.';
  expect(await pflow(['-p', 'digest.pflow.md'])).toMatchObject({ code: 0, stdout: `${summary}\n` });
  expect(readFileSync(join(folder, 'digest.md'), 'utf8')).toBe(summary);
});

test('the JSON workflow of the manual is valid and runs', async () => {
  const [, workflow] = /^```json\n(\{\n  "ir_version".*?)^```$/ms.exec(page)!;
  const { folder, pflow } = workspace();
  writeFileSync(join(folder, 'explain.json'), workflow!);
  writeFileSync(join(folder, 'a.md'), 'Whales sing.');
  const run = await pflow(['-p', '--no-trace', 'explain.json', 'path=a.md']);
  expect(run.stderr).toContain("Node 'ask' failed");
  expect((await pflow(['workflow', 'validate', 'explain.json'])).stdout).toContain('explain.json is valid');
});
