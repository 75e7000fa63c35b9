/** File locations of saved workflows. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';

/** Folders of saved workflows. */
export type LibraryOptions = Readonly<{
  /** The user folder; by default `workflows` in PFLOW_HOME or ~/.pflow. */
  folder?: string;
}>;

/** The folder of user workflows. */
export function libraryFolder(options: LibraryOptions): string {
  return options.folder ?? join(pflowHome(), 'workflows');
}

/** The names of the workflows in a folder; empty if it does not exist. */
export function namesIn(folder: string): string[] {
  const names = entriesOf(folder).flatMap((file) => {
    const ending = ENDINGS.find((each) => file.endsWith(each));
    return ending === undefined ? [] : [file.slice(0, -ending.length)];
  });
  return [...new Set(names)].filter((name) => !nameProblem(name));
}

/** The file of a workflow, if it exists. */
export function fileOfName(folder: string, name: string): string | undefined {
  return ENDINGS.map((ending) => join(folder, name + ending)).find((path) => existsSync(path));
}

/** The entries of a folder; empty if unreadable. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Why a name is invalid, as a sentence; undefined if it is valid. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    return "a name is lower-case letters and digits, with single '-' between them.";
  if (name.length > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} characters.`;
  return commands.includes(name) ? 'it is the name of a command.' : undefined;
}

/** File extensions of saved workflows: JSON written by pflow, and Markdown. */
const ENDINGS = ['.json', '.pflow.md'];
const LONGEST_NAME = 64;
const commands = ['plan', 'tui', 'demo', 'trace', 'workflow', 'registry', 'pricing', 'help', 'latest'];
