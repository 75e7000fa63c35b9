import { readFileSync } from 'node:fs';
import { packageFile } from './package-file.js';

let version: string | undefined;

/** This pflow's version, as package.json says. */
export function pflowVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
  return version;
}
