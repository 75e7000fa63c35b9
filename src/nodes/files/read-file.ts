/** The read-file node. */

import { z } from 'zod';
import { readBytes } from '../../lib/pipe-files.js';
import { defineNode } from '../definition/define-node.js';
import { decodeBytes } from './encoding.js';
import { errorOutput, expandPath, fileProblem } from './file-problem.js';

/** Reads a complete file. */
export const readFile = defineNode({
  type: 'read-file',
  description: 'Reads a file as text; a binary file is returned as base64.',
  params: z.object({
    file_path: z.string().min(1).describe('Path of the file to read'),
    encoding: z.string().default('utf-8').describe('Text encoding'),
  }),
  outputs: z.object({
    content: z.string().describe('Text of the file, or base64 if it is binary'),
    content_is_binary: z.boolean().describe('Whether `content` is base64'),
    file_path: z.string().describe('Path of the file'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads'],
  exec: async ({ params: { file_path, encoding }, signal }) => {
    try {
      const { text, binary } = decodeBytes(await readBytes(expandPath(file_path), signal), encoding);
      return { content: text, content_is_binary: binary, file_path };
    } catch (error) {
      throw fileProblem('read', file_path, error);
    }
  },
});
