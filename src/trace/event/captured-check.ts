/** Validates captured values that were read from a file, so that no reader has to. */
import type { Captured } from './captured.js';

/** Deeper values overflow the stack of readers that recurse; a capture stops at 500 levels, an entry of a Map takes three. */
const MAX_DEPTH = 2000;

type Field = (value: unknown) => boolean;

const isText: Field = (value) => typeof value === 'string';
const isSize: Field = (value) => typeof value === 'number' && value >= 0;
const isOptionalSize: Field = (value) => value === undefined || isSize(value);
const isOptionalText: Field = (value) => value === undefined || typeof value === 'string';
const isList: Field = Array.isArray;
const isRecord: Field = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isEntries =
  (isKey: Field): Field =>
  (value) =>
    Array.isArray(value) &&
    value.every((entry) => Array.isArray(entry) && entry.length === 2 && isKey(entry[0]));
const isAnything: Field = (value) => value !== undefined;

const cut = { size: isSize, sha256: isText };

/** The fields of each marked form, by its `$`: see captured.ts. */
const FORMS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  undefined: {},
  number: { value: isText },
  bigint: { value: isText },
  symbol: { value: isText },
  function: { name: isText },
  date: { value: isText },
  regexp: { value: isText },
  url: { value: isText },
  error: { name: isText, message: isText, stack: isOptionalText },
  map: { size: isSize, entries: isEntries(isAnything), sha256: isOptionalText },
  set: { size: isSize, values: isList, sha256: isOptionalText },
  binary: { class: isText, bytes: isSize, sha256: isText, head: isText, mediaType: isOptionalText },
  instance: { class: isText, value: isAnything },
  promise: {},
  weak: { class: isText },
  threw: { message: isText },
  cycle: { path: isText },
  object: { entries: isEntries(isText) },
  'cut-text': { head: isText, tail: isText, kept: isOptionalSize, ...cut },
  'cut-list': { head: isList, tail: isList, ...cut },
  'cut-object': { head: isRecord, ...cut },
  deep: { of: isText, ...cut },
  secret: { by: isText },
  omitted: { of: isText, size: isSize },
};

/**
 * Whether a value from JSON is a captured value: every marked form has the fields of its kind, and nothing is nested too deeply.
 * Iterative, because the depth is not known before. A form of a newer version is accepted as it is.
 */
export function isCaptured(value: unknown): value is Captured {
  if (typeof value !== 'object' || value === null) return value !== undefined;
  const open: object[] = [value];
  const depths: number[] = [0];
  while (open.length > 0) {
    const element = open.pop()!;
    const depth = depths.pop()!;
    if (depth > MAX_DEPTH || !hasFieldsOfItsForm(element as Record<string, unknown>)) return false;
    for (const key in element) {
      const child = (element as Record<string, unknown>)[key];
      if (typeof child !== 'object' || child === null) continue;
      open.push(child);
      depths.push(depth + 1);
    }
  }
  return true;
}

function hasFieldsOfItsForm(part: Readonly<Record<string, unknown>>): boolean {
  const mark = part['$'];
  if (typeof mark !== 'string') return true;
  const fields = Object.hasOwn(FORMS, mark) ? FORMS[mark]! : {};
  for (const key in fields) if (!fields[key]!(part[key])) return false;
  return true;
}
