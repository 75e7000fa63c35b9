import { expect, test } from 'vitest';
import { createCapture, type CaptureLevel } from '../../../src/trace/capture/capture.js';
import type { Captured } from '../../../src/trace/event/captured.js';
import { noRedactor } from '../../../src/trace/redact/redact.js';
import { createMemoryBlobs } from '../../../src/trace/blobs/blob-store.js';
import { setAll } from '../../../src/view/base/collapse.js';
import { lineText } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { jsonItems } from '../../../src/view/content/json-tree.js';

class Point {
  readonly #hidden = 1;
  readonly x = 1;
  get sum(): number {
    return this.x + this.#hidden;
  }
}
class Bag extends Map<string, number> {}
class Stack extends Array<number> {}

const cycle: Record<string, unknown> = { name: 'cycle', list: [] };
cycle['self'] = cycle;
(cycle['list'] as unknown[]).push(cycle['list']);

const failed = withoutStack(new TypeError('outer', { cause: withoutStack(new Error('inner')) }));
const many = withoutStack(new AggregateError([withoutStack(new RangeError('one')), 'two'], 'many'));

/** Every kind of JavaScript value. */
const kinds: Record<string, unknown> = {
  undefined,
  null: null,
  yes: true,
  text: 'one line',
  lines: 'one\ntwo\u001b[31m',
  'lone surrogate': 'a\ud800b',
  'minus zero': -0,
  nan: Number.NaN,
  infinity: [Infinity, -Infinity],
  bigint: 2n ** 70n,
  symbol: Symbol('mark'),
  'symbol keys': { [Symbol('hidden')]: 1, seen: 2 },
  // oxlint-disable-next-line no-sparse-arrays
  'sparse list': [1, , 3],
  'list with a name': Object.assign([1], { name: 'list' }),
  'stack of its own': Stack.from([1, 2]),
  'null prototype': Object.assign(Object.create(null) as object, { a: 1 }),
  'key $': { $: 'date', value: 'x' },
  'key __proto__': JSON.parse('{"__proto__": 1}') as unknown,
  date: new Date(0),
  'invalid date': new Date(Number.NaN),
  regexp: /a+\/b/giu,
  url: new URL('https://example.org/a?b=1#c'),
  map: new Map<unknown, unknown>([
    ['a', 1],
    [{ b: 2 }, [3]],
  ]),
  'map of its own': new Bag([['a', 1]]),
  set: new Set<unknown>([1, { a: 2 }]),
  'weak map': new WeakMap(),
  'weak set': new WeakSet(),
  'weak reference': new WeakRef({}),
  buffer: Buffer.from('hello'),
  'array buffer': new ArrayBuffer(2048),
  'shared buffer': new SharedArrayBuffer(8),
  'data view': new DataView(new ArrayBuffer(4)),
  'typed arrays': [
    new Uint8Array(3),
    new Uint8ClampedArray(3),
    new Int16Array(3),
    new Float32Array(3),
    new Float64Array(3),
    new BigInt64Array(3),
  ],
  error: failed,
  'many errors': many,
  promise: Promise.resolve(1),
  proxy: new Proxy({ a: 1 }, {}),
  'revoked proxy': revoked(),
  instance: new Point(),
  'nameless instance': new (class {
    a = 1;
  })(),
  function: function named() {},
  arrow: [() => {}],
  class: Point,
  generator: (function* () {})(),
  'generator function': function* steps() {},
  iterator: [1, 2].values(),
  boxed: [Object('text'), Object(1), Object(true), Object(1n), Object(Symbol('boxed'))],
  arguments: (function () {
    // oxlint-disable-next-line prefer-rest-params
    return arguments;
  })(),
  'getter that throws': Object.defineProperty({ fine: 1 }, 'boom', {
    enumerable: true,
    get: () => {
      throw new Error('not today');
    },
  }),
  cycle,
  global: Math,
  intl: new Intl.NumberFormat('en'),
  abort: new AbortController().signal,
  headers: new Headers({ a: 'b' }),
};

