/** The git-diff node. */

import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import { runGit } from './run-git.js';

const file = z.object({
  path: z.string(),
  added: z.number().nullable(),
  removed: z.number().nullable(),
});

/** Shows changes. */
export const gitDiff = defineNode({
  type: 'git-diff',
  description:
    'Returns the changes in a git repository as a diff: uncommitted ones, or those between two commits.',
  params: z.object({
    working_directory: z.string().default('.').describe('Directory in the repository'),
    from: z.string().optional().describe('Commit, tag or branch to compare with (default HEAD)'),
    to: z.string().optional().describe('Commit, tag or branch to compare (default: the working tree)'),
    staged: z.boolean().default(false).describe('Whether to include only staged changes'),
    path: z.string().optional().describe('Only changes to this file or directory'),
    context: z.number().int().min(0).max(1000).default(3).describe('Context lines around each change'),
  }),
  outputs: z.object({
    diff: z.string().describe('Changes as a unified diff; empty if nothing changed'),
    files: z.array(file).describe('Changed files with added and removed lines; null for binary files'),
    count: z.number().describe('Number of changed files'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads'],
  exec: async ({ params, signal }) => {
    const { working_directory, from = 'HEAD', to, staged, path, context } = params;
    const what = [
      ...(staged ? ['--cached'] : []),
      // Everything after `--` is an operand, whatever its source.
      '--end-of-options',
      from,
      ...(to === undefined ? [] : [to]),
      '--',
      ...(path === undefined ? [] : [path]),
    ];
    const git = (...how: string[]) =>
      runGit(['diff', '--no-color', '--no-ext-diff', ...how, ...what], { folder: working_directory, signal });
    const diff = await git(`--unified=${context}`);
    const files = readNumstat(await git('--numstat', '--no-renames', '-z'));
    return { diff, files, count: files.length };
  },
});

function readNumstat(text: string): z.output<typeof file>[] {
  return text
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [added, removed, ...path] = line.split('\t');
      return { path: path.join('\t'), added: lines(added), removed: lines(removed) };
    });
}

function lines(count: string | undefined): number | null {
  return count === '-' ? null : Number(count);
}
