/** The write-file node. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { writeBytes } from '../../lib/pipe-files.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput, expandPath, fileProblem } from './file-problem.js';

/** Writes or appends to a file. */
export const writeFile = defineNode({
  type: 'write-file',
  description: 'Writes text to a file, creating missing directories.',
  params: z.object({
    file_path: z.string().min(1).describe('Path of the file to write'),
    content: z.string().describe('Content to write; anything but text is written as JSON'),
    content_is_binary: z
      .boolean()
      .default(false)
      .describe('Whether `content` is base64 of the bytes to write'),
    encoding: z
      .enum(['utf-8', 'utf8', 'latin1', 'ascii', 'utf-16le', 'utf16le'])
      .default('utf-8')
      .describe('Text encoding'),
    append: z.boolean().default(false).describe('Whether to append instead of replacing the file'),
  }),
  outputs: z.object({
    written: z.string().describe('Path of the written file'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['writes'],
  exec: async ({ params: { file_path, content, content_is_binary, encoding, append }, signal }) => {
    const path = expandPath(file_path);
    const bytes = content_is_binary ? fromBase64(content) : Buffer.from(content, encoding);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeBytes(path, bytes, { append, signal });
    } catch (error) {
      throw fileProblem('write', file_path, error);
    }
    return { written: path };
  },
});

function fromBase64(content: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content))
    throw new PflowError('node_failed', 'The content is declared as binary, but it is not base64.');
  return Buffer.from(content, 'base64');
}
