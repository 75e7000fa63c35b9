/** Writes the generated parts of README.md, src/FILES.md and the manual, and the generated pictures. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles, generatedParts, refresh } from '../test/support/readme.js';

for (const [name, parts] of Object.entries(generatedParts)) {
  const path = new URL(`../${name}`, import.meta.url);
  writeFileSync(path, refresh(readFileSync(path, 'utf8'), parts));
}
for (const [name, make] of Object.entries(generatedFiles)) {
  const path = new URL(`../${name}`, import.meta.url);
  mkdirSync(new URL('.', path), { recursive: true });
  writeFileSync(path, make());
}
