import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Manifest = { version: string; dependencies: Record<string, string> };

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Manifest;
}

test('every peer is installed at its version, where the tests find it', () => {
  const { dependencies } = readManifest('package.json');
  // An alias names the package before its version.
  const wanted = Object.entries(dependencies).map(([name, version]) => [
    name,
    version.replace(/^npm:.*@/, ''),
  ]);
  const installed = Object.keys(dependencies).map((name) => [
    name,
    readManifest(`../node_modules/${name}/package.json`).version,
  ]);
  expect(Object.fromEntries(installed)).toEqual(Object.fromEntries(wanted));
});
