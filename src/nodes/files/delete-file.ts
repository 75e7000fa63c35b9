/** The delete-file node. */

import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput, expandPath, fileProblem } from './file-problem.js';

/** Deletes one file if the store confirms it. A missing file counts as deleted. */
export const deleteFile = defineNode({
  type: 'delete-file',
  description: "Deletes a file if the input 'confirm_delete' is true.",
  params: z.object({
    file_path: z.string().min(1).describe('Path of the file to delete'),
  }),
  outputs: z.object({
    deleted: z.string().describe('Path of the deleted file'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['deletes'],
  prep: ({ shared, params: { file_path } }) => {
    // Only the store can confirm, never a parameter: a workflow file alone must not be able to delete.
    if (shared['confirm_delete'] === true) return;
    throw new PflowError(
      'node_failed',
      `Deleting '${file_path}' is not confirmed: 'confirm_delete' in the store is not true.`,
      {
        hint: "Declare an input 'confirm_delete' of type boolean and run the workflow with confirm_delete=true.",
      },
    );
  },
  exec: async ({ params: { file_path }, log }) => {
    const path = expandPath(file_path);
    try {
      await rm(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileProblem('delete', file_path, error);
      log(`There was no file '${file_path}'.`, 'warning');
    }
    return { deleted: path };
  },
});
