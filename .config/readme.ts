import { readFileSync, writeFileSync } from 'node:fs';
import { mapParts, readmeParts, refresh } from '../test/support/readme.js';

for (const [name, parts] of [
  ['README.md', readmeParts],
  ['src/FILES.md', mapParts],
] as const) {
  const path = new URL(`../${name}`, import.meta.url);
  writeFileSync(path, refresh(readFileSync(path, 'utf8'), parts));
}
