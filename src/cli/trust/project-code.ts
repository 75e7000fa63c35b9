/** Finds the code of a project folder that pflow would run: node files, MCP servers and node packages, with their hash. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import { safeText } from '../../lib/text/safe-text.js';
import { readNodePackages } from '../../nodes/custom/node-settings.js';
import { followImports, isFile, packageFolder, readManifest } from './imported-code.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The code of a project. */
export type ProjectCode = Readonly<{
  /** Absolute path of the folder, without symbolic links. */
  folder: string;
  /** The code that would run, one line per item: `node file .pflow/nodes/shout.ts`. */
  lines: readonly string[];
  /** Whether there are node files or packages: any unknown node type may be one of theirs. */
  hasNodes: boolean;
  /** The names in .pflow/mcp.json. */
  servers: readonly string[];
  /** Node packages installed in the project. */
  packages: readonly string[];
  /**
   * SHA-256 of the sorted paths and contents of its files, and of the package.json of each package that they import or that such
   * a package depends on, in hex.
   */
  hash: string;
}>;

/** The project code of a folder; undefined if it has none. ~/.pflow belongs to the user, even if it is in that folder. */
export function findProjectCode(cwd: string, env: Env = process.env): ProjectCode | undefined {
  const folder = realPath(cwd);
  const home = realPath(pflowHome(env));
  const own = join(folder, '.pflow');
  const isHome = realPath(own) === home;
  const nodes = isHome ? [] : filesUnder(join(own, 'nodes'));
  const mcpFile = join(own, 'mcp.json');
  const hasServers = !isHome && existsSync(mcpFile);
  const packages = readNodePackages(join(home, 'settings.json')).packages.flatMap((name) => {
    const path = packageFolder(name, folder);
    return path === undefined || isInside(realPath(path), home) ? [] : [{ name, path }];
  });
  if (nodes.length === 0 && !hasServers && packages.length === 0) return undefined;
  const servers = hasServers ? readServers(mcpFile) : {};
  const commands = Object.values(servers).flatMap((config) => scriptsOf(config, folder));
  const imported = followImports([
    ...nodes,
    ...packages.flatMap(({ path }) => filesUnder(path)),
    ...commands,
  ]);
  const manifests = imported.allPackages.map((path) => join(path, 'package.json')).filter(isFile);
  const files = [...imported.files, ...manifests, ...(hasServers ? [mcpFile] : [])];
  const shown = (path: string) => safeText(relative(folder, path));
  return {
    folder,
    lines: [
      ...nodes.map((path) => `node file    ${shown(path)}`),
      ...packages.map(({ name, path }) => `npm package  ${safeText(name)} in ${shown(path)}`),
      ...imported.packages.slice(0, MOST_NAMED).map((path) => `imported     ${describePackage(path)}`),
      ...(imported.packages.length > MOST_NAMED
        ? [`imported     ${imported.packages.length - MOST_NAMED} more packages`]
        : []),
      ...(hasServers && Object.keys(servers).length === 0 ? [`mcp servers  ${shown(mcpFile)}`] : []),
      ...Object.entries(servers).map(([name, config]) => `mcp server   ${describeServer(name, config)}`),
    ],
    hasNodes: nodes.length + packages.length > 0,
    servers: Object.keys(servers),
    packages: packages.map(({ name }) => name),
    hash: hashFiles(files, folder),
  };
}

const MOST_NAMED = 12;

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** The files under a folder, without installed packages; links to folders are not followed. */
function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(path);
      return isFile(path) ? [path] : [];
    });
  } catch {
    return [];
  }
}

type ServerConfig = Readonly<{ command?: unknown; args?: unknown; url?: unknown; cwd?: unknown }>;

/** The servers as configured. A file that cannot be parsed configures none. */
function readServers(path: string): Readonly<Record<string, ServerConfig>> {
  try {
    const { mcpServers } = JSON.parse(readFileSync(path, 'utf8')) as { mcpServers?: unknown };
    const entries = Object.entries(mcpServers ?? {}).filter(
      ([, config]) => typeof config === 'object' && config !== null,
    );
    return Object.fromEntries(entries) as Record<string, ServerConfig>;
  } catch {
    return {};
  }
}

function describeServer(name: string, config: ServerConfig): string {
  const what = typeof config.url === 'string' ? config.url : wordsOf(config).join(' ');
  return safeText(`${name}: ${what}`);
}

function wordsOf({ command, args }: ServerConfig): string[] {
  return [command, ...(Array.isArray(args) ? (args as unknown[]) : [])].filter(
    (word) => typeof word === 'string',
  );
}

/** The files of the project that a server's command names, such as `server.js` in `node server.js`. */
function scriptsOf(config: ServerConfig, folder: string): string[] {
  const base = typeof config.cwd === 'string' ? resolve(folder, config.cwd) : folder;
  return wordsOf(config)
    .map((word) => resolve(base, word))
    .filter((path) => isInside(path, folder) && isFile(path));
}

/** The name and version of an installed package, without the terminal's control characters. */
function describePackage(folder: string): string {
  const { name, version } = readManifest(folder);
  return safeText(`${stringifyAny(name)} ${stringifyAny(version)}`);
}

function hashFiles(files: readonly string[], folder: string): string {
  const hash = createHash('sha256');
  for (const path of [...new Set(files)].toSorted()) {
    const content = readFileSync(path);
    hash.update(`${relative(folder, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
