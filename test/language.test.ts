import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Terms that have a standard name in the field, and the name to write instead. */
const struck: readonly (readonly [RegExp, string])[] = [
  [/\bpapers?\b|[pP]aper(?=[A-Z])|Paper\b/, 'background colour'],
  [/\b(?:is|are|was|were) none\b(?! of)/, 'is undefined, empty, invalid or missing'],
  [/\b(?:tell|tells|told|telling)\b[^.]{0,40}\bapart\b/, 'distinguish'],
  [/\banew\b/, 'again'],
  [/\bat hand\b/, 'available'],
  [/\b(?:stand|stands|stood|standing)\b(?!-?alone)/, 'is, represents, appears'],
  [/\bwholes\b|\bthe whole of\b|wholesOf|wholeOf\b|\bwholeUnless/, 'full value'],
  [
    /\b(?:is|are|was|were|be|been|being|gets?) (?:told|asked|said|heard)\b/,
    'receives, is notified, is requested',
  ],
  [/\b(?:somebody|someone|whoever|nobody)\b/i, 'the user, the caller, no code'],
  [/\bbeside\b/, 'next to, in addition to'],
  [/\bgoes on\b|\bwent on\b|\bgo on\b/, 'continues'],
  [/\btak(?:es|e|ing) up (?:again|where)\b/, 'resumes'],
  [/\bbrought up to date\b/, 'updated'],
  [/\bhad again\b/, 're-read'],
  [/\bcomes? to (?:an|its|their) end\b/, 'ends'],
  [/\bin silence\b/, 'silently'],
  [/\b(?:is|are|was|were) over\b/, 'is finished'],
  [/\bin part\b/, 'partially'],
  [/\bhearers?\b|\bhears?\b/, 'subscriber'],
];

/** Lines that may use a struck term in its plain meaning, by their file and text. */
const exceptions: readonly string[] = [];

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:tsx?|md)$/.test(file) && file !== 'FILES.md')
  .map((file) => `src/${file}`)
  .concat('README.md')
  .toSorted();

test('src, the manual and the README use the standard terms of the field', () => {
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const hit = struck.find(([term]) => term.test(line));
        return hit ? [{ line: `${file}: ${line.trim()}`, instead: hit[1] }] : [];
      })
      .filter(({ line }) => !exceptions.includes(line)),
  );
  expect(found).toEqual([]);
});

/** The title of a test, also one with a table: a text, followed by a function or options. */
const titlePattern = /(?:\btest(?:\.\w+)?|\))\(\s*(['"`])((?:(?!\1)[^\\\n]|\\.)+)\1,\s*(?:async )?[({]/g;

const titled = listTests('test').map((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return { file, titles: [...text.matchAll(titlePattern)].map(([, , title]) => title!) };
});

function listTests(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listTests(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

test('the titles of tests use the standard terms of the field', () => {
  const found = titled.flatMap(({ file, titles }) =>
    titles.flatMap((title) => {
      const hit = struck.find(([term]) => term.test(title));
      return hit ? [{ title: `${file}: ${title}`, instead: hit[1] }] : [];
    }),
  );
  expect(found).toEqual([]);
  expect(titled.filter(({ titles }) => titles.length === 0)).toEqual([]);
});

test('at most 20 lines are excepted, and every exception exists', () => {
  const lines = new Set(
    files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .map((line) => `${file}: ${line.trim()}`),
    ),
  );
  expect(exceptions.length).toBeLessThanOrEqual(20);
  expect(exceptions.filter((line) => !lines.has(line))).toEqual([]);
});

test('every source file opens with a line that states its purpose', () => {
  const silent = files
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) => !/^(?:#!.*\n)?\/\*\* \S/.test(readFileSync(join(root, file), 'utf8')));
  expect(silent).toEqual([]);
});
