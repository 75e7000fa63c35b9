import { expect, test } from 'vitest';
import type { Captured } from '../../../src/trace/event/captured.js';
import { diffItems } from '../../../src/view/inspector/diff-pane.js';
import { setAll, DEFAULT_COLLAPSE } from '../../../src/view/base/collapse.js';
import { lineText } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { jsonItems } from '../../../src/view/content/json-tree.js';

const options = { key: 'k', folds: setAll('open'), width: 60, openDepth: 1, glyphs: glyphsOf('unicode') };
const tree = (value: Captured, folds = options.folds) =>
  `\n${jsonItems('value', value, { ...options, folds })
    .map(({ draw }) => lineText(draw()).trimEnd())
    .join('\n')}\n`;
const diff = (before: Record<string, Captured>, after: Record<string, Captured>) =>
  `\n${diffItems(before, after, { ...options, folds: DEFAULT_COLLAPSE })
    .map(({ draw }) => lineText(draw()).trimEnd())
    .join('\n')}\n`;

test('the JSON tree renders every plain kind of value', () => {
  expect(tree({ text: 'a', number: 1.5, yes: true, nothing: null, list: [1, [2]], empty: {}, none: [] }))
    .toMatchInlineSnapshot(`
    "
     ▾ value: { 7 keys
         text: "a"
         number: 1.5
         yes: true
         nothing: null
       ▾ list: [ 2 items
           0: 1
         ▾ 1: [ 1 item
             0: 2
         empty: {}
         none: []
    "
  `);
});

test('non-JSON, truncated and redacted values are rendered as what they represent', () => {
  expect(
    tree([
      { $: 'undefined' },
      { $: 'number', value: 'NaN' },
      { $: 'bigint', value: '123' },
      { $: 'symbol', value: 'x' },
      { $: 'function', name: 'f' },
      { $: 'date', value: '2026-01-01T00:00:00.000Z' },
      { $: 'error', name: 'TypeError', message: 'no' },
      { $: 'map', size: 1, entries: [[{ a: 1 }, 'one']] },
      { $: 'set', size: 3, values: [1] },
      { $: 'binary', class: 'Buffer', bytes: 2048, sha256: 'abcdef0123456789', head: 'AAAA' },
      { $: 'instance', class: 'Point', value: { x: 1 } },
      { $: 'promise' },
      { $: 'threw', message: 'not today' },
      { $: 'cycle', path: '' },
      { $: 'object', entries: [['$', 'mine']] },
      { $: 'cut-text', head: 'start', tail: 'end', size: 5000, sha256: 'abcdef0123456789' },
      { $: 'cut-list', head: [1], tail: [9], size: 9, sha256: 'abcdef0123456789' },
      { $: 'cut-object', head: { a: 1 }, size: 5, sha256: 'abcdef0123456789' },
      { $: 'deep', of: 'object', size: 3, sha256: 'abcdef0123456789' },
      { $: 'secret', by: 'key api_key' },
      { $: 'omitted', of: 'string', size: 12 },
      { $: 'of a later version', field: 1 },
    ]),
  ).toMatchInlineSnapshot(`
    "
     ▾ value: [ 22 items
         0: undefined
         1: NaN
         2: 123n
         3: Symbol(x)
         4: ƒ f
         5: 2026-01-01T00:00:00.000Z (date)
       ▾ 6: error
            TypeError: no
       ▾ 7: Map { 1 entry
           {"a":1}: "one"
       ▾ 8: Set { 3 values
           0: 1
           … 2 more
         9: Buffer 2.0 kB sha256 abcdef01
       ▾ 10: Point { 1 key
           x: 1
         11: Promise
         12: could not be read: not today
         13: ↺ same as /
       ▾ 14: { 1 key
           $: "mine"
       ▾ 15: cut of 5,000 characters sha256 abcdef01
            start
            … 4,992 more characters …
            end
       ▾ 16: [ cut of 9 items sha256 abcdef01
           0: 1
           … 7 more
           8: 9
       ▾ 17: { cut of 5 keys sha256 abcdef01
           a: 1
           … 4 more
         18: object of 3, too deep sha256 abcdef01
         19: •••••• masked (key api_key)
         20: string of 12, not captured
       ▾ 21: { 2 keys
           $: "of a later version"
           field: 1
    "
  `);
});

