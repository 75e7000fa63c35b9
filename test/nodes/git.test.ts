import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gitDiff } from '../../src/nodes/commands/git-diff.js';
import { gitLog } from '../../src/nodes/commands/git-log.js';
import { failureOf, runNode } from '../support/run-node.js';

let repo: string;
let day = 1;
const git = (...args: string[]) =>
  execFileSync('git', args, {
    cwd: repo,
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@example.org',
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05+02:00',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'ann@example.org',
      GIT_COMMITTER_DATE: `2026-02-0${day}T12:00:00Z`,
    },
  });
const commit = (file: string, text: string | Uint8Array, message: string) => {
  writeFileSync(join(repo, file), text);
  git('add', '.');
  git('commit', '-q', '-m', message);
  day++;
};

beforeAll(() => {
  repo = mkdtempSync(join(tmpdir(), 'pflow-git-'));
  git('init', '-q', '-b', 'main');
  commit('a.txt', 'one\n', 'Begin\n\nWith a body\nof two lines');
  git('tag', 'v1');
  commit('a.txt', 'one\ntwo\n', 'Add two (really)');
  commit('with space "x".bin', new Uint8Array([0, 1, 2]), 'Add data');
  writeFileSync(join(repo, 'a.txt'), 'one\n2\n');
});
afterAll(() => rmSync(repo, { recursive: true }));

const log = async (params: Record<string, unknown> = {}) =>
  (await runNode(gitLog, { working_directory: repo, ...params })).outputs as {
    commits: Record<string, unknown>[];
    count: number;
  };
const subjects = async (params: Record<string, unknown>) =>
  (await log(params)).commits.map(({ subject }) => subject);
const diff = async (params: Record<string, unknown> = {}) =>
  (await runNode(gitDiff, { working_directory: repo, ...params })).outputs;

test('git-log returns commits newest first with all of their metadata', async () => {
  const { commits, count } = await log();
  expect(count).toBe(3);
  expect(commits[2]).toEqual({
    sha: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    short_sha: expect.stringMatching(/^[0-9a-f]{7,}$/) as string,
    author_name: 'Ann',
    author_email: 'ann@example.org',
    date: '2026-01-02T03:04:05+02:00',
    timestamp: 1767315845,
    subject: 'Begin',
    body: 'With a body\nof two lines',
  });
});

test('git-log filters commits by tag, number, message, author, date and path', async () => {
  expect(await subjects({ since: 'v1' })).toEqual(['Add data', 'Add two (really)']);
  expect(await subjects({ limit: 1 })).toEqual(['Add data']);
  expect(await subjects({ grep: 'two (' })).toEqual(['Add two (really)']);
  expect(await subjects({ author: 'nobody' })).toEqual([]);
  expect(await subjects({ since: '2026-02-01T18:00:00Z' })).toEqual(['Add data', 'Add two (really)']);
  expect(await subjects({ path: 'a.txt', until: 'main' })).toEqual(['Add two (really)', 'Begin']);
});

test('git-diff returns uncommitted changes with line counts', async () => {
  const { diff: text, files, count } = await diff({ context: 0 });
  expect(files).toEqual([{ path: 'a.txt', added: 1, removed: 1 }]);
  expect(count).toBe(1);
  expect(text).toContain('\n-two\n+2\n');
});

test('git-diff between commits lists binary files without line counts', async () => {
  expect((await diff({ from: 'v1', to: 'HEAD' }))['files']).toEqual([
    { path: 'a.txt', added: 1, removed: 0 },
    { path: 'with space "x".bin', added: null, removed: null },
  ]);
  expect(await diff({ staged: true })).toEqual({ diff: '', files: [], count: 0 });
});

test.each([
  [gitLog, { until: '--output=/tmp/pwned' }],
  [gitLog, { since: '--exec=x' }],
  [gitDiff, { from: '--output=/tmp/pwned' }],
  [gitDiff, { from: 'HEAD', to: '--no-index' }],
])('values that look like options are not passed to git as options: %o', async (type, params) => {
  expect(await failureOf(type, { working_directory: repo, ...params })).toMatch(
    /git cannot do that in .*(ambiguous argument|bad revision|unknown revision)/,
  );
});

test('a folder that is missing or not a repository is reported', async () => {
  expect(await failureOf(gitLog, { working_directory: tmpdir() })).toContain('not a git repository');
  expect(await failureOf(gitLog, { working_directory: join(repo, 'nowhere') })).toContain(
    'there is no such directory',
  );
});
