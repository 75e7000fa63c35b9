/** Finds where in the user's own code an error was thrown. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../../lib/package-file.js';

/** A frame of a stack: `at exec (file:///home/me/nodes/a.ts:4:9)`, `at /home/me/nodes/a.ts:4:9`. */
const FRAME = /^\s*at (?:.*\()?((?:file:\/\/)?(?:\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/;

/** `at nodes/a.ts:4:9`: the innermost frame in a file that is neither pflow's nor a package's; undefined without one. */
export function findPlace(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    for (const line of error.stack?.split('\n') ?? []) {
      const [, file, row, column] = FRAME.exec(line) ?? [];
      if (file === undefined) continue;
      const path = file.startsWith('file:') ? fileURLToPath(file.replace(/\?.*$/, '')) : file;
      if (isOwn(path)) return `at ${shorten(path)}:${row}:${column}`;
    }
  }
  return undefined;
}

function isOwn(path: string): boolean {
  const packaged = ['dist', 'src'].map((folder) => packageFile(folder) + sep);
  return !path.includes(`${sep}node_modules${sep}`) && !packaged.some((folder) => path.startsWith(folder));
}

function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