test('collapsed collections show their size', () => {
  expect(tree({ a: { b: [1, 2, 3] }, c: 'x'.repeat(200) }, DEFAULT_COLLAPSE)).toMatchInlineSnapshot(`
    "
     ▾ value: { 2 keys
       ▸ a: {…} 1 key · 13 B
       ▸ c: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" 200 characters
    "
  `);
});

test('a long text expands wrapped, with control characters made visible', () => {
  expect(tree('first line\nsecond \u001b[31mline\u202e')).toMatchInlineSnapshot(`
    "
     ▾ value: 28 characters
          first line
          second ␛[31mline‹U+202E›
    "
  `);
});

test('a collection of more than 100 entries is collapsed by default', () => {
  const items = (count: number) =>
    jsonItems(
      'v',
      Array.from({ length: count }, (_, i) => i),
      { ...options, folds: DEFAULT_COLLAPSE },
    ).length;
  expect(items(100)).toBe(101);
  expect(items(101)).toBe(1);
});

test('a diff shows the changed paths only', () => {
  expect(
    diff(
      { same: { a: 1 }, node: { count: 1, list: ['a', 'b'], gone: true }, old: 1 },
      { same: { a: 1 }, node: { count: 2, list: ['a', 'c', 'd'], text: 'new' }, fresh: { x: 1 } },
    ),
  ).toMatchInlineSnapshot(`
    "
     3 added, 2 removed, 2 changed
     ~ ▾ node
     -     count: 1
     +     count: 2
     ~   ▾ list
     -       1: "b"
     +       1: "c"
     +       2: "d"
     +     text: "new"
     -     gone: true
     + ▾ fresh: { 1 key
     +     x: 1
     -   old: 1
    "
  `);
});

test('an inserted list element is one addition, and the following elements keep their keys in the tree', () => {
  const messages = ['alpha', 'beta', 'gamma'].map((text, i) => ({ id: i, text }));
  expect(
    diff({ messages }, { messages: [{ id: 9, text: 'new' }, ...messages.with(1, { id: 1, text: 'BETA' })] }),
  ).toMatchInlineSnapshot(`
    "
     1 added, 1 changed
     ~ ▾ messages
     +   ▾ 0: { 2 keys
     +       id: 9
     +       text: "new"
     ~   ▾ 2
     -       text: "beta"
     +       text: "BETA"
    "
  `);
});

test('the diff of truncated lists compares the captured parts and names the uncompared rest', () => {
  const list = Array.from({ length: 100 }, (_, i) => i);
  const cut = (all: readonly number[]): Captured => ({
    $: 'cut-list',
    head: all.slice(0, 5),
    tail: all.slice(-3),
    size: all.length,
    sha256: all.join(),
  });
  expect(diff({ list: cut(list) }, { list: cut([...list, 'last' as never]) })).toMatchInlineSnapshot(`
    "
     1 added
     ~ ▾ list
           … 93 truncated items not compared
     +     100: "last"
    "
  `);
});

test('a value in marker form is compared as one value, and equal states have no difference', () => {
  const before = { value: { $: 'date', value: '2026' } } as const;
  expect(diff(before, { value: { $: 'date', value: '2027' } })).toMatchInlineSnapshot(`
    "
     1 changed
     -   value: 2026 (date)
     +   value: 2027 (date)
    "
  `);
  expect(diff(before, structuredClone(before))).toContain('Nothing in the store changed.');
});

test('keys named like methods of Object are treated like any other key', () => {
  const weird = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "a/b~c": 3}') as Record<
    string,
    Captured
  >;
  expect(diff({}, weird)).toMatchInlineSnapshot(`
    "
     3 added
     + ▾ __proto__: { 1 key
     +     x: 1
     +   constructor: 2
     +   a/b~c: 3
    "
  `);
});
