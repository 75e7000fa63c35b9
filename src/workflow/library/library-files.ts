import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';

/** Where saved workflows are. */
export type LibraryOptions = Readonly<{
  /** The user's own; by default `workflows` in $PFLOW_HOME or ~/.pflow. */
  folder?: string;
}>;

/** The folder of the user's own workflows. */
export function libraryFolder(options: LibraryOptions): string {
  return options.folder ?? join(pflowHome(), 'workflows');
}

/** The names of the workflows in a folder; none when there is no such folder. */
export function namesIn(folder: string): string[] {
  const names = entriesOf(folder).flatMap((file) => {
    const ending = ENDINGS.find((each) => file.endsWith(each));
    return ending === undefined ? [] : [file.slice(0, -ending.length)];
  });
  return [...new Set(names)].filter((name) => !nameProblem(name));
}

/** The file that a workflow of this name is in, if there is one. */
export function fileOfName(folder: string, name: string): string | undefined {
  return ENDINGS.map((ending) => join(folder, name + ending)).find((path) => existsSync(path));
}

/** The names in a folder; none when it cannot be read. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Why a workflow cannot have that name, as a sentence; nothing when it can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    return "a name is lower-case letters and digits, with single '-' between them.";
  if (name.length > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} characters.`;
  return commands.includes(name) ? 'it is the name of a command.' : undefined;
}

/** What saved workflows end in: those saved here, and those that people keep as Markdown. */
const ENDINGS = ['.json', '.pflow.md'];
const LONGEST_NAME = 64;
const commands = ['plan', 'tui', 'demo', 'trace', 'workflow', 'registry', 'pricing', 'help', 'latest'];
