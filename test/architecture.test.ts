import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The folders that each folder may import in addition to itself. Folders not listed may import nothing. */
const layers: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  usage: ['lib'],
  pricing: ['lib', 'usage'],
  wire: ['lib', 'usage'],
  tap: ['lib', 'wire'],
  otlp: ['lib'],
  workflow: ['lib'],
  trace: ['lib', 'usage', 'wire'],
  llm: ['lib', 'usage'],
  runtime: ['lib', 'usage', 'wire', 'tap', 'trace', 'llm', 'workflow'],
  nodes: ['lib', 'runtime', 'llm', 'workflow'],
  compile: ['lib', 'workflow', 'trace', 'runtime', 'nodes'],
  planner: ['lib', 'workflow', 'llm', 'runtime', 'nodes'],
  importers: ['lib', 'usage', 'wire', 'otlp', 'trace'],
  collect: ['lib', 'usage', 'wire', 'tap', 'otlp', 'trace', 'importers'],
  profile: ['lib', 'usage', 'pricing', 'trace'],
  metrics: ['lib', 'usage', 'pricing', 'trace', 'profile'],
  ledger: ['lib', 'usage', 'pricing', 'trace', 'profile'],
  insights: ['lib', 'usage', 'pricing', 'trace', 'profile', 'ledger'],
  view: ['lib', 'usage', 'pricing', 'trace', 'profile', 'insights', 'ledger'],
  tui: ['lib', 'profile', 'view'],
  export: ['lib', 'usage', 'otlp', 'trace', 'profile', 'metrics', 'ledger', 'insights'],
};

/** The wiring: it may import everything, and no layer may import it. */
const wiring = ['session', 'cli', 'main.ts', 'index.ts'];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .sort();

/** The files of src/ that each file imports: statically, dynamically, and as types. */
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const source = readFileSync(join(src, file), 'utf8');
  const specifiers = source.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...specifiers].map(([, specifier]) => {
    const path = relative(src, resolve(src, dirname(file), specifier!)).replace(/\.jsx?$/, '');
    const target = [`${path}.ts`, `${path}.tsx`].find((each) => files.includes(each));
    if (!target) throw new Error(`${file} imports ${specifier}, which is no file of src/.`);
    return target;
  });
}

function layerOf(file: string): string {
  return file.split('/')[0]!;
}

test('every folder of src/ is a layer or part of the wiring', () => {
  expect(files.map(layerOf).filter((layer) => !(layer in layers) && !wiring.includes(layer))).toEqual([]);
});

test('imports are found in every syntactic form', () => {
  expect(imports.get('main.ts')).toContain('cli/cli.ts');
  expect(imports.get('cli/program/program.ts')).toContain('cli/commands/run/tui.ts');
  expect(imports.get('trace/event/trace-sink.ts')).toContain('trace/event/captured.ts');
});

test('a layer imports only the layers below it', () => {
  const wrong = [...imports].flatMap(([file, targets]) => {
    const layer = layerOf(file);
    if (wiring.includes(layer)) return [];
    return targets
      .filter((target) => ![layer, ...layers[layer]!].includes(layerOf(target)))
      .map((target) => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('there are no import cycles, types included', () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) cycles.push([...path.slice(start), file].join(' → '));
    if (start !== -1 || done.has(file)) return;
    for (const target of imports.get(file)!) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('the sub-folders of every folder form layers: no two of them, nor a folder and a sub-folder, import each other', () => {
  const folders = new Set(files.flatMap((file) => foldersOf(file)));
  const circles = [...folders].flatMap((folder) => circlesIn(folder));
  expect(circles).toEqual([]);
});

/** The folders that a file is in: `a` and `a/b` of `a/b/c.ts`. */
function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** The parts of a folder (its sub-folders, and its own files as one part) that can reach themselves through others, each with one of its outgoing imports. */
function circlesIn(folder: string): string[] {
  const partOf = (file: string): string | undefined => {
    if (!file.startsWith(`${folder}/`)) return undefined;
    const rest = file.slice(folder.length + 1).split('/');
    return rest.length === 1 ? '.' : rest[0]!;
  };
  const arrows = new Map<string, Map<string, string>>();
  for (const [file, targets] of imports) {
    const from = partOf(file);
    if (from === undefined) continue;
    for (const target of targets) {
      const to = partOf(target);
      if (to === undefined || to === from) continue;
      if (!arrows.has(from)) arrows.set(from, new Map());
      arrows.get(from)!.set(to, `${file} → ${target}`);
    }
  }
  const reaches = (from: string, wanted: string, seen = new Set<string>()): boolean =>
    [...(arrows.get(from)?.keys() ?? [])].some((to) => {
      if (to === wanted) return true;
      if (seen.has(to)) return false;
      seen.add(to);
      return reaches(to, wanted, seen);
    });
  return [...arrows].flatMap(([from, targets]) =>
    [...targets].flatMap(([to, example]) => (reaches(to, from) ? [`${folder}: ${example}`] : [])),
  );
}

test("no file exists only to re-export another folder's exports", () => {
  const passing = files
    .filter((file) => file !== 'index.ts')
    .filter((file) => /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(readFileSync(join(src, file), 'utf8')));
  expect(passing).toEqual([]);
});

test('no two files of src/ have the same name', () => {
  const names = files.map((file) => basename(file));
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('no folder contains more than 16 files', () => {
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const sizes = folders.map((folder) => ({
    folder,
    size: files.filter((file) => dirname(file) === folder).length,
  }));
  expect(sizes.filter(({ size }) => size > 16)).toEqual([]);
});

test('no code below cli/ and tui/ prints', () => {
  const printing = files
    .filter((file) => file !== 'main.ts' && !/^(cli|tui)\//.test(file))
    .filter((file) =>
      /\bconsole\.\w+\(|process\.(stdout|stderr)\b/.test(
        withoutStrings(readFileSync(join(src, file), 'utf8')),
      ),
    );
  expect(printing).toEqual([]);
});

test('only main.ts exits the process', () => {
  const ending = files.filter((file) =>
    /process\.exit[.(]/.test(withoutStrings(readFileSync(join(src, file), 'utf8'))),
  );
  expect(ending).toEqual(['main.ts']);
});

test('src/FILES.md lists every file once', () => {
  const map = readFileSync(join(src, 'FILES.md'), 'utf8');
  const entries = [...map.matchAll(/^- `([^`]+\.tsx?)`/gm)].map(([, file]) => file);
  expect(entries.toSorted(), 'npm run frames regenerates it').toEqual(files);
});

/** Programs for other processes are text in the source: their output is not printed here. */
function withoutStrings(source: string): string {
  return source.replaceAll(
    /`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[^]*?\*\/|\/\/.*/g,
    "''",
  );
}
