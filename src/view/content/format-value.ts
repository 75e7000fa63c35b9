/** Classifies captured values for display in a tree. */

import { formatBytes, formatCount, plural } from '../../lib/text/format.js';
import type { Captured } from '../../trace/event/captured.js';
import { listFields } from '../../trace/event/captured.js';
import { findBlobHash, fullValue, type BlobStore } from '../../trace/blobs/blob-store.js';
import { KEEP_HINT } from '../../trace/blobs/missing-parts.js';
import type { StyleName } from '../base/theme.js';

/**
 * The display form of a captured value: a scalar, an expandable text, or a collection of entries. Tagged forms (values
 * without a JSON equivalent, truncated or masked ones) are displayed as the value they represent. The full value of a
 * truncated one is looked up when it is expanded.
 */
export type Shape =
  | Readonly<{ kind: 'word'; text: string; style: StyleName }>
  | Readonly<{ kind: 'text'; text: string; note: string; whole?: () => string }>
  | Readonly<{
      kind: 'collection';
      brackets: readonly [string, string];
      note: string;
      /** The number of entries, gaps included. */
      count: number;
      entries: () => readonly Entry[];
      isKeptApart?: boolean;
    }>;

/** An entry of a collection. A gap represents entries that were not captured. */
export type Entry = Readonly<{ label: string; isIndex: boolean; value: Captured } | { gap: string }>;

/** Classifies a captured value; `values` holds the full values if the run kept them. */
export function classifyValue(value: Captured, values?: BlobStore): Shape {
  const sha256 = values && findBlobHash(value);
  if (sha256 === undefined) return ownShape(value);
  if (!values!.has(sha256)) return withNote(ownShape(value), `, not kept (${KEEP_HINT})`);
  return wholeShape(value, values!);
}

/** Classifies a truncated value by its full value, without loading it. */
function wholeShape(value: Captured, values: BlobStore): Shape {
  const cut = ownShape(value);
  const { $, size, head } = value as { $: string; size: number; head?: string };
  if (cut.kind === 'word') return classifyValue(fullValue(value, values));
  if (cut.kind === 'text')
    return {
      kind: 'text',
      text: head ?? '',
      note: plural(size, 'character'),
      whole: () => {
        const whole = ownShape(fullValue(value, values));
        return whole.kind === 'collection' ? cut.text : whole.text;
      },
    };
  return {
    ...cut,
    note: plural(size, ...(nouns[$] ?? nouns['cut-list'])),
    count: size,
    isKeptApart: true,
    entries: () => {
      const whole = ownShape(fullValue(value, values));
      return whole.kind === 'collection' ? whole.entries() : cut.entries();
    },
  };
}

const nouns: Readonly<Record<string, readonly [string, string]>> & { 'cut-list': readonly [string, string] } =
  {
    'cut-list': ['item', 'items'],
    'cut-object': ['key', 'keys'],
    map: ['entry', 'entries'],
    set: ['value', 'values'],
  };

function withNote(shape: Shape, note: string): Shape {
  return shape.kind === 'word'
    ? { ...shape, text: shape.text + note }
    : { ...shape, note: shape.note + note };
}

function ownShape(value: Captured): Shape {
  if (value === null) return word('null', 'json-literal');
  if (typeof value === 'string') return { kind: 'text', text: value, note: '' };
  if (typeof value === 'number') return word(String(value), 'json-number');
  if (typeof value === 'boolean') return word(String(value), 'json-literal');
  if (Array.isArray(value)) return list(value, plural(value.length, 'item'));
  const object = value as { readonly [key: string]: Captured };
  const mark = Object.hasOwn(object, '$') && typeof object['$'] === 'string' ? object['$'] : undefined;
  if (mark !== undefined) return markedShape(mark, object);
  return record(Object.entries(object), plural(Object.keys(object).length, 'key'));
}

/** The size of a captured value in characters of JSON, as displayed in the tree. */
export function sizeText(value: Captured): string {
  return formatBytes(sizeOf(value));
}

const sizes = new WeakMap<object, number>();

function sizeOf(value: Captured): number {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const parts = Array.isArray(value)
    ? value.map(sizeOf)
    : Object.entries(value).map(([key, each]) => key.length + 3 + sizeOf(each as Captured));
  const size = parts.reduce((sum, part) => sum + part + 1, 1);
  sizes.set(value, size);
  return size;
}

