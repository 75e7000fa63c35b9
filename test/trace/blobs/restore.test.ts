import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCapture, type CaptureLevel } from '../../../src/trace/capture/capture.js';
import { listFields, type Captured } from '../../../src/trace/event/captured.js';
import { createRedactor, noRedactor } from '../../../src/trace/redact/redact.js';
import { restoreValue } from '../../../src/trace/blobs/restore.js';

const capture = createCapture({ level: 'full', redactor: noRedactor });

/** The value after a round trip through a trace: captured, serialized, parsed and restored. */
function again(value: unknown, level: CaptureLevel = 'full') {
  const captured = createCapture({ level, redactor: noRedactor })(value);
  return restoreValue(JSON.parse(JSON.stringify(captured)) as Captured);
}

test('a JSON value is restored unchanged', () =>
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(again(value)).toEqual({ value, lost: [] });
    }),
  ));

test('values that JSON cannot represent are restored', () =>
  fc.assert(
    fc.property(
      fc.anything({
        withDate: true,
        withMap: true,
        withSet: true,
        withBigInt: true,
        withNullPrototype: false,
        withObjectString: true,
      }),
      (value) => {
        const { value: restored, lost } = again(value);
        expect(lost).toEqual([]);
        expect(restored).toEqual(value);
      },
    ),
  ));

test.each([
  ['undefined', { a: undefined, list: [undefined] }],
  ['special numbers', [Number.NaN, Infinity, -Infinity, -0]],
  ['a large integer', 2n ** 80n],
  ['an invalid date', new Date(Number.NaN)],
  ['a regular expression', /a\/b/giu],
  ['an address', new URL('https://example.org/a?b=c#d')],
  ['an error', Object.assign(new RangeError('too far'), { stack: 'at x' })],
  [
    'a map with keys of all kinds',
    new Map<unknown, unknown>([
      [{ a: 1 }, new Set([1])],
      [null, []],
    ]),
  ],
  ['a key $', { $: 'date', value: 'x' }],
  ['a key __proto__', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as unknown],
])('%s is restored', (_name, value) => {
  const { value: restored, lost } = again(value);
  expect(lost).toEqual([]);
  expect(restored).toEqual(value);
  expect(({} as { a?: number }).a).toBeUndefined();
});

test('a cyclic value is restored with its cycle', () => {
  const value: { list: unknown[]; map: Map<string, unknown>; self?: unknown } = { list: [], map: new Map() };
  value.self = value;
  value.list.push(value.list);
  value.map.set('up', value);
  const restored = again(value).value as typeof value;
  expect(restored.self).toBe(restored);
  expect(restored.list[0]).toBe(restored.list);
  expect(restored.map.get('up')).toBe(restored);
});

test('values that a trace cannot contain are listed with path and reason', () => {
  class Account {
    owner = 'Ann';
  }
  const { value, lost } = again({
    ok: 1,
    list: [() => {}, Symbol('s'), Promise.resolve(), new WeakMap()],
    'a/b~c': new Account(),
    bytes: Buffer.from('abc'),
    get bad() {
      throw new Error('no');
    },
  });
  expect(value).toEqual({ ok: 1, list: [undefined, undefined, undefined, undefined] });
  expect(lost).toMatchInlineSnapshot(`
    [
      {
        "path": [
          "list",
          0,
        ],
        "why": "is a function, of which only a description was captured",
      },
      {
        "path": [
          "list",
          1,
        ],
        "why": "is a symbol, of which only a description was captured",
      },
      {
        "path": [
          "list",
          2,
        ],
        "why": "is a promise, of which only a description was captured",
      },
      {
        "path": [
          "list",
          3,
        ],
        "why": "is of class WeakMap, of which only a description was captured",
      },
      {
        "path": [
          "a/b~c",
        ],
        "why": "is of class Account, of which only a description was captured",
      },
      {
        "path": [
          "bytes",
        ],
        "why": "is of class Buffer, of which only a description was captured",
      },
      {
        "path": [
          "bad",
        ],
        "why": "threw an error when it was read",
      },
    ]
  `);
});

test('a truncated value is lost entirely', () => {
  const { lost } = again(
    {
      text: 'x'.repeat(10_000),
      list: Array.from({ length: 1000 }, (_, i) => i),
      object: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])),
      map: new Map(Array.from({ length: 1000 }, (_, i) => [i, i])),
      number: 10n ** 20_000n,
    },
    'preview',
  );
  expect(lost).toEqual(
    ['text', 'list', 'object', 'map', 'number'].map((key) => ({
      path: [key],
      why: 'was too large to be captured in full',
    })),
  );
});

test('a masked value is lost, even if only a part was masked', () => {
  const redacting = createCapture({
    level: 'full',
    redactor: createRedactor({ env: { SOME_API_KEY: 'abcdef-0123456789' } }),
  });
  const { lost } = restoreValue(
    redacting({ password: 'hunter2 hunter2', url: 'http://x/?k=abcdef-0123456789' }),
  );
  expect(lost).toEqual([
    { path: ['password'], why: 'is a secret and was masked' },
    { path: ['url'], why: 'holds a secret that was masked' },
  ]);
});

test('with capture off every value is lost', () => {
  expect(again([1], 'none')).toEqual({
    value: undefined,
    lost: [{ path: [], why: 'was not captured' }],
  });
});

test('capturing a restored value gives the same captured form', () =>
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withSet: true }), (value) => {
      const captured = capture(value);
      expect(capture(restoreValue(captured).value)).toEqual(captured);
    }),
  ));

test.each<[string, (value: object) => object]>([
  ['an object', (value) => value],
  ['an instance', (value) => Object.assign(Object.create({ constructor: { name: 'Box' } }), value) as object],
  ['an error', (value) => Object.assign(new Error('no'), value)],
])('%s with a key $ is truncated without being mistaken for a marker', (_name, made) => {
  const fields = fc.record({ $: fc.constantFrom('secret', 'undefined', 'cut-text', 'object', 'date') });
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 250 }), (field, size) => {
      const filled = {
        ...field,
        ...Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, i])),
      };
      const captured = createCapture({ level: 'preview', redactor: noRedactor })(made(filled));
      const [first] = fieldsIn(captured);
      expect(first).toEqual(['$', field.$]);
    }),
  );
});

/** The captured fields of an object, whatever it is wrapped in, truncated or not. */
function fieldsIn(captured: Captured): readonly (readonly [string, Captured])[] {
  const form = captured as { $?: string; value?: { fields?: Captured } & Captured; head?: Captured };
  if (form.$ === 'instance') return fieldsIn(form.value!.fields ?? form.value!);
  return listFields(form.$ === 'cut-object' ? form.head : captured);
}
