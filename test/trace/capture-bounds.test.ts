import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCapture } from '../../src/trace/capture/capture.js';
import { formatCaptured, type Captured } from '../../src/trace/event/captured.js';
import { createRedactor, noRedactor } from '../../src/trace/redact/redact.js';

const capture = createCapture({ level: 'preview', redactor: noRedactor });

test('a long text keeps its head, tail, true size and hash', () => {
  const text = `start ${'x'.repeat(100_000)} end`;
  const captured = capture(text) as { head: string; tail: string };
  expect(captured).toMatchObject({
    $: 'cut-text',
    size: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  expect(captured.head.startsWith('start ')).toBe(true);
  expect(captured.tail.endsWith(' end')).toBe(true);
  expect(captured.head.length + captured.tail.length).toBeLessThan(8192);
  expect(capture('y'.repeat(8192))).toBe('y'.repeat(8192));
});

test('a captured text is formatted as text', () => {
  const none = createCapture({ level: 'none', redactor: noRedactor });
  const redactor = createRedactor({ env: {} });
  const secret = createCapture({ level: 'preview', redactor })('hunter22', 'password');
  expect(formatCaptured(capture('short'))).toBe('short');
  expect(formatCaptured(capture(`a${'x'.repeat(10_000)}z`))).toMatch(/^ax{6143}…x{1023}z$/);
  expect(formatCaptured(none('four'))).toBe('(4 characters)');
  expect(formatCaptured(secret)).toBe('[secret]');
  expect(formatCaptured(capture(undefined))).toBe('(undefined)');
});

test('a long list keeps its head, tail, true size and hash', () => {
  const list = Array.from({ length: 10_000 }, (_, index) => index);
  const captured = capture(list) as { head: number[]; tail: number[] };
  expect(captured).toMatchObject({
    $: 'cut-list',
    size: 10_000,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(captured.head.slice(0, 3)).toEqual([0, 1, 2]);
  expect(captured.tail.at(-1)).toBe(9999);
});

test('wide objects, maps and sets keep their true size', () => {
  const entries = Array.from({ length: 1000 }, (_, index) => [`k${index}`, index] as const);
  expect(capture(Object.fromEntries(entries))).toMatchObject({ $: 'cut-object', size: 1000 });
  expect(capture(new Map(entries))).toMatchObject({ $: 'map', size: 1000, sha256: expect.any(String) });
  expect(capture(new Set(entries.keys()))).toMatchObject({
    $: 'set',
    size: 1000,
    sha256: expect.any(String),
  });
});

test.each<[string, (last: unknown) => unknown]>([
  [
    'list',
    (last) => [...Array.from({ length: 500 }, () => 0), last, ...Array.from({ length: 100 }, () => 0)],
  ],
  ['object', (last) => ({ ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i, i])), last })],
  [
    'map',
    (last) =>
      new Map<unknown, unknown>([...Array.from({ length: 500 }, (_, i) => [i, i] as const), ['last', last]]),
  ],
  ['set', (last) => new Set([...Array.from({ length: 500 }, (_, i) => i), last])],
  ['chain', (last) => wrap(40, { last })],
])('the hash of a truncated %s differs if the truncated part differs', (_name, make) => {
  expect(capture(make('one'))).toEqual(capture(make('one')));
  expect(capture(make('one'))).not.toEqual(capture(make('two')));
});

test('a value that consists of long texts is bounded in total', () => {
  const value = Array.from({ length: 150 }, () => Array.from({ length: 100 }, () => 'z'.repeat(8000)));
  expect(JSON.stringify(capture(value)).length).toBeLessThan(8_000_000);
});

test('long texts are omitted after the scan limit', () => {
  const long = 'word '.repeat(200_000);
  const captured = capture(Array.from({ length: 40 }, (_, i) => [long, `short ${i}`])) as Captured[][];
  const left = captured.map(([text]) => text);
  expect(left[0]).toMatchObject({ $: 'cut-text', size: long.length });
  expect(left.at(-1)).toEqual({ $: 'omitted', of: 'string', size: long.length });
  expect(captured.map(([, short]) => short)).toEqual(Array.from({ length: 40 }, (_, i) => `short ${i}`));
});

test('names, messages and numbers of any length are bounded', () => {
  const long = 'n'.repeat(1_000_000);
  const values = [
    { [long]: 1 },
    Symbol(long),
    10n ** 20_000n,
    new Error(long),
    Object.defineProperty(() => {}, 'name', { value: long }),
    new RegExp(long),
    Object.create({ constructor: { name: long } }),
    new URL(`https://example.com/${long}`),
  ];
  for (const value of values) expect(JSON.stringify(capture(value)).length).toBeLessThan(20_000);
});

test('two long keys that differ at their ends stay distinct', () => {
  const key = 'k'.repeat(5000);
  expect(Object.keys(capture({ [`${key}1`]: 1, [`${key}2`]: 2 }) as object)).toHaveLength(2);
});

test.each<[string, () => unknown]>([
  ['a list of a million records', () => Array.from({ length: 1_000_000 }, (_, id) => ({ id }))],
  ['a chain of a million links', () => Array.from({ length: 1_000_000 }).reduce((next) => ({ next }), null)],
  ['a list with a billion holes', () => Object.assign([], { length: 1_000_000_000 })],
  [
    'an object with 300,000 keys',
    () => Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, i])),
  ],
  [
    'references that unfold to 2 to the 60th',
    () => Array.from({ length: 60 }).reduce((part) => [part, part], 1),
  ],
  ['a proxy without end', () => endless()],
  ['a text of 20 million characters', () => 'ab '.repeat(7_000_000)],
  ['a list of long texts', () => Array.from({ length: 1000 }, () => 'ab '.repeat(100_000))],
])('%s is captured in bounded time and size', (_name, make) => {
  const captured = createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) })(make());
  expect(JSON.stringify(captured).length).toBeLessThan(8_000_000);
});

test('even a full capture of exponentially expanding references terminates', () => {
  const full = createCapture({ level: 'full', redactor: noRedactor });
  const value = Array.from({ length: 40 }).reduce((part) => [part, part], 1);
  expect(countOf(full(value), 'deep')).toBeGreaterThan(0);
});

test('a full capture truncates nothing', () => {
  const full = createCapture({ level: 'full', redactor: noRedactor });
  const value = {
    text: 'x'.repeat(100_000),
    list: Array.from({ length: 5000 }, (_, i) => i),
    deep: nested(100),
  };
  expect(full(value)).toEqual(value);
});

/** The value nested in `times` objects. */
function wrap(times: number, value: object): object {
  let wrapped = value;
  for (let i = 0; i < times; i++) wrapped = { wrapped };
  return wrapped;
}

function nested(depth: number): unknown {
  return depth === 0 ? 'end' : { in: nested(depth - 1) };
}

function endless(): object {
  return new Proxy(
    {},
    {
      ownKeys: () => ['a', 'b', 'c'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      get: () => endless(),
    },
  );
}

function countOf(root: Captured, mark: string): number {
  let count = 0;
  const rest: unknown[] = [root];
  while (rest.length) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ((value as { $?: unknown }).$ === mark) count++;
    else for (const each of Object.values(value)) rest.push(each);
  }
  return count;
}
