import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCapture, type CaptureLevel } from '../../../src/trace/capture/capture.js';
import { createRedactor, noRedactor } from '../../../src/trace/redact/redact.js';

const capture = createCapture({ level: 'preview', redactor: noRedactor });
const full = createCapture({ level: 'full', redactor: noRedactor });

class Point {
  #secret = 1;
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get sum(): number {
    return this.x + this.y + this.#secret;
  }
}
class Stack extends Array<number> {}

const withGetter = {
  get boom(): never {
    throw new Error('no luck');
  },
  fine: 1,
};
const named = () => {};
const odd = Object.defineProperty(() => {}, 'name', { get: () => fail('no name') });

const kinds: readonly (readonly [string, unknown, unknown])[] = [
  ['text', 'héllo 👋', 'héllo 👋'],
  ['a lone surrogate', '\ud800', '\ud800'],
  ['a number', 1.5, 1.5],
  ['NaN', NaN, { $: 'number', value: 'NaN' }],
  ['infinity', -Infinity, { $: 'number', value: '-Infinity' }],
  ['minus zero', -0, { $: 'number', value: '-0' }],
  ['true', true, true],
  ['null', null, null],
  ['undefined', undefined, { $: 'undefined' }],
  ['a bigint', 12345678901234567890n, { $: 'bigint', value: '12345678901234567890' }],
  ['a symbol', Symbol('mark'), { $: 'symbol', value: 'mark' }],
  ['a nameless symbol', Symbol(), { $: 'symbol', value: '' }],
  ['a function', named, { $: 'function', name: 'named' }],
  ['a function with a throwing name', odd, { $: 'threw', message: 'no name' }],
  ['a class', Point, { $: 'function', name: 'Point' }],
  ['a plain object', { a: 1, b: { c: [] } }, { a: 1, b: { c: [] } }],
  ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [
    'an object with a key $',
    { $: 'date', value: 1 },
    {
      $: 'object',
      entries: [
        ['$', 'date'],
        ['value', 1],
      ],
    },
  ],
  ['an array', [1, 'two', [3]], [1, 'two', [3]]],
  // oxlint-disable-next-line no-sparse-arrays
  ['an array with a hole', [1, , 3], [1, { $: 'undefined' }, 3]],
  ['a subclass of Array', Stack.from([1, 2]), [1, 2]],
  ['an instance', new Point(1, 2), { $: 'instance', class: 'Point', value: { x: 1, y: 2 } }],
  ['a date', new Date(0), { $: 'date', value: '1970-01-01T00:00:00.000Z' }],
  ['an invalid date', new Date(NaN), { $: 'date', value: 'Invalid Date' }],
  ['a false date', Object.create(Date.prototype), { $: 'instance', class: 'Date', value: {} }],
  ['a regexp', /a+/gi, { $: 'regexp', value: '/a+/gi' }],
  ['a URL', new URL('https://example.com/a?b=1'), { $: 'url', value: 'https://example.com/a?b=1' }],
  [
    'a map',
    new Map<unknown, unknown>([
      ['a', 1],
      [{ b: 2 }, new Set([3])],
    ]),
    {
      $: 'map',
      size: 2,
      entries: [
        ['a', 1],
        [{ b: 2 }, { $: 'set', size: 1, values: [3] }],
      ],
    },
  ],
  ['a set', new Set([1, 'a']), { $: 'set', size: 2, values: [1, 'a'] }],
  ['a promise', Promise.resolve(1), { $: 'promise' }],
  ['a weak map', new WeakMap(), { $: 'weak', class: 'WeakMap' }],
  ['a weak reference', new WeakRef({}), { $: 'weak', class: 'WeakRef' }],
  ['a boxed text', Object('boxed'), { $: 'instance', class: 'String', value: 'boxed' }],
  ['a boxed bigint', Object(1n), { $: 'instance', class: 'BigInt', value: { $: 'bigint', value: '1' } }],
  ['a generator', (function* () {})(), { $: 'instance', class: 'Generator', value: {} }],
  ['a throwing getter', withGetter, { boom: { $: 'threw', message: 'no luck' }, fine: 1 }],
  [
    'a map of another realm',
    runInNewContext('new Map([[1, { a: new Date(0) }]])'),
    {
      $: 'map',
      size: 1,
      entries: [[1, { a: { $: 'date', value: '1970-01-01T00:00:00.000Z' } }]],
    },
  ],
  ['a proxy that throws from everywhere', new Proxy({}, throwingTraps()), { $: 'threw', message: 'trap' }],
  [
    'a revoked proxy',
    revoked({}),
    { $: 'threw', message: "Cannot perform 'IsArray' on a proxy that has been revoked" },
  ],
  ['a proxy', new Proxy({ a: 1 }, {}), { a: 1 }],
];

test.each(kinds)('%s is captured in its own form', (_name, value, form) => {
  expect(capture(value)).toEqual(form);
  expect(full(value)).toEqual(form);
});

