/** The git-log node. */

import { z } from 'zod';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import { runGit } from './run-git.js';

const commit = z.object({
  sha: z.string(),
  short_sha: z.string(),
  author_name: z.string(),
  author_email: z.string(),
  date: z.string(),
  timestamp: z.number(),
  subject: z.string(),
  body: z.string(),
});

/** Lists commits. */
export const gitLog = defineNode({
  type: 'git-log',
  description: 'Lists the commits of a git repository, newest first.',
  params: z.object({
    working_directory: z.string().default('.').describe('Directory in the repository'),
    since: z.string().optional().describe('Only commits after this tag, commit, branch or date'),
    until: z.string().default('HEAD').describe('Commit, tag or branch to start from'),
    limit: z.number().int().min(1).max(10_000).default(20).describe('Maximum number of commits'),
    author: z.string().optional().describe('Filter by author name or email (substring)'),
    grep: z.string().optional().describe('Filter by commit message (substring)'),
    path: z.string().optional().describe('Only commits that change this file or directory'),
  }),
  outputs: z.object({
    commits: z.array(commit).describe('Commits; date is ISO 8601, timestamp in seconds'),
    count: z.number().describe('Number of commits'),
    error: errorOutput,
  }),
  actions: ['error'],
  effects: ['reads'],
  exec: async ({ params, signal }) => {
    const { working_directory, since, until, limit, author, grep, path } = params;
    const dated = since !== undefined && looksLikeDate(since);
    const args = [
      'log',
      '-z',
      `--max-count=${limit}`,
      `--format=${FORMAT}`,
      ...(author === undefined ? [] : [`--author=${author}`]),
      ...(grep === undefined ? [] : ['--fixed-strings', `--grep=${grep}`]),
      ...(dated ? [`--since=${since}`] : []),
      // Everything after `--` is an operand, whatever its source.
      '--end-of-options',
      since === undefined || dated ? until : `${since}..${until}`,
      '--',
      ...(path === undefined ? [] : [path]),
    ];
    const text = await runGit(args, { folder: working_directory, signal });
    const commits = text.split('\0').filter(Boolean).map(readCommit);
    return { commits, count: commits.length };
  },
});

/** The fields of a commit, separated by a character that no field can contain. */
const FIELD = '\x1f';
const FORMAT = ['%H', '%h', '%an', '%ae', '%aI', '%at', '%s', '%b'].join(FIELD);

function readCommit(text: string): z.output<typeof commit> {
  const [sha, short, name, email, date, seconds, subject, body] = text.split(FIELD) as [string, ...string[]];
  return {
    sha,
    short_sha: short ?? '',
    author_name: name ?? '',
    author_email: email ?? '',
    date: date ?? '',
    timestamp: Number(seconds),
    subject: subject ?? '',
    body: (body ?? '').trim(),
  };
}

function looksLikeDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) || /\bago$|^yesterday$|^last /.test(text);
}
