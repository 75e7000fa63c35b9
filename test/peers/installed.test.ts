import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Manifest = { version: string; dependencies: Record<string, string> };

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Manifest;
}

test('every peer is installed at its version, where the tests find it', () => {
  const { dependencies } = readManifest('package.json');
  const installed = Object.keys(dependencies).map((name) => [
    name,
    readManifest(`../node_modules/${name}/package.json`).version,
  ]);
  expect(Object.fromEntries(installed)).toEqual(dependencies);
});