test('every kind of captured value is rendered in its own form', () => {
  expect(shown('preview')).toMatchInlineSnapshot(`
    "
       undefined: undefined
       null: null
       yes: true
       text: "one line"
     ▾ lines: 12 characters
          one
          two␛[31m
       lone surrogate: "a�b"
       minus zero: -0
       nan: NaN
     ▾ infinity: [ 2 items
         0: Infinity
         1: -Infinity
       bigint: 1180591620717411303424n
       symbol: Symbol(mark)
     ▾ symbol keys: { 1 key
         seen: 2
     ▾ sparse list: [ 3 items
         0: 1
         1: undefined
         2: 3
     ▾ list with a name: [ 1 item
         0: 1
     ▾ stack of its own: [ 2 items
         0: 1
         1: 2
     ▾ null prototype: { 1 key
         a: 1
     ▾ key $: { 2 keys
         $: "date"
         value: "x"
     ▾ key __proto__: { 1 key
         __proto__: 1
       date: 1970-01-01T00:00:00.000Z (date)
       invalid date: Invalid Date (date)
       regexp: /a+\\/b/giu (regexp)
       url: https://example.org/a?b=1#c (url)
     ▾ map: Map { 2 entries
         a: 1
       ▾ {"b":2}: [ 1 item
           0: 3
     ▾ map of its own: Map { 1 entry
         a: 1
     ▾ set: Set { 2 values
         0: 1
       ▾ 1: { 1 key
           a: 2
       weak map: WeakMap
       weak set: WeakSet
       weak reference: WeakRef
       buffer: Buffer 5 B sha256 2cf24dba
       array buffer: ArrayBuffer 2.0 kB sha256 e5a00aa9
       shared buffer: SharedArrayBuffer 8 B sha256 af5570f5
       data view: DataView 4 B sha256 df3f6198
     ▾ typed arrays: [ 6 items
         0: Uint8Array 3 B sha256 709e80c8
         1: Uint8ClampedArray 3 B sha256 709e80c8
         2: Int16Array 6 B sha256 b0f66adc
         3: Float32Array 12 B sha256 15ec7bf0
         4: Float64Array 24 B sha256 9d908ecf
         5: BigInt64Array 24 B sha256 9d908ecf
     ▾ error: TypeError { 2 keys
       ▾ error: error
            TypeError: outer
       ▾ fields: { 1 key
         ▾ cause: error
              Error: inner
     ▾ many errors: AggregateError { 2 keys
       ▾ error: error
            AggregateError: many
       ▾ fields: { 1 key
         ▾ errors: [ 2 items
           ▾ 0: error
                RangeError: one
             1: "two"
       promise: Promise
     ▾ proxy: { 1 key
         a: 1
       revoked proxy: could not be read: Cannot perform 'IsArray' on a proxy that has been revoked
     ▾ instance: Point { 1 key
         x: 1
     ▾ nameless instance: { 1 key
         a: 1
       function: ƒ named
     ▾ arrow: [ 1 item
         0: ƒ
       class: ƒ Point
       generator: Generator {}
       generator function: ƒ steps
       iterator: ArrayIterator {}
     ▾ boxed: [ 5 items
       ▾ 0: String
            text
         1: Number 1
         2: Boolean true
         3: BigInt 1n
         4: Symbol Symbol(boxed)
       arguments: {}
     ▾ getter that throws: { 2 keys
         fine: 1
         boom: could not be read: not today
     ▾ cycle: { 3 keys
         name: "cycle"
       ▾ list: [ 1 item
           0: ↺ same as /list
         self: ↺ same as /
       global: {}
       intl: NumberFormat {}
       abort: AbortSignal {}
       headers: Headers {}
    "
  `);
});

test('full and preview capture render every kind of value identically', () => {
  expect(shown('full')).toBe(shown('preview'));
});

test('with capture off, each value is shown by its kind and size', () => {
  const omitted = createCapture({ level: 'none', redactor: noRedactor });
  const lines = Object.entries(kinds).flatMap(([name, value]) => linesOf(name, omitted(value)));
  expect(lines).toHaveLength(Object.keys(kinds).length);
  expect(lines.filter((line) => !/: \S+ of [\d,]+, not captured$/.test(line))).toEqual([]);
});

function shown(level: CaptureLevel): string {
  const { storeBlob: keep } = createMemoryBlobs();
  const capture = createCapture({ level, redactor: noRedactor, storeBlob: keep });
  const lines = Object.entries(kinds).flatMap(([name, value]) => {
    const written = JSON.stringify(capture(value));
    return linesOf(name, JSON.parse(written) as Captured);
  });
  return `\n${lines.join('\n')}\n`;
}

function linesOf(name: string, value: Captured): string[] {
  const options = { key: 'k', folds: setAll('open'), width: 60, openDepth: 1, glyphs: glyphsOf('unicode') };
  return jsonItems(name, value, options).map(({ draw }) => lineText(draw()).trimEnd());
}

function withoutStack<E extends Error>(error: E): E {
  delete error.stack;
  return error;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
