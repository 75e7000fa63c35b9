import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PflowError } from '../lib/error.js';
import { pflowHome } from '../lib/home.js';
import { packageFile } from '../lib/package-file.js';
import { parseJson } from './parse-json.js';
import { didYouMean, schemaProblems } from './schema-problems.js';
import { formatProblem } from './problem.js';

/** A workflow that can be run by name. */
export type SavedWorkflow = Readonly<{
  name: string;
  description: string;
  /** Words by which people ask for it. */
  keywords: readonly string[];
  /** The workflow as it stands in the file, not yet validated. */
  workflow: Readonly<Record<string, unknown>>;
  path: string;
  /** Whether it comes with pflow. A user's workflow of the same name stands before it. */
  shipped: boolean;
}>;

export type LibraryOptions = Readonly<{
  /** The user's own; by default `workflows` in $PFLOW_HOME or ~/.pflow. */
  folder?: string;
  /** Those that come with pflow. */
  shippedFolder?: string;
}>;

/** All saved workflows by name, and a warning for each file that could not be read. */
export function listWorkflows(options: LibraryOptions = {}): {
  workflows: SavedWorkflow[];
  warnings: string[];
} {
  const { folder, shippedFolder } = folders(options);
  const byName = new Map<string, SavedWorkflow>();
  const warnings: string[] = [];
  for (const [place, shipped] of [
    [shippedFolder, true],
    [folder, false],
  ] as const) {
    for (const name of namesIn(place)) {
      try {
        byName.set(name, readSaved(place, name, shipped));
      } catch (error) {
        warnings.push(messageOf(error));
      }
    }
  }
  return { workflows: [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name)), warnings };
}

/** The saved workflow of that name, if there is one. Throws when its file cannot be read as one. */
export function findWorkflow(name: string, options: LibraryOptions = {}): SavedWorkflow | undefined {
  if (nameProblem(name)) return undefined;
  const { folder, shippedFolder } = folders(options);
  if (existsSync(fileOf(folder, name))) return readSaved(folder, name, false);
  return existsSync(fileOf(shippedFolder, name)) ? readSaved(shippedFolder, name, true) : undefined;
}

/** Like findWorkflow, but a name that nothing is saved under is an error with the names that look like it. */
export function getWorkflow(name: string, options: LibraryOptions = {}): SavedWorkflow {
  const saved = findWorkflow(name, options);
  if (saved) return saved;
  const names = workflowNames(options);
  const { hint = `There are: ${names.join(', ')}.` } = didYouMean(name, names);
  throw new PflowError('not_found', `There is no saved workflow '${name}'.`, { hint });
}

/** The names of all saved workflows, without opening them. */
export function workflowNames(options: LibraryOptions = {}): string[] {
  const { folder, shippedFolder } = folders(options);
  return [...new Set([...namesIn(folder), ...namesIn(shippedFolder)])].toSorted((a, b) => a.localeCompare(b));
}

/** Saves a workflow under a name and returns its file. One that is there already stays, unless `replace` is set. */
export function saveWorkflow(
  entry: Pick<SavedWorkflow, 'name' | 'description' | 'keywords' | 'workflow'>,
  options: LibraryOptions & { replace?: boolean } = {},
): string {
  const problem = nameProblem(entry.name);
  if (problem) throw new PflowError('usage', `A workflow cannot be saved as '${entry.name}': ${problem}`);
  const { folder } = folders(options);
  const path = fileOf(folder, entry.name);
  if (existsSync(path) && !options.replace) {
    throw new PflowError('usage', `There is already a saved workflow '${entry.name}'.`, {
      hint: `Delete it first, or choose another name. It is in ${path}.`,
    });
  }
  const { name, description, keywords, workflow } = entry;
  const about = { name, description, keywords };
  const content = { ...about, ...workflow, ...about };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Written beside and moved into place: a reader never sees half a file.
    const draft = `${path}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (cause) {
    throw new PflowError('usage', `Cannot save to '${path}': ${messageOf(cause)}`, { cause });
  }
  return path;
}

/** Deletes a workflow of the user's own. */
export function removeWorkflow(name: string, options: LibraryOptions = {}): void {
  const { shipped, path } = getWorkflow(name, options);
  if (shipped)
    throw new PflowError('usage', `'${name}' comes with pflow and cannot be deleted.`, {
      hint: 'A workflow that you save under this name is used in its place.',
    });
  rmSync(path);
}

const LONGEST_NAME = 64;
const commands = ['plan', 'tui', 'demo', 'trace', 'workflow', 'registry', 'pricing', 'help', 'latest'];

/** Why a workflow cannot have that name, as a sentence; nothing when it can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    return "a name is lower-case letters and digits, with single '-' between them.";
  if (name.length > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} characters.`;
  return commands.includes(name) ? 'it is the name of a command.' : undefined;
}

/** The workflow that a file holds: the object itself, or what published pflow keeps under `ir` beside its name and description. */
export function unwrapSaved(content: Record<string, unknown>): Record<string, unknown> {
  const { ir, name, description } = content;
  if ('nodes' in content || typeof ir !== 'object' || ir === null) return content;
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...ir,
  };
}

const savedSchema = z.looseObject({
  description: z.string().default(''),
  keywords: z.array(z.string()).default([]),
});

function readSaved(folder: string, name: string, shipped: boolean): SavedWorkflow {
  const path = fileOf(folder, name);
  try {
    const content = parseJson(readFileSync(path, 'utf8'));
    const [problem] = schemaProblems(savedSchema, content);
    if (problem) throw new Error(formatProblem(problem));
    const { description, keywords } = savedSchema.parse(content);
    return {
      name,
      description,
      keywords,
      workflow: { ...unwrapSaved(content as Record<string, unknown>), name },
      path,
      shipped,
    };
  } catch (cause) {
    throw new PflowError(
      'invalid_workflow',
      `Cannot read the saved workflow '${path}': ${messageOf(cause)}`,
      { cause },
    );
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .filter((name) => !nameProblem(name));
  } catch {
    return [];
  }
}

function folders(options: LibraryOptions): { folder: string; shippedFolder: string } {
  return { folder: options.folder ?? userFolder(), shippedFolder: options.shippedFolder ?? shippedFolder() };
}

function userFolder(): string {
  return join(pflowHome(), 'workflows');
}

function shippedFolder(): string {
  const built = packageFile('dist', 'workflows');
  return existsSync(built) ? built : packageFile('src', 'workflow', 'shipped');
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}
