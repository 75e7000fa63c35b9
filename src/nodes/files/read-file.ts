import { readFile as read } from 'node:fs/promises';
import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';
import { decodeBytes } from './encoding.js';
import { errorOutput, expandPath, fileProblem } from './file-problem.js';

/** Reads one file whole. */
export const readFile = defineNode({
  type: 'read-file',
  description: 'Reads a file as text; a file that is not text comes as base64.',
  params: z.object({
    file_path: z.string().min(1).describe('The file'),
    encoding: z.string().default('utf-8').describe('The encoding of its text'),
  }),
  outputs: z.object({
    content: z.string().describe('The text, or base64 when it is not text'),
    content_is_binary: z.boolean().describe('Whether content is base64'),
    file_path: z.string().describe('The file that was read'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads'],
  exec: async ({ params: { file_path, encoding }, signal }) => {
    try {
      const { text, binary } = decodeBytes(await read(expandPath(file_path), { signal }), encoding);
      return { content: text, content_is_binary: binary, file_path };
    } catch (error) {
      throw fileProblem('read', file_path, error);
    }
  },
});
