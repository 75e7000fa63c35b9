/** Reads the text files that ship with pflow. The build replaces this module by one that holds their text, so that pflow can be bundled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from './package-file.js';

/** The text of `package.json` or `pricing.default.json`. */
export function readShippedFile(name: 'package.json' | 'pricing.default.json'): string {
  return readFileSync(packageFile(name), 'utf8');
}

/** The names of the workflows that ship. */
export function listShippedWorkflows(): string[] {
  return readdirSync(folder()).map((file) => file.slice(0, -'.json'.length));
}

/** The JSON text of a workflow that ships. */
export function readShippedWorkflow(name: string): string {
  return readFileSync(join(folder(), `${name}.json`), 'utf8');
}

function folder(): string {
  return packageFile('src', 'workflow', 'shipped');
}
