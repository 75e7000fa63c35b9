/** The library of saved workflows. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { listShippedWorkflows } from '../../lib/shipped-files.js';
import { fileOfName, libraryFolder, nameProblem, namesIn, type LibraryOptions } from './library-files.js';
import { readSaved, readShipped, writeSaved, type SavedWorkflow } from './saved-file.js';
import { didYouMean } from '../format/schema-problems.js';
import { keepVersion } from './versions.js';

/** All saved workflows by name, with a warning for each unreadable file. */
export function listWorkflows(options: LibraryOptions = {}): {
  workflows: SavedWorkflow[];
  warnings: string[];
} {
  const folder = libraryFolder(options);
  const byName = new Map(
    listShippedWorkflows().map((name): [string, SavedWorkflow] => [name, readShipped(name)]),
  );
  const warnings: string[] = [];
  for (const name of namesIn(folder)) {
    try {
      byName.set(name, readSaved(fileOfName(folder, name)!, name));
    } catch (error) {
      warnings.push(messageOf(error));
    }
  }
  return { workflows: [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name)), warnings };
}

/** Finds a saved workflow. Throws if its file is invalid. */
export function findWorkflow(name: string, options: LibraryOptions = {}): SavedWorkflow | undefined {
  if (nameProblem(name)) return undefined;
  const own = fileOfName(libraryFolder(options), name);
  if (own !== undefined) return readSaved(own, name);
  return listShippedWorkflows().includes(name) ? readShipped(name) : undefined;
}

/** Like findWorkflow, but an unknown name is an error with suggestions. */
export function getWorkflow(name: string, options: LibraryOptions = {}): SavedWorkflow {
  const saved = findWorkflow(name, options);
  if (saved) return saved;
  const names = workflowNames(options);
  const { hint = `There are: ${names.join(', ')}.` } = didYouMean(name, names);
  throw new PflowError('not_found', `There is no saved workflow '${name}'.`, { hint });
}

/** The names of all saved workflows, without opening them. */
export function workflowNames(options: LibraryOptions = {}): string[] {
  const own = namesIn(libraryFolder(options));
  return [...new Set([...own, ...listShippedWorkflows()])].toSorted((a, b) => a.localeCompare(b));
}

/** Saves a workflow under a name and returns its file. An existing one is kept unless `replace` is set; it then becomes an earlier version. */
export function saveWorkflow(
  entry: Pick<SavedWorkflow, 'name' | 'description' | 'keywords' | 'workflow'>,
  options: LibraryOptions & { replace?: boolean } = {},
): string {
  const { name, description, keywords, workflow } = entry;
  const problem = nameProblem(name);
  if (problem) throw new PflowError('usage', `A workflow cannot be saved as '${name}': ${problem}`);
  const folder = libraryFolder(options);
  const before = fileOfName(folder, name);
  if (before !== undefined && !options.replace) {
    throw new PflowError('usage', `There is already a saved workflow '${name}'.`, {
      hint: `Add --replace to make this its next version, or choose another name. It is in ${before}.`,
    });
  }
  const about = { name, description, keywords };
  const text = `${JSON.stringify({ ...about, ...workflow, ...about }, null, 2)}\n`;
  const path = join(folder, `${name}.json`);
  if (before !== undefined && readFileSync(before, 'utf8') !== text) keepVersion(before, name);
  writeSaved(path, text);
  if (before !== undefined && before !== path) rmSync(before);
  return path;
}

/** Deletes a user workflow. Its content stays in the version history. */
export function removeWorkflow(name: string, options: LibraryOptions = {}): void {
  const { shipped, path } = getWorkflow(name, options);
  if (shipped)
    throw new PflowError('usage', `'${name}' comes with pflow and cannot be deleted.`, {
      hint: 'A workflow that you save under this name is used in its place.',
    });
  keepVersion(path, name);
  rmSync(path);
}
