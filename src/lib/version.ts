/** Reads the version of this package. */
import { readFileSync } from 'node:fs';
import { packageFile } from './package-file.js';

let version: string | undefined;

/** The version in package.json. */
export function pflowVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
  return version;
}
