/** Reads the version of this package. */
import { readShippedFile } from './shipped-files.js';

let version: string | undefined;

/** The version in package.json. */
export function pflowVersion(): string {
  version ??= (JSON.parse(readShippedFile('package.json')) as { version: string }).version;
  return version;
}
