import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What each folder may import besides itself. Whatever is not named here may import nothing. */
const floors: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  usage: ['lib'],
  pricing: ['lib', 'usage'],
  wire: ['lib', 'usage'],
  tap: ['lib', 'wire'],
  workflow: ['lib'],
  trace: ['lib', 'usage'],
  llm: ['lib', 'usage'],
  runtime: ['lib', 'usage', 'trace', 'llm', 'workflow'],
  nodes: ['lib', 'runtime', 'llm', 'workflow'],
  compile: ['lib', 'workflow', 'trace', 'runtime', 'nodes'],
  planner: ['lib', 'workflow', 'llm', 'runtime', 'nodes'],
  profile: ['lib', 'usage', 'pricing', 'trace'],
  metrics: ['lib', 'usage', 'pricing', 'trace', 'profile'],
  view: ['lib', 'profile'],
  tui: ['lib', 'profile', 'view'],
  export: ['lib', 'usage', 'trace', 'profile', 'metrics'],
};

/** The wiring: it may import everything, and no floor may import it. */
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

function floorOf(file: string): string {
  return file.split('/')[0]!;
}

test('every folder of src/ is a floor or part of the wiring', () => {
  expect(files.map(floorOf).filter((floor) => !(floor in floors) && !wiring.includes(floor))).toEqual([]);
});

test('imports are found in every form that they have', () => {
  expect(imports.get('main.ts')).toContain('cli/cli.ts');
  expect(imports.get('cli/program/program.ts')).toContain('cli/commands/run/tui.ts');
  expect(imports.get('trace/event/trace-sink.ts')).toContain('trace/event/captured.ts');
});

test('no floor imports what is not below it', () => {
  const wrong = [...imports].flatMap(([file, targets]) => {
    const floor = floorOf(file);
    if (wiring.includes(floor)) return [];
    return targets
      .filter((target) => ![floor, ...floors[floor]!].includes(floorOf(target)))
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

test('nothing prints below cli/ and tui/', () => {
  const printing = files
    .filter((file) => file !== 'main.ts' && !/^(cli|tui)\//.test(file))
    .filter((file) =>
      /\bconsole\.\w+\(|process\.(stdout|stderr)\b/.test(
        withoutStrings(readFileSync(join(src, file), 'utf8')),
      ),
    );
  expect(printing).toEqual([]);
});

test('only main.ts ends the process', () => {
  const ending = files.filter((file) =>
    /process\.exit\(/.test(withoutStrings(readFileSync(join(src, file), 'utf8'))),
  );
  expect(ending).toEqual(['main.ts']);
});

test('src/FILES.md lists every file once', () => {
  const map = readFileSync(join(src, 'FILES.md'), 'utf8');
  const entries = [...map.matchAll(/^- `([^`]+\.tsx?)`/gm)].map(([, file]) => file);
  expect(entries.toSorted(), 'npm run frames regenerates it').toEqual(files);
});

/** Programs for other processes stand in the source as text: what they print is not printed here. */
function withoutStrings(source: string): string {
  return source.replaceAll(
    /`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[^]*?\*\/|\/\/.*/g,
    "''",
  );
}
