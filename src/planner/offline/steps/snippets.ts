/** JavaScript snippets for code nodes. */

import type { Counted, Extracted } from '../language/parsed-steps.js';

/*
 * The JavaScript of the code nodes that the rules make. Each works on the input named below. None contains `${`, which would
 * be read as a template.
 */

/** Counts a kind of thing in `text`; `files` counts the list `files`. */
export const countCode: Readonly<Record<Counted, string>> = {
  words: 'text.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length',
  lines: "text === '' ? 0 : text.replace(/\\r?\\n$/, '').split('\\n').length",
  characters: '[...text].length',
  files: 'files.length',
};

const stopWords =
  'about after all also and any are because been before being both but can could did does each even every for from get had has have her here him his how into its just like made make many may more most much must not now off one only other our out over own same see she should since some such than that the their them then there these they this those through too two under use used using very was way well were what when where which while who why will with would you your';

/** Extracts the things of a kind from `text` as a list. */
export const extractCode: Readonly<Record<Extracted, string>> = {
  links: [
    'const found = [];',
    'for (const match of text.matchAll(/\\]\\(\\s*<?([^\\s)>]+)>?[^)]*\\)|href="([^"]+)"|(https?:\\/\\/[^\\s<>"\')\\]]+)/g)) {',
    "  found.push(match[1] ?? match[2] ?? match[3].replace(/[.,;:!?]+$/, ''));",
    '}',
    'return [...new Set(found)];',
  ].join('\n'),
  emails: '[...new Set(text.match(/[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)*\\.[a-z]{2,}/gi) ?? [])]',
  headings: [
    "const prose = text.replace(/^(```|~~~)[^]*?^\\1.*$/gm, '');",
    'return [...prose.matchAll(/^#{1,6}[ \\t]+(.+?)[ \\t]*#*[ \\t]*$/gm)].map((match) => match[1]);',
  ].join('\n'),
  keywords: [
    `const common = new Set('${stopWords}'.split(' '));`,
    'const counts = new Map();',
    'for (const word of text.toLowerCase().match(/\\p{L}[\\p{L}\\p{N}-]{2,}/gu) ?? []) {',
    '  if (!common.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);',
    '}',
    'return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10).map((entry) => entry[0]);',
  ].join('\n'),
};

/** Joins the list `items`, one per line. */
export const linesCode = "items.join('\\n')";

/** Joins the `results` of a batch; `field` selects the text of each, `label` the path to its file name. */
export function combineCode({
  field,
  label,
  kind,
}: {
  field: string;
  label: string;
  kind: 'text' | 'list' | 'number';
}): string {
  if (kind === 'number') return `results.map((each) => each.${label} + ': ' + each.${field}).join('\\n')`;
  const body = kind === 'list' ? `each.${field}.join('\\n')` : `each.${field}`;
  return `results.map((each) => '## ' + each.${label} + '\\n\\n' + ${body}).join('\\n\\n')`;
}

/** Maps the `results` of a batch to files in `folder`, keeping their names. */
export function filesCode({ field, label, kind }: Parameters<typeof combineCode>[0]): string {
  const body = kind === 'list' ? `each.${field}.join('\\n')` : `String(each.${field})`;
  return [
    "const name = (path) => folder.replace(/[\\\\/]$/, '') + '/' + path.split(/[\\\\/]/).pop();",
    `const files = results.map((each) => ({ path: name(each.${label}), content: ${body} }));`,
    'const twice = files.find(({ path }, i) => files.findIndex((other) => other.path === path) < i);',
    "if (twice) throw new Error('two of the files would be written to ' + twice.path + '.');",
    'return files;',
  ].join('\n');
}

/** Maps `paths` to their targets in `folder`. */
export const targetsCode =
  "paths.map((path) => ({ from: path, to: folder.replace(/[\\\\/]$/, '') + '/' + path.split(/[\\\\/]/).pop() }))";
