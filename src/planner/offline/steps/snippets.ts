/** JavaScript snippets for code nodes. */

import type { Change, Counted, Extracted } from '../language/parsed-steps.js';

/*
 * The JavaScript of the code nodes that the rules create. Each processes the input named below. None contains `${`, which
 * would be parsed as a template.
 */

/** Counts a kind of thing in `text`; `files` counts the list `files`. */
export const countCode: Readonly<Record<Counted, string>> = {
  words: 'text.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length',
  lines: "text === '' ? 0 : text.replace(/\\r?\\n$/, '').split('\\n').length",
  characters: '[...text].length',
  files: 'files.length',
  items: 'items.length',
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

/**
 * The parameters of a code node over texts. A template that is an entire input is parsed if its value is JSON text, but here
 * a JSON file is text like any other: each text is prefixed with a space, which the code removes.
 */
export function onTexts(
  code: string,
  texts: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
): { inputs: Readonly<Record<string, string>>; code: string } {
  const names = Object.keys(texts);
  const spaced = Object.fromEntries(names.map((name) => [name, ` ${texts[name]!}`]));
  const strip = names.map((name) => `${name} = ${name}.slice(1);`).join(' ');
  const body = /\breturn\b/.test(code) ? code : `return ${code};`;
  return { inputs: { ...spaced, ...others }, code: `${strip}\n${body}` };
}

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

/** Maps `paths` below `root` to their targets in `folder`, keeping the folders between. */
export const treeTargetsCode = [
  "const start = root === '.' ? 0 : root.replace(/^\\.[\\\\/]/, '').replace(/[\\\\/]$/, '').length + 1;",
  "return paths.map((path) => ({ from: path, to: folder.replace(/[\\\\/]$/, '') + '/' + path.slice(start) }));",
].join('\n');

const LINES = "const lines = text.replace(/\\r?\\n$/, '').split(/\\r?\\n/);\n";

/** Reads CSV into rows of cells; a quoted cell may contain commas, line breaks and doubled quotes. */
const CSV_ROWS = [
  'const rows = [[]];',
  "let cell = '';",
  'let isQuoted = false;',
  "const body = text.replace(/^\\uFEFF/, '').replace(/(\\r?\\n)+$/, '');",
  'for (let at = 0; at < body.length; at++) {',
  '  const char = body[at];',
  "  if (isQuoted && char === '\"' && body[at + 1] === '\"') { cell += '\"'; at++; }",
  "  else if (char === '\"' && (isQuoted || cell === '')) isQuoted = !isQuoted;",
  "  else if (!isQuoted && char === ',') { rows.at(-1).push(cell); cell = ''; }",
  "  else if (!isQuoted && char === '\\n') { rows.at(-1).push(cell.replace(/\\r$/, '')); rows.push([]); cell = ''; }",
  '  else cell += char;',
  '}',
  'rows.at(-1).push(cell);',
  'const [head, ...records] = rows;',
  "const objects = records.map((record) => Object.fromEntries(head.map((name, i) => [name, record[i] ?? ''])));",
].join('\n');

/** Changes `text`; the arguments of a change are inputs of their name. */
export const changeCode: Readonly<Record<Change, string>> = {
  first: `${LINES}return lines.slice(0, lines_wanted).join('\\n');`,
  first_words: "text.split(/\\s+/).filter((word) => word !== '').slice(0, words_wanted).join(' ')",
  last: `${LINES}return lines.slice(-lines_wanted).join('\\n');`,
  between: `${LINES}return lines.slice(from - 1, to).join('\\n');`,
  sort: `${LINES}return lines.sort((a, b) => a.localeCompare(b, 'en')).join('\\n');`,
  sort_numbers: `${LINES}return lines.sort((a, b) => parseFloat(a) - parseFloat(b)).join('\\n');`,
  unique: `${LINES}return [...new Set(lines)].join('\\n');`,
  longest: `${LINES}return lines.reduce((found, line) => ([...line].length > [...found].length ? line : found));`,
  shortest: `${LINES}return lines.reduce((found, line) => ([...line].length < [...found].length ? line : found));`,
  filled: `${LINES}return lines.filter((line) => line.trim() !== '').join('\\n');`,
  reverse: `${LINES}return lines.reverse().join('\\n');`,
  numbered: `${LINES}return lines.map((line, i) => i + 1 + ': ' + line).join('\\n');`,
  upper: 'text.toUpperCase()',
  lower: 'text.toLowerCase()',
  replace: 'text.split(find).join(replacement)',
  without: `${LINES}return lines.filter((line) => !line.includes(find)).join('\\n');`,
  occurrences: 'text.split(find).length - 1',
  csv_to_json: `${CSV_ROWS}\nreturn JSON.stringify(objects, null, 2);`,
  json_to_csv: [
    'const list = JSON.parse(text);',
    "if (!Array.isArray(list) || list.some((each) => each === null || typeof each !== 'object')) throw new Error('only a list of objects becomes CSV.');",
    'const names = [...new Set(list.flatMap((each) => Object.keys(each)))];',
    "const cell = (value) => { const said = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value); return /[\",\\r\\n]/.test(said) ? '\"' + said.replaceAll('\"', '\"\"') + '\"' : said; };",
    "return [names, ...list.map((each) => names.map((name) => each[name]))].map((row) => row.map(cell).join(',')).join('\\n');",
  ].join('\n'),
  pretty: 'JSON.stringify(JSON.parse(text), null, 2)',
  keys: "Object.keys(JSON.parse(text)).join('\\n')",
  field: [
    'let found;',
    'try { found = JSON.parse(text); } catch {',
    CSV_ROWS,
    'found = objects;',
    '}',
    "const pick = (value) => { if (!value || typeof value !== 'object' || !(field in value)) throw new Error('there is no field ' + field + '.'); return value[field]; };",
    "const show = (value) => (typeof value === 'string' ? value : JSON.stringify(value));",
    "return Array.isArray(found) ? found.map((each) => show(pick(each))).join('\\n') : show(pick(found));",
  ].join('\n'),
};

/** Describes each change, as the purpose of its node. */
export const changePurpose: Readonly<Record<Change, string>> = {
  first: 'Take the first lines',
  first_words: 'Take the first words',
  last: 'Take the last lines',
  between: 'Take these lines',
  sort: 'Sort the lines',
  sort_numbers: 'Sort the lines by number',
  unique: 'Leave out lines that were there before',
  longest: 'Find the longest line',
  shortest: 'Find the shortest line',
  filled: 'Leave out empty lines',
  reverse: 'Reverse the order of the lines',
  numbered: 'Number the lines',
  upper: 'Change to upper case',
  lower: 'Change to lower case',
  replace: 'Replace the text',
  without: 'Leave out the lines with the text',
  occurrences: 'Count how often the text occurs',
  csv_to_json: 'Convert CSV to JSON',
  json_to_csv: 'Convert JSON to CSV',
  pretty: 'Indent the JSON',
  keys: 'List the names of the fields',
  field: 'Take the field',
};

/** The lines of `text` that contain `sought`. */
export const matchesCode = 'text.split(/\\r?\\n/).filter((line) => line.includes(sought))';

/** The lines in the `results` of reading files that contain `sought`, each with its path and line number. */
export const matchesInFilesCode = [
  'return results.flatMap((each) => each.content_is_binary ? [] : each.content.split(/\\r?\\n/).flatMap((line, i) =>',
  "  line.includes(sought) ? [each.file_path + ':' + (i + 1) + ': ' + line.trim()] : []));",
].join('\n');

/** The files in the `results` of reading files that contain `sought`. */
export const filesWithCode =
  'results.filter((each) => !each.content_is_binary && each.content.includes(sought)).map((each) => each.file_path)';

/** Concatenates the texts of `results`, each starting on a new line. */
export const concatenateCode =
  "results.map((each) => each.content).map((text, i, all) => i < all.length - 1 && !text.endsWith('\\n') ? text + '\\n' : text).join('')";

/** One line per commit. */
export const commitLinesCode =
  "commits.map((each) => each.short_sha + ' ' + each.date.slice(0, 10) + ' ' + each.subject)";
