/** The move-file node. */

import { lstat, mkdir, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';
import { copyBytes, exists } from './copy-bytes.js';
import { errorOutput, expandPath, transferProblem } from './file-problem.js';

/** Moves one file. */
export const moveFile = defineNode({
  type: 'move-file',
  description: 'Moves or renames a file.',
  params: z.object({
    source_path: z.string().min(1).describe('Path of the file to move'),
    dest_path: z.string().min(1).describe('New path of the file'),
    overwrite: z.boolean().default(false).describe('Whether to overwrite an existing file'),
  }),
  outputs: z.object({
    moved: z.string().describe('New path of the file'),
    warning: z
      .string()
      .optional()
      .describe('Set if the file was copied but the original could not be deleted'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['moves'],
  exec: async ({ params: { source_path, dest_path, overwrite }, log, signal }) => {
    const [source, dest] = [expandPath(source_path), expandPath(dest_path)];
    try {
      if ((await lstat(source)).isDirectory()) throw failure('EISDIR');
      if (!overwrite && source !== dest && (await exists(dest))) throw failure('EEXIST');
      await mkdir(dirname(dest), { recursive: true });
      const warning = await move(source, dest, signal);
      if (warning) log(warning, 'warning');
      return { moved: dest, warning };
    } catch (error) {
      throw transferProblem('move', source_path, dest_path, error);
    }
  },
});

/** Renames, or copies and deletes across devices. Returns a warning if the source could not be deleted. */
async function move(source: string, dest: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await rename(source, dest);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
  }
  await copyBytes(source, dest, { overwrite: true, signal });
  try {
    await unlink(source);
    return undefined;
  } catch (error) {
    return `The file was copied, but the original could not be deleted: ${messageOf(error)}`;
  }
}

function failure(code: 'EISDIR' | 'EEXIST'): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
