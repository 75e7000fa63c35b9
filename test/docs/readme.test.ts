import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mapParts, readmeParts, refresh } from '../support/readme.js';

test.each([
  ['README.md', readmeParts],
  ['src/FILES.md', mapParts],
])('the generated parts of %s are those of the code (npm run frames makes them anew)', (name, parts) => {
  const readme = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  expect(readme).toBe(refresh(readme, parts));
});
