/** The list-files node. */

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { runWithinLimit } from '../../lib/limited-call.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput, expandPath, fileProblem } from './file-problem.js';
import { compileGlob } from './glob.js';

/** Lists the files of a directory. */
export const listFiles = defineNode({
  type: 'list-files',
  description: 'Lists the files of a directory that match a glob pattern, in alphabetical order.',
  params: z.object({
    directory: z.string().min(1).default('.').describe('Directory to list'),
    pattern: z
      .string()
      .min(1)
      .default('*')
      .describe('Glob pattern such as *.md, *.{js,ts} or docs/**/*.md; a backslash escapes a wildcard'),
    recursive: z
      .boolean()
      .default(false)
      .describe('Whether to include subdirectories; a pattern with ** always does'),
  }),
  outputs: z.object({
    files: z.array(z.string()).describe('File paths, each starting with the directory'),
    count: z.number().describe('Number of files'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads'],
  exec: async ({ params: { directory, pattern, recursive }, signal, log }) => {
    const root = expandPath(directory);
    // A pattern that names directories has to be looked for in them.
    const deep = recursive || pattern.includes('/');
    const matches = compileGlob(pattern);
    const filter = (paths: readonly Found[]) =>
      runWithinLimit(`Matching '${pattern}'`, () => paths.filter(({ path }) => matches(path)));
    const found: string[] = [];
    const walk = async (below: string): Promise<void> => {
      const entries = (await readdir(join(root, below), { withFileTypes: true })).map((entry) => ({
        entry,
        path: below ? `${below}/${entry.name}` : entry.name,
      }));
      for (const { entry, path } of filter(entries.filter((each) => !each.entry.isDirectory()))) {
        if (signal.aborted) return;
        if (entry.isFile() || (await isFile(join(root, path)))) found.push(path);
      }
      for (const { entry, path } of deep ? entries : []) {
        if (signal.aborted) return;
        if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
        await walk(path).catch((error: unknown) => {
          if (error instanceof PflowError) throw error;
          log(fileProblem('list', path, error).message, 'warning');
        });
      }
    };
    await walk('').catch((error: unknown) => {
      throw error instanceof PflowError ? error : fileProblem('list', directory, error);
    });
    const files = found.toSorted().map((path) => join(directory, path));
    return { files, count: files.length };
  },
});

type Found = Readonly<{ entry: Dirent; path: string }>;

/** Follows a symbolic link; one that leads nowhere is no file. */
function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