test.each(kinds)('the captured form of %s is unchanged by JSON serialization', (_name, value) => {
  const captured = capture(value);
  expect(JSON.parse(JSON.stringify(captured))).toEqual(captured);
});

test.each(kinds)('the capture level none records only kind and size of %s', (_name, value) => {
  expect(createCapture({ level: 'none', redactor: noRedactor })(value)).toEqual({
    $: 'omitted',
    of: expect.any(String),
    size: expect.any(Number),
  });
});

test('a revoked function can be captured', () => {
  expect(capture(revoked(() => {}))).toMatchObject({ $: 'threw' });
});

test('binary data is summarised by class, size, hash and first bytes', () => {
  expect(capture(Buffer.from('hello'))).toMatchInlineSnapshot(`
    {
      "$": "binary",
      "bytes": 5,
      "class": "Buffer",
      "head": "68656c6c6f",
      "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    }
  `);
  expect(capture(new Uint16Array([1, 2]))).toMatchObject({
    class: 'Uint16Array',
    bytes: 4,
    head: '01000200',
  });
  expect(capture(new SharedArrayBuffer(2))).toMatchObject({
    class: 'SharedArrayBuffer',
    bytes: 2,
    head: '0000',
  });
});

test('an error is captured with name, message, stack, cause and own fields', () => {
  const error = Object.assign(new TypeError('wrong', { cause: new Error('why') }), { code: 'E_WRONG' });
  expect(capture(error)).toMatchObject({
    $: 'instance',
    class: 'TypeError',
    value: {
      error: {
        $: 'error',
        name: 'TypeError',
        message: 'wrong',
        stack: expect.stringContaining('TypeError: wrong'),
      },
      fields: { code: 'E_WRONG', cause: { $: 'error', message: 'why' } },
    },
  });
  expect(capture(new AggregateError([new Error('one')], 'many'))).toMatchObject({
    value: { fields: { errors: [{ $: 'error', message: 'one' }] } },
  });
});

test('a key __proto__ is captured like any other', () => {
  const captured = capture(JSON.parse('{"__proto__":{"polluted":true},"a":1}')) as object;
  expect(Object.getPrototypeOf(captured)).toBe(Object.prototype);
  expect(JSON.stringify(captured)).toBe('{"__proto__":{"polluted":true},"a":1}');
});

test('a cycle is captured as the path that it refers to', () => {
  const root: Record<string, unknown> = { list: [1] };
  const inner = { 'a/b~c': { back: undefined as unknown } };
  (root['list'] as unknown[]).push(inner);
  inner['a/b~c'].back = inner;
  root['self'] = root;
  expect(capture(root)).toEqual({
    list: [1, { 'a/b~c': { back: { $: 'cycle', path: '/list/1' } } }],
    self: { $: 'cycle', path: '' },
  });
  const map = new Map<string, unknown>();
  map.set('me', map);
  expect(capture({ map })).toEqual({
    map: { $: 'map', size: 1, entries: [['me', { $: 'cycle', path: '/map' }]] },
  });
});

test('an object referenced twice is captured twice', () => {
  const shared = { a: 1 };
  expect(capture([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
});

test('a captured value does not change when the original is mutated', () => {
  const value = { list: [1], map: new Map([['a', { b: 1 }]]) };
  const captured = capture(value);
  const before = JSON.stringify(captured);
  value.list.push(2);
  value.map.get('a')!.b = 2;
  expect(JSON.stringify(captured)).toBe(before);
});

test('onObject is called for every object, also in truncated parts', () => {
  const deep = { end: true };
  let chain: object = deep;
  for (let i = 0; i < 50; i++) chain = { chain };
  const last = { last: true };
  const value = { chain, wide: [...Array.from({ length: 300 }, () => 0), last] };
  for (const level of ['preview', 'full', 'none'] satisfies CaptureLevel[]) {
    const heard = new Set<object>();
    createCapture({ level, redactor: noRedactor })(value, 'key', (object) => heard.add(object));
    expect([value, deep, last].filter((object) => !heard.has(object))).toEqual([]);
  }
});

test('the capture level full captures any JSON value unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 6 }), (value) => {
      fc.pre(!hasMark(value));
      const captured = full(value);
      expect(captured).toEqual(value);
      expect(JSON.stringify(captured)).toBe(JSON.stringify(value));
    }),
  );
});

test('a capture never throws, and its result is always valid JSON', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const redactor = createRedactor({ env: {} });
  fc.assert(
    fc.property(anything, fc.constantFrom<CaptureLevel>('preview', 'full', 'none'), (value, level) => {
      const captured = createCapture({ level, redactor })(value);
      expect(JSON.parse(JSON.stringify(captured))).toEqual(captured);
    }),
  );
});

/** JSON may contain the key `$` or minus zero, which are captured in marker form. */
function hasMark(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '$') || Object.values(value).some(hasMark);
}

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function throwingTraps(): ProxyHandler<object> {
  return new Proxy({}, { get: () => () => fail('trap') });
}

function fail(message: string): never {
  throw new Error(message);
}
