/** An esbuild plugin that puts modules which are loaded together into one chunk. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/**
 * What one way of starting pflow loads at once: modules that are entries of the bundle or imported dynamically, with what they
 * import. Modules with the same set of ways share a chunk.
 */
export type Starts = Readonly<Record<string, readonly string[]>>;

/**
 * Groups the modules under src/ by the ways of starting that load them. esbuild splits by every dynamic import, of which there are
 * over a hundred, into some 400 chunks, most of them smaller than 4 kB; Node takes about a millisecond to find, read and link each,
 * so that the library took 110 ms to load and takes 45 as a few large ones. A group imports only groups that are loaded by more ways,
 * so that no cycle arises; what no way of starting loads stays split as esbuild does it. `entries` are the bundle's own, which stay
 * by themselves; `replacing` puts modules in place of others.
 */
export async function groupedChunks(
  root: string,
  entries: readonly string[],
  starts: Starts,
  replacing: Plugin,
): Promise<Plugin> {
  const imports = await readImports(root, Object.values(starts).flat(), replacing);
  const groups = groupByStarts(imports, starts, entries);
  const groupOf = new Map([...groups].flatMap(([name, files]) => files.map((file) => [file, name] as const)));
  return {
    name: 'grouped-chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, kind, importer, namespace, resolveDir }) => {
        if (namespace !== 'file' || kind === 'entry-point' || !importer.startsWith(join(root, 'src')))
          return undefined;
        const file = findSource(join(resolveDir, path));
        const group = groupOf.get(relative(root, file));
        if (group === undefined) return undefined;
        const isInside = kind === 'import-statement' && groupOf.get(relative(root, importer)) === group;
        // Whatever imports a module of a group from outside loads all of the group, before it.
        return isInside
          ? { path: file, sideEffects: true }
          : { path: file, namespace: 'grouped', sideEffects: true };
      });
      onLoad({ filter: /.*/, namespace: 'grouped' }, ({ path }) => {
        const members = JSON.stringify(`group:${groupOf.get(relative(root, path))}`);
        return { contents: `import ${members};\nexport * from ${JSON.stringify(path)};`, resolveDir: root };
      });
      onResolve({ filter: /^grouped:/ }, ({ path }) => ({
        path: path.slice('grouped:'.length),
        namespace: 'grouped',
        sideEffects: true,
      }));
      onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group', sideEffects: true }));
      onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => {
        const files = groups
          .get(path.slice('group:'.length))!
          .map((file) => JSON.stringify(join(root, file)));
        // With the modules in front of its own, which would else be chunks by themselves.
        const contents = [
          ...files.map((file) => `import ${file};`),
          ...files.map((file) => `import ${file.replace('"', '"grouped:')};`),
        ].join('\n');
        return { contents, resolveDir: root };
      });
      onResolve({ filter: /^\// }, ({ path, namespace }) =>
        namespace === 'group' || namespace === 'grouped' ? { path, sideEffects: true } : undefined,
      );
    },
  };
}

/** The static imports of each source file that the entries reach. Packages are left out. */
async function readImports(
  root: string,
  entries: readonly string[],
  replacing: Plugin,
): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    outdir: 'imports',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [replacing],
    metafile: true,
    write: false,
  });
  return metafile.inputs;
}

function groupByStarts(
  inputs: Metafile['inputs'],
  starts: Starts,
  apart: readonly string[],
): Map<string, string[]> {
  // A program that bundles the library takes what it may load, and must not take Ink, which waits at its top level.
  const ofLibrary = reach(inputs, [LIBRARY], ['import-statement', 'dynamic-import']);
  const ways = new Map<string, string[]>();
  for (const [name, entries] of Object.entries(starts)) {
    for (const file of reach(inputs, entries)) {
      if (!apart.includes(file)) ways.set(file, [...(ways.get(file) ?? []), name]);
    }
  }
  const groups = new Map<string, string[]>();
  for (const [file, names] of ways) {
    const group = [...names, ofLibrary.has(file) ? 'for the library too' : 'for the command alone'].join('+');
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return groups;
}

const LIBRARY = 'src/index.ts';

function reach(
  inputs: Metafile['inputs'],
  entries: readonly string[],
  kinds: readonly string[] = ['import-statement'],
): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of inputs[file]!.imports) {
      if (kinds.includes(kind) && external !== true) visit(path);
    }
  };
  entries.forEach(visit);
  return seen;
}

/** The source file that an import of a `.js` file means. */
function findSource(path: string): string {
  const file = path.replace(/\.js$/, '.ts');
  return existsSync(file) ? file : `${file}x`;
}
