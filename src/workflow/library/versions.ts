/** The version history of saved workflows. */

import { copyFileSync, renameSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { makePrivateFolder } from '../../lib/private-files.js';
import { basename, dirname, extname, join } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { entriesOf, fileOfName, libraryFolder, nameProblem, type LibraryOptions } from './library-files.js';
import { readSaved, writeSaved, type SavedWorkflow } from './saved-file.js';

/** A version of a saved workflow. Versions count from 1; the highest one runs. */
export type WorkflowVersion = Readonly<{
  version: number;
  savedAt: Date;
  path: string;
  /** Whether it is the current version. A deleted workflow has none. */
  current: boolean;
}>;

/** All versions of a user workflow, oldest first; empty if the name was never saved. */
export function listVersions(name: string, options: LibraryOptions = {}): WorkflowVersion[] {
  if (nameProblem(name)) return [];
  const folder = libraryFolder(options);
  const earlier = earlierVersions(historyOf(folder, name));
  const now = fileOfName(folder, name);
  const paths = now === undefined ? earlier : [...earlier, { version: nextVersion(earlier), path: now }];
  return paths.map(({ version, path }) => ({
    version,
    path,
    savedAt: statSync(path).mtime,
    current: path === now,
  }));
}

/** Loads a version. Throws a PflowError that lists the existing ones. */
export function readVersion(name: string, version: number, options: LibraryOptions = {}): SavedWorkflow {
  const versions = listVersions(name, options);
  const found = versions.find((each) => each.version === version);
  if (found) return readSaved(found.path, name);
  const hint = versions.length
    ? `There are: ${versions.map((each) => each.version).join(', ')}.`
    : 'Only workflows that you saved have versions.';
  throw new PflowError('not_found', `There is no version ${version} of the workflow '${name}'.`, { hint });
}

/** Restores an earlier version as a new one, and returns both numbers. Without a number, the previous version. */
export function restoreVersion(
  name: string,
  version: number | undefined,
  options: LibraryOptions = {},
): { from: number; to: number } {
  const versions = listVersions(name, options);
  const from = version ?? versions.findLast(({ current }) => !current)?.version;
  if (from === undefined)
    throw new PflowError('not_found', `There is no earlier version of the workflow '${name}'.`);
  const { path } = readVersion(name, from, options);
  const folder = libraryFolder(options);
  const target = join(folder, `${name}${endingOf(path)}`);
  const text = readFileSync(path, 'utf8');
  const now = fileOfName(folder, name);
  if (now === path)
    throw new PflowError('usage', `Version ${from} of the workflow '${name}' is what runs now.`);
  if (now !== undefined) keepVersion(now, name);
  writeSaved(target, text);
  if (now !== undefined && now !== target) rmSync(now);
  return { from, to: versions.at(-1)!.version + 1 };
}

/** Archives the current file as a version. */
export function keepVersion(path: string, name: string): void {
  const history = historyOf(dirname(path), name);
  const version = nextVersion(earlierVersions(history));
  try {
    makePrivateFolder(history);
    const copy = join(history, `${version}${endingOf(path)}`);
    // Renamed when complete: a copy that a kill interrupts must not count as a version.
    const draft = `${copy}.${process.pid}.tmp`;
    copyFileSync(path, draft);
    const { atime, mtime } = statSync(path);
    utimesSync(draft, atime, mtime);
    renameSync(draft, copy);
  } catch (cause) {
    const message = `The earlier version of '${name}' cannot be kept in '${history}': ${messageOf(cause)}`;
    throw new PflowError('usage', message, { cause, hint: 'Nothing was changed.' });
  }
}

type Kept = Readonly<{ version: number; path: string }>;

function historyOf(folder: string, name: string): string {
  return join(folder, '.history', name);
}

function earlierVersions(history: string): Kept[] {
  return entriesOf(history)
    .filter((file) => /^\d+\.(json|pflow\.md)$/.test(file))
    .map((file) => ({ version: Number.parseInt(file, 10), path: join(history, file) }))
    .toSorted((a, b) => a.version - b.version);
}

function nextVersion(earlier: readonly Kept[]): number {
  return (earlier.at(-1)?.version ?? 0) + 1;
}

function endingOf(path: string): string {
  return extname(basename(path)) === '.json' ? '.json' : '.pflow.md';
}
