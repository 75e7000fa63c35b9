/** Reads the program of an isolated task as CommonJS text. The build replaces this module by one with the bundled texts. */

import { readFileSync } from 'node:fs';
import { transform } from 'sucrase';

/** The names of tasks: each is a file in this folder that exports `run` and imports third-party packages only. */
export type TaskName = 'query-json' | 'readable-text';

/** The program of a task, to be compiled with `module`, `exports` and `require`. */
export function readTaskSource(task: TaskName): string {
  const source = readFileSync(new URL(`./${task}.ts`, import.meta.url), 'utf8');
  return transform(source, { transforms: ['typescript', 'imports'] }).code;
}