// Traces are untrusted, so every field of a tagged form may be missing.
function markedShape(mark: string, value: { readonly [key: string]: Captured }): Shape {
  const text = (key: string) => (typeof value[key] === 'string' ? value[key] : '');
  const count = (key: string) => (typeof value[key] === 'number' ? value[key] : 0);
  const items = (key: string): readonly Captured[] => (Array.isArray(value[key]) ? value[key] : []);
  const digest = text('sha256') === '' ? '' : ` sha256 ${text('sha256').slice(0, 8)}`;
  switch (mark) {
    case 'undefined':
      return word('undefined', 'json-literal');
    case 'number':
      return word(text('value'), 'json-number');
    case 'bigint':
      return word(`${text('value')}n`, 'json-number');
    case 'symbol':
      return word(`Symbol(${text('value')})`, 'json-mark');
    case 'function':
      return word(`ƒ ${text('name')}`, 'json-mark');
    case 'date':
    case 'regexp':
    case 'url':
      return word(`${text('value')} (${mark})`, 'json-mark');
    case 'error':
      return { kind: 'text', text: text('stack') || `${text('name')}: ${text('message')}`, note: 'error' };
    case 'map':
      return {
        ...record(
          items('entries').map(pair),
          plural(count('size'), 'entry', 'entries'),
          count('size') - items('entries').length,
        ),
        brackets: ['Map {', '}'],
      };
    case 'set':
      return {
        ...cutList(items('values'), [], count('size'), ''),
        note: plural(count('size'), 'value'),
        brackets: ['Set {', '}'],
      };
    case 'binary':
      return word(`${text('class')} ${formatBytes(count('bytes'))}${digest}`, 'json-mark');
    case 'instance':
      return { ...named(classifyValue(value['value'] ?? null), text('class')) };
    case 'promise':
      return word('Promise', 'json-mark');
    case 'weak':
      return word(text('class'), 'json-mark');
    case 'threw':
      return word(`could not be read: ${text('message')}`, 'json-mark');
    case 'cycle':
      return word(`↺ same as ${text('path') || '/'}`, 'json-mark');
    case 'object':
      return record(items('entries').map(pair), plural(items('entries').length, 'key'));
    case 'cut-text':
      return {
        kind: 'text',
        text: `${text('head')}\n… ${formatCount(count('size') - text('head').length - text('tail').length)} more characters …\n${text('tail')}`,
        note: `cut of ${formatCount(count('size'))} characters${digest}`,
      };
    case 'cut-list':
      return cutList(items('head'), items('tail'), count('size'), digest);
    case 'cut-object': {
      const head = listFields(value['head']);
      return record(head, `cut of ${plural(count('size'), 'key')}${digest}`, count('size') - head.length);
    }
    case 'deep':
      return word(`${text('of')} of ${formatCount(count('size'))}, too deep${digest}`, 'json-mark');
    case 'secret':
      return word(`•••••• masked (${text('by')})`, 'json-mark');
    case 'omitted':
      return word(`${text('of')} of ${formatCount(count('size'))}, not captured`, 'json-mark');
    default:
      return record(Object.entries(value), plural(Object.keys(value).length, 'key'));
  }
}

function word(text: string, style: StyleName): Shape {
  return { kind: 'word', text, style };
}

function list(values: readonly Captured[], note: string): Extract<Shape, { kind: 'collection' }> {
  return {
    kind: 'collection',
    brackets: ['[', ']'],
    note,
    count: values.length,
    entries: () => values.map((value, i) => ({ label: String(i), isIndex: true, value })),
  };
}

function cutList(
  head: readonly Captured[],
  tail: readonly Captured[],
  size: number,
  digest: string,
): Extract<Shape, { kind: 'collection' }> {
  const indexed = (values: readonly Captured[], from: number): Entry[] =>
    values.map((value, i) => ({ label: String(from + i), isIndex: true, value }));
  const missing = size - head.length - tail.length;
  const gap: Entry[] = missing > 0 ? [{ gap: `… ${formatCount(missing)} more` }] : [];
  return {
    kind: 'collection',
    brackets: ['[', ']'],
    note: `cut of ${plural(size, 'item')}${digest}`,
    count: head.length + gap.length + tail.length,
    entries: () => [...indexed(head, 0), ...gap, ...indexed(tail, size - tail.length)],
  };
}

function record(
  entries: readonly (readonly [string, Captured])[],
  note: string,
  missing = 0,
): Extract<Shape, { kind: 'collection' }> {
  return {
    kind: 'collection',
    brackets: ['{', '}'],
    note,
    count: entries.length + (missing > 0 ? 1 : 0),
    entries: () => [
      ...entries.map(([label, value]): Entry => ({ label, isIndex: false, value })),
      ...(missing > 0 ? [{ gap: `… ${formatCount(missing)} more` }] : []),
    ],
  };
}

function named(shape: Shape, name: string): Shape {
  if (shape.kind === 'collection')
    return { ...shape, brackets: [`${name} ${shape.brackets[0]}`, shape.brackets[1]] };
  return shape.kind === 'word' ? { ...shape, text: `${name} ${shape.text}` } : { ...shape, note: name };
}

/** An entry of a Map, or of an object with a key `$`. A non-string key is displayed as JSON. */
function pair(entry: Captured): readonly [string, Captured] {
  const [key, value] = Array.isArray(entry) ? (entry as readonly Captured[]) : [];
  return [typeof key === 'string' ? key : JSON.stringify(key ?? null), value ?? null];
}
