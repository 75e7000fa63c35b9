/** Loads custom nodes from folders and packages. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, PflowError } from '../../lib/error.js';
import type { NodeType } from '../definition/node-type.js';
import { PACKAGE_SCHEME } from './module-addresses.js';
import { exportedTypes } from './exported-types.js';
import { guarded } from './guarded.js';
import { installHooks } from './install-hooks.js';
import { readNodePackages } from './node-settings.js';

export type OwnNodePlaces = Readonly<{
  /** Folders named by the user; a missing one is an error. */
  given: readonly string[];
  /** Optional folders: of the project and of the user. */
  usual: readonly string[];
  /** The settings file with npm packages under `nodes`. */
  settings: string;
  /** Folders from which packages are resolved. */
  packageHomes: readonly string[];
  /** Packages that are not loaded, although the settings name them. */
  without?: readonly string[];
  /** Reserved names. */
  taken: readonly string[];
  /** Called before the first of them is loaded, if there is any. */
  onLoad?: () => Promise<void>;
}>;

/**
 * Loads the node types of JavaScript and TypeScript files in folders, and of npm packages. An unusable file produces one
 * warning with its name and the reason; the others still load.
 */
export async function loadOwnNodes(
  places: OwnNodePlaces,
): Promise<{ types: NodeType[]; warnings: string[] }> {
  const { packages: named, warnings } = readNodePackages(places.settings);
  const packages = named.filter((name) => !places.without?.includes(name));
  const files = [
    ...places.given.flatMap((folder) => filesIn(folder, missingFolder)),
    ...places.usual.flatMap((folder) => filesIn(folder, () => [])),
  ];
  const sources = [
    ...new Map(files.map((path) => [path, () => import(pathToFileURL(path).href) as Promise<object>])),
    ...packages.map((name) => [name, () => importPackage(name, places.packageHomes)] as const),
  ];
  if (sources.length > 0) {
    await places.onLoad?.();
    await installHooks();
  }
  const from = new Map(places.taken.map((type) => [type, 'pflow itself']));
  const types: NodeType[] = [];
  for (const [source, load] of sources) {
    try {
      const exported = exportedTypes({ ...(await guarded(load)) });
      if (exported.length === 0)
        throw new Error(
          'it exports no node type. A node type is what defineNode gives, or a pocketflow class or flow.',
        );
      for (const type of exported) {
        const other = from.get(type.type);
        if (other !== undefined)
          throw new Error(`there is already a node type '${type.type}', from ${other}.`);
        from.set(type.type, source);
        types.push(type);
      }
    } catch (error) {
      warnings.push(`The nodes in ${source} cannot be used: ${reasonOf(error, source)}`);
    }
  }
  return { types, warnings };
}

/** The modules of a folder. Files starting with '_' or '.' are helpers; tests are skipped. */
function filesIn(folder: string, onMissing: (folder: string, cause: unknown) => string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^_.].*\.[mc]?[jt]s$/.test(name) && !/\.(d|test|spec)\.[mc]?[jt]s$/.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (cause) {
    return onMissing(folder, cause);
  }
}

function missingFolder(folder: string, cause: unknown): never {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const message = missing
    ? `There is no folder of nodes '${folder}'.`
    : `The folder of nodes '${folder}' cannot be read: ${messageOf(cause)}`;
  throw new PflowError('usage', message, { cause });
}

async function importPackage(name: string, homes: readonly string[]): Promise<object> {
  for (const home of homes) {
    const from = pathToFileURL(join(home, 'index.js')).href;
    try {
      const url = `${PACKAGE_SCHEME}${encodeURIComponent(name)}?from=${encodeURIComponent(from)}`;
      return (await import(url)) as object;
    } catch (error) {
      if (!isMissing(error, name)) throw error;
    }
  }
  throw new Error(`it is installed neither in ${homes.join(' nor in ')}.`);
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
}

/** The error of a module, with its line if known. */
function reasonOf(error: unknown, source: string): string {
  const said = messageOf(error).trim();
  const [, unreadable, at] = /^Error transforming .*?: ([^]*) \((\d+):\d+\)$/.exec(said) ?? [];
  const message = unreadable ?? said;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, place = ''] = stack.split(pathToFileURL(source).href);
  const line = at ?? /^:(\d+)/.exec(place)?.[1];
  return `${line === undefined ? '' : `line ${line}: `}${message}${/[.!?]$/.test(message) ? '' : '.'}`;
}
