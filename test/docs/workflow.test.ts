import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the workflow of README.md runs as it stands there', async () => {
  const [, workflow] = /^````markdown\n(# Digest\n.*?)^````$/ms.exec(readme)!;
  const { folder, pflow } = workspace();
  mkdirSync(join(folder, 'notes'));
  writeFileSync(join(folder, 'digest.pflow.md'), workflow!);
  writeFileSync(join(folder, 'notes', 'a.md'), 'Whales sing.');
  writeFileSync(join(folder, 'notes', 'b.md'), 'Cats sleep.');
  const page = '- notes/a.md: Whales sing.\n- notes/b.md: Cats sleep.';
  expect(await pflow(['-p', 'digest.pflow.md'])).toMatchObject({ code: 0, stdout: `${page}\n` });
  expect(readFileSync(join(folder, 'digest.md'), 'utf8')).toBe(page);
});
