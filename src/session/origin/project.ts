/** Finds the project that a run belongs to and its git commit, by reading files only: starting git would take longer than a small run. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The root of the work tree that a folder is in, or the folder itself, and the full hash of the commit checked out there. */
export type Project = Readonly<{ folder: string; commit: string | undefined }>;

/** Finds the project of a folder. Never throws: whatever cannot be read is not known. */
export function findProject(folder: string): Project {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const git = gitFolder(join(at, '.git'));
    if (git !== undefined) return { folder: at, commit: commitOf(git) };
    if (dirname(at) === at) return { folder, commit: undefined };
  }
}

/** The folder with HEAD. In a linked work tree and in a submodule, `.git` is a file that names it. */
function gitFolder(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (stat.isDirectory()) return path;
  const target = /^gitdir: (.+)$/m.exec(readText(path))?.[1];
  return target === undefined ? undefined : resolve(dirname(path), target.trim());
}

/** See gitrepository-layout(5): HEAD is a hash or names a branch, whose file may be replaced by a line of packed-refs. */
function commitOf(git: string): string | undefined {
  const head = readText(join(git, 'HEAD')).trim();
  const branch = /^ref: (.+)$/.exec(head)?.[1];
  if (branch === undefined) return asHash(head);
  const common = readText(join(git, 'commondir')).trim();
  for (const folder of common === '' ? [git] : [git, resolve(git, common)]) {
    const commit = asHash(readText(join(folder, branch)).trim()) ?? packedCommit(folder, branch);
    if (commit !== undefined) return commit;
  }
  return undefined;
}

function packedCommit(folder: string, branch: string): string | undefined {
  const line = readText(join(folder, 'packed-refs'))
    .split('\n')
    .find((each) => each.endsWith(` ${branch}`));
  return line === undefined ? undefined : asHash(line.slice(0, line.indexOf(' ')));
}

/** SHA-1 or SHA-256. */
function asHash(text: string): string | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
