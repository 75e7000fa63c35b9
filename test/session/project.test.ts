import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findProject } from '../../src/session/origin/project.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pflow-project-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...words: string[]): string {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  return execFileSync('git', [...identity, ...words], { cwd, encoding: 'utf8' }).trim();
}

function repository(name: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'src', 'deep'), { recursive: true });
  git(path, 'init', '--quiet', '--initial-branch=main');
  git(path, 'commit', '--quiet', '--allow-empty', '-m', 'first');
  return path;
}

test('the project of a folder is the root of its Git work tree, with the current commit', () => {
  const path = repository('plain');
  expect(findProject(join(path, 'src', 'deep'))).toEqual({
    folder: path,
    commit: git(path, 'rev-parse', 'HEAD'),
  });
});

test('the commit is found for a packed branch and for a detached HEAD', () => {
  const path = repository('packed');
  const commit = git(path, 'rev-parse', 'HEAD');
  git(path, 'pack-refs', '--all');
  expect(findProject(path)).toEqual({ folder: path, commit });
  git(path, 'checkout', '--quiet', '--detach');
  expect(findProject(path)).toEqual({ folder: path, commit });
});

test('a linked work tree has a folder and commit of its own', () => {
  const path = repository('main-tree');
  const linked = join(folder, 'linked');
  git(path, 'worktree', 'add', '--quiet', '-b', 'side', linked);
  git(linked, 'commit', '--quiet', '--allow-empty', '-m', 'second');
  const commit = git(linked, 'rev-parse', 'HEAD');
  expect(commit).not.toBe(git(path, 'rev-parse', 'HEAD'));
  expect(findProject(linked)).toEqual({ folder: linked, commit });
});

test('a repository without a commit or with an invalid HEAD has no commit', () => {
  const path = join(folder, 'empty');
  mkdirSync(path);
  git(path, 'init', '--quiet');
  expect(findProject(path)).toEqual({ folder: path, commit: undefined });
  writeFileSync(join(path, '.git', 'HEAD'), 'ref: ../../../../etc/passwd\n');
  expect(findProject(path)).toEqual({ folder: path, commit: undefined });
});

test('a folder outside any repository is its own project', () => {
  const path = join(folder, 'none');
  mkdirSync(path);
  expect(findProject(path)).toEqual({ folder: path, commit: undefined });
});
