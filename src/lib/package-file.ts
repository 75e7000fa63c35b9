/** Locates files that ship next to package.json. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of a file that ships next to package.json, found by walking up from this module (src/ in development, dist/ in
 * the package).
 */
export function packageFile(...segments: string[]): string {
  // A CommonJS bundle has no import.meta.url, and none of pflow's files either.
  let folder = import.meta.url ? dirname(fileURLToPath(import.meta.url)) : process.cwd();
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, ...segments);
}
