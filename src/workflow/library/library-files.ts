import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import { packageFile } from '../../lib/package-file.js';

/** Where saved workflows are. */
export type LibraryOptions = Readonly<{
  /** The user's own; by default `workflows` in $PFLOW_HOME or ~/.pflow. */
  folder?: string;
  /** Those that come with pflow. */
  shippedFolder?: string;
}>;

/** The two folders, with the defaults filled in. */
export function libraryFolders(options: LibraryOptions): Required<LibraryOptions> {
  return { folder: options.folder ?? userFolder(), shippedFolder: options.shippedFolder ?? shippedFolder() };
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

function userFolder(): string {
  return join(pflowHome(), 'workflows');
}

function shippedFolder(): string {
  const built = packageFile('dist', 'workflows');
  return existsSync(built) ? built : packageFile('src', 'workflow', 'shipped');
}
