/** Reads the fields of an entity. */

import type { Problem } from '../format/problem.js';
import type { Entity } from './heading-outline.js';
import type { Place } from './source-lines.js';
import type { Block, Item } from './markdown-tokens.js';
import { readYaml } from './yaml.js';

/** A parameter of a step, or a field of an input or output. */
export type Field = Readonly<{
  value: unknown;
  line: number;
  /** Source lines inside the value. */
  places: readonly Place[];
  /** The language of the block. */
  language?: string;
}>;

/** Reads the fields from the `- key: value` items and fenced blocks of an entity, in order. */
export function readFields({ id, items, blocks }: Entity, problems: Problem[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  const given = [
    ...items.flatMap((item) => readItem(item, problems)),
    ...blocks.flatMap((block) => readBlock(block, problems)),
  ];
  for (const [key, field] of given) {
    const first = fields.get(key);
    if (!first) fields.set(key, field);
    else {
      const message = `'${key}' of '${id}' is given twice: first in line ${first.line}.`;
      problems.push({ path: '', line: field.line, message });
    }
  }
  return fields;
}

const ONE_LINE = /^\s*- +([^\s:]+):(?:\s+(.*))?$/;

function readItem(item: Item, problems: Problem[]): [string, Field][] {
  const { text, line } = item;
  if (text.includes('\n')) return readNested(item, problems);
  const [, key, value = ''] = ONE_LINE.exec(text) ?? [];
  if (key === undefined) return notAParameter(item, problems);
  const read = readScalar(value.trim(), line, problems);
  return read ? [[key, { ...read, line }]] : [];
}

/** A parameter whose value continues on the following lines. */
function readNested(item: Item, problems: Problem[]): [string, Field][] {
  const read = readYaml(item.text, item.line, problems);
  if (!read) return [];
  const [entries] = Array.isArray(read.value) ? (read.value as unknown[]) : [];
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries))
    return notAParameter(item, problems);
  return Object.entries(entries).map(([key, value]) => {
    const own = read.places.filter(({ steps }) => steps[0] === 0 && steps[1] === key);
    const line = own[0]?.line ?? item.line;
    return [key, { value, line, places: own.map((place) => ({ ...place, steps: place.steps.slice(2) })) }];
  });
}

/** A single-line value: quotes and brackets are YAML, anything else is literal text, colons included. */
function readScalar(text: string, line: number, problems: Problem[]): Omit<Field, 'line'> | undefined {
  if (/^["'{[]/.test(text)) return readYaml(text, line, problems);
  if (text === '' || text === 'null' || text === '~') return { value: null, places: [] };
  if (text === 'true' || text === 'false') return { value: text === 'true', places: [] };
  const isNumber = /^[+-]?(\d+|\d+\.\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  return { value: isNumber ? Number(text) : text, places: [] };
}

function notAParameter({ text, line }: Item, problems: Problem[]): [] {
  const [first] = text.trim().split('\n');
  const message = `'${first}' is no parameter: those look like '- key: value'.`;
  problems.push({ path: '', line, message, hint: "Lists in prose begin with '*'." });
  return [];
}

/** The last word of the info string is the parameter, the word before it the language. */
function readBlock({ info, text, line }: Block, problems: Problem[]): [string, Field][] {
  const words = info.split(/\s+/).filter(Boolean);
  const key = words.at(-1);
  const language = words.length > 1 ? words[0]!.toLowerCase() : undefined;
  const suggested = key === undefined ? 'shell command' : meant.get(key.toLowerCase());
  if (key === undefined || (words.length === 1 && suggested !== undefined)) {
    const message =
      key === undefined
        ? 'this block does not say which parameter it is.'
        : `'${key}' is a language: the block does not say which parameter it is.`;
    problems.push({ path: '', line, message, hint: `Begin it with a line such as \`\`\`${suggested}.` });
    return [];
  }
  if (language === 'yaml' || language === 'yml') {
    const read = readYaml(text, line + 1, problems);
    return read ? [[key, { ...read, line }]] : [];
  }
  return [[key, { value: text, line, places: [], ...(language === undefined ? {} : { language }) }]];
}

/** The parameter implied by a language. */
const meant: ReadonlyMap<string, string> = new Map([
  ['python', 'python code'],
  ['py', 'python code'],
  ['javascript', 'javascript code'],
  ['js', 'javascript code'],
  ['shell', 'shell command'],
  ['bash', 'shell command'],
  ['sh', 'shell command'],
  ['yaml', 'yaml batch'],
  ['yml', 'yaml batch'],
  ['json', 'yaml inputs'],
  ['markdown', 'markdown prompt'],
  ['md', 'markdown prompt'],
]);
