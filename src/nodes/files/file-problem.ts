import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, PflowError } from '../../lib/error.js';

/** The text with which a node that failed says why. The runtime writes it. */
export const errorOutput = z.string().optional().describe('Error message, if the node failed');

/** A path as people write it, made absolute: `~` is the home directory, anything else starts where pflow was started. */
export function expandPath(path: string): string {
  return resolve(path.replace(/^~(?=$|[\\/])/, homedir()));
}

/** A failed file operation as a sentence: `Cannot read 'x.txt': there is no such file.` */
export function fileProblem(doing: string, path: string, cause: unknown): PflowError {
  if (cause instanceof PflowError) return cause;
  const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? `${messageOf(cause)}.`;
  return new PflowError('node_failed', `Cannot ${doing} '${path}': ${reason}`, { cause });
}

/** The same for an operation from one path to another. */
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
  ELOOP: 'its symbolic links go round in circles.',
  ERR_INVALID_ARG_VALUE: 'the path contains a null character.',
};
