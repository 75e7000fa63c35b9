/** Paths and error messages of the file nodes. */

import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, PflowError } from '../../lib/error.js';

/** The key of the error text of a failed node, written by the runtime. */
export const errorOutput = z.string().optional().describe('Error message, if the node failed');

/** Resolves a path: `~` is the home directory, relative paths start at the working directory. */
export function expandPath(path: string): string {
  return resolve(path.replace(/^~(?=$|[\\/])/, homedir()));
}

/** Formats a failed file operation: `Cannot read 'x.txt': there is no such file.` */
export function fileProblem(doing: string, path: string, cause: unknown): PflowError {
  if (cause instanceof PflowError) return cause;
  const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? `${messageOf(cause)}.`;
  return new PflowError('node_failed', `Cannot ${doing} '${path}': ${reason}`, { cause });
}

/** Formats a failed operation between two paths. */
export function transferProblem(doing: string, source: string, dest: string, cause: unknown): PflowError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return fileProblem(doing, source, cause);
  const problem = fileProblem(`${doing} '${source}' to`, dest, cause);
  return code === 'EEXIST'
    ? new PflowError('node_failed', problem.message, { cause, hint: 'Set overwrite to replace it.' })
    : problem;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  ENOTDIR: 'a part of the path is a file, not a directory.',
  EISDIR: 'it is a directory.',
  ERR_FS_EISDIR: 'it is a directory.',
  EACCES: 'permission denied.',
  EPERM: 'permission denied.',
  EEXIST: 'it exists already.',
  ENOSPC: 'the disk is full.',
  EROFS: 'the file system is read-only.',
  ENAMETOOLONG: 'the name is too long.',
  ENXIO: 'it is a pipe whose other end no program has open.',
  ELOOP: 'its symbolic links go round in circles.',
  ERR_INVALID_ARG_VALUE: 'the path contains a null character.',
};
