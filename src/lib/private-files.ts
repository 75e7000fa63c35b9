/** Creates folders and files that only their owner can read, in a way that survives a kill at any moment. */
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder with its parents, for their owner only. One by one: Node's recursive mkdir never returns where the kernel refuses
 * new folders with ENOENT, as in /proc.
 */
export function makePrivateFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path) && dirname(path) !== path; path = dirname(path))
    missing.push(path);
  for (const path of missing.toReversed()) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      // Another process may have created it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Writes a file in one step, creating its folder: a concurrent reader, and a reader after a kill, sees the former content or the new one. A
 * symbolic link stays, and the file that it points to is replaced.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  makePrivateFolder(dirname(path));
  const target = existsSync(path) ? realpathSync(path) : path;
  const draft = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content, { mode: 0o600 });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
