/** The generated parts of README.md, src/FILES.md and the manual match the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryFile } from '../support/manual-pages.js';
import { generatedFiles, generatedParts, refresh } from '../support/readme.js';

test.each(Object.entries(generatedParts))(
  'the generated parts of %s are current (npm run frames)',
  (name, parts) => {
    const text = readFileSync(repositoryFile(name), 'utf8');
    expect(text).toBe(refresh(text, parts));
  },
);

test.each(Object.entries(generatedFiles))('%s is current (npm run frames)', (name, make) => {
  expect(readFileSync(repositoryFile(name), 'utf8') === make()).toBe(true);
});
