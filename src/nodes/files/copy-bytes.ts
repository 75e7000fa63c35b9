/** Copies a file, or what a named pipe delivers. */

import { constants, copyFile, lstat } from 'node:fs/promises';
import { isPipe, readBytes, writeBytes } from '../../lib/pipe-files.js';

/** Rejects with the error of the file system: EEXIST where the destination exists and is not to be overwritten. */
export async function copyBytes(
  source: string,
  dest: string,
  { overwrite, signal }: { overwrite: boolean; signal: AbortSignal },
): Promise<void> {
  if (!(await isPipe(source)) && !(await isPipe(dest)))
    return copyFile(source, dest, overwrite ? 0 : constants.COPYFILE_EXCL);
  if (!overwrite && (await exists(dest))) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
  await writeBytes(dest, await readBytes(source, signal), { signal });
}

/** Whether something exists at a path, be it a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
