/** Follows the imports of a project's node files: to other files, whose content counts, and to packages, whose versions count. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What files import, directly or through each other. */
export type ImportedCode = Readonly<{
  /** The files themselves and those that they import by path, which may be outside their folder. */
  files: readonly string[];
  /** Where the packages that these import are installed. */
  packages: readonly string[];
  /** The same with the packages that those depend on. */
  allPackages: readonly string[];
}>;

/** Everything that the files import by paths and by package names that the text of the files shows. */
export function followImports(roots: readonly string[]): ImportedCode {
  const files = new Set(roots);
  const packages = new Set<string>();
  for (const path of files) {
    if (files.size > MOST_FILES || !/\.[cm]?[jt]sx?$/.test(path)) continue;
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const target = pathOf(specifier, path);
      if (target !== undefined) addFile(target, files);
      else addPackage(specifier, dirname(path), packages);
    }
  }
  return { files: [...files], packages: [...packages], allPackages: withDependencies(packages) };
}

function withDependencies(packages: ReadonlySet<string>): string[] {
  const all = new Set(packages);
  for (const folder of all) {
    if (all.size > MOST_FILES) break;
    const { dependencies = {}, optionalDependencies = {} } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      addPackage(name, folder, all);
    }
  }
  return [...all];
}

const MOST_FILES = 20_000;
const IMPORT = /\b(?:from|import|require|resolve)\s*\(?\s*['"`]([^'"`\s]{1,300})['"`]/g;

function pathOf(specifier: string, from: string): string | undefined {
  if (/^\.{0,2}\//.test(specifier)) return resolve(dirname(from), specifier);
  if (!specifier.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(specifier);
  } catch {
    return undefined;
  }
}

function addFile(target: string, files: Set<string>): void {
  const candidates = [
    target,
    target.replace(/\.([mc]?)js$/, '.$1ts'),
    ...['.ts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'].map((ending) => target + ending),
  ];
  for (const candidate of candidates) if (isFile(candidate)) files.add(candidate);
}

/** The own package is the program that runs them: its version is no decision of the project. */
const OWN_NAME = 'pflow-profiler';

function addPackage(specifier: string, from: string, packages: Set<string>): void {
  const name = /^(?:@[\w.~-]+\/)?[\w.~-]+/.exec(specifier)?.[0];
  if (name === undefined || name === OWN_NAME || isBuiltin(specifier)) return;
  const folder = packageFolder(name, from);
  if (folder !== undefined) packages.add(folder);
}

/** Resolves a package from a folder as Node does: in the nearest node_modules that contains it. */
export function packageFolder(name: string, folder: string): string | undefined {
  if (/^\.{0,2}[\\/]/.test(name))
    return existsSync(resolve(folder, name)) ? resolve(folder, name) : undefined;
  const path = join(folder, 'node_modules', name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : packageFolder(name, dirname(folder));
}

type Manifest = Readonly<{
  name?: unknown;
  version?: unknown;
  dependencies?: Readonly<Record<string, unknown>>;
  optionalDependencies?: Readonly<Record<string, unknown>>;
}>;

/** The package.json of an installed package; empty where it cannot be read. */
export function readManifest(folder: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}

/** Whether the path is that of a file, also through a link. False where it cannot be known, as for a path below a file. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
