/** Generates src/FILES.md: every file of src/ with the purpose that its first line states. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** One line per file of src/, grouped by folder in alphabetical order. A file without a purpose line is listed by its name alone. */
export function sourceMap(): string {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => file.replaceAll('\\', '/'));
  return [...groupByFolder(files)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([folder, members]) => [`## ${folder}`, '', ...members.toSorted().map(listFile)].join('\n'))
    .join('\n\n');
}

function groupByFolder(files: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

function listFile(file: string): string {
  const purpose = readPurpose(readFileSync(join(src, file), 'utf8'));
  return `- \`${file}\`${purpose === undefined ? '' : ` ${purpose}`}`;
}

/** The sentence in the doc comment that is the first line of a source file (after a shebang), without its full stop. */
function readPurpose(source: string): string | undefined {
  return /^(?:#!.*\n)?\/\*\* (.+?)\.? \*\/\n/.exec(source)?.[1];
}
