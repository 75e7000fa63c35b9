/** The copy-file node. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';
import { copyBytes } from './copy-bytes.js';
import { errorOutput, expandPath, transferProblem } from './file-problem.js';

/** Copies one file. */
export const copyFile = defineNode({
  type: 'copy-file',
  description: 'Copies a file.',
  params: z.object({
    source_path: z.string().min(1).describe('Path of the file to copy'),
    dest_path: z.string().min(1).describe('Path of the copy'),
    overwrite: z.boolean().default(false).describe('Whether to overwrite an existing file'),
  }),
  outputs: z.object({
    copied: z.string().describe('Path of the copy'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['writes'],
  exec: async ({ params: { source_path, dest_path, overwrite }, signal }) => {
    const [source, dest] = [expandPath(source_path), expandPath(dest_path)];
    try {
      await mkdir(dirname(dest), { recursive: true });
      await copyBytes(source, dest, { overwrite, signal });
    } catch (error) {
      throw transferProblem('copy', source_path, dest_path, error);
    }
    return { copied: dest };
  },
});
