import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** One line a file of src/, folder by folder: the first sentence that the file says of what it exports first. */
export function sourceMap(): string {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => file.replaceAll('\\', '/'));
  return [...groups(files)]
    .toSorted(([a], [b]) => order(a) - order(b) || a.localeCompare(b))
    .map(([folder, members]) =>
      [`### ${folder || 'wiring'}`, '', ...members.toSorted().map(describe)].join('\n'),
    )
    .join('\n\n');
}

/** The floors from below, as the table in src/README.md has them. */
const floors = [
  'lib',
  'usage',
  'pricing',
  'workflow',
  'trace',
  'llm',
  'runtime',
  'nodes',
  'compile',
  'planner',
  'profile',
  'metrics',
  'view',
  'tui',
  'export',
  'session',
  'cli',
  '',
];

function order(folder: string): number {
  return floors.indexOf(folder);
}

function groups(files: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

function describe(file: string): string {
  const source = readFileSync(join(src, file), 'utf8');
  const documented = [...source.matchAll(DOCUMENTED)].map(([, comment, kind, name]) => ({
    comment: comment!,
    kind: kind!,
    name: name!,
  }));
  const noun = flat(file.slice(file.lastIndexOf('/') + 1).replace(/\.tsx?$/, ''));
  const telling =
    documented.find(({ name }) => flat(name) === noun) ??
    documented.find(({ name }) => flat(name).includes(noun) || noun.includes(flat(name))) ??
    documented.find(({ kind }) => kind === 'function' || kind === 'class') ??
    documented[0];
  const opening = /^\/\*\*([^]*?)\*\//m.exec(source)?.[1] ?? '';
  return `- \`${file}\` ${firstSentence(telling?.comment ?? opening)}`.trimEnd();
}

/** A top-level doc comment with the export below it. */
const DOCUMENTED =
  /^\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:abstract |async )?(function|class|const|type|interface)\*? (\w+)/gm;

function flat(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

function firstSentence(comment: string): string {
  const text = comment.replaceAll(/\s*\n\s*\*? ?/g, ' ').trim();
  return (/^.*?(?:\.(?= |$)|: )/.exec(text)?.[0] ?? text).replace(/[.:]\s*$/, '');
}
