import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonQuery } from '../../src/nodes/text/json-query.js';
import { splitText } from '../../src/nodes/text/split-text.js';
import { failureOf, runNode } from '../support/run-node.js';

const query = async (data: unknown, text: string, more: Record<string, unknown> = {}) =>
  (await runNode(jsonQuery, { data, query: text, ...more })).outputs['result'];

const orders = {
  orders: [
    { id: 1, price: 5 },
    { id: 2, price: 20 },
    { id: 3, price: 30 },
  ],
};

test.each([
  ['orders[price > 10].id', [2, 3]],
  ['$sum(orders.price)', 55],
  ['orders[0]', { id: 1, price: 5 }],
  ['orders.{"n": id}', [{ n: 1 }, { n: 2 }, { n: 3 }]],
  ['nowhere.at.all', null],
  ['function($x){$x}', null],
])('the query %s selects its result', async (text, expected) => {
  expect(await query(orders, text)).toEqual(expected);
});

test('JSON text is parsed, other text stays text, and values are available as variables', async () => {
  expect(await query('[1, 2, 3]', '$sum($)')).toBe(6);
  expect(await query('{"a": {"b": 1}}', 'a.b')).toBe(1);
  expect(await query('plain', '$uppercase($)')).toBe('PLAIN');
  expect(await query(orders, 'orders[price > $least].id', { values: { least: 25 } })).toBe(3);
});

test('a query does not resolve inherited properties', async () => {
  expect(await query({}, '__proto__')).toBeNull();
  expect(await query({}, 'constructor')).toBeNull();
  expect(await query(JSON.parse('{"__proto__": {"polluted": 1}}'), '$merge([$, {"a": 1}]).a')).toBe(1);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('an invalid query is reported with its position, and an endless one is aborted', async () => {
  expect(await failureOf(jsonQuery, { data: {}, query: 'a[' })).toMatchInlineSnapshot(
    `"The query failed at character 2: Expected "]" before end of expression."`,
  );
  expect(await failureOf(jsonQuery, { data: {}, query: '$nothing(1)' })).toMatchInlineSnapshot(
    `"The query failed at character 9: Attempted to invoke a non-function."`,
  );
  expect(
    await failureOf(jsonQuery, { data: {}, query: '($f := function($x){$f($x)}; $f(1))', timeout: 0.1 }),
  ).toContain('after 100 milliseconds');
  expect(
    await failureOf(jsonQuery, { data: {}, query: '($f := function($x){1 + $f($x)}; $f(1))' }),
  ).toContain('Stack overflow');
});

const split = async (params: Record<string, unknown>) =>
  (await runNode(splitText, params)).outputs['chunks'] as string[];

test.each<[Record<string, unknown>, string[]]>([
  [{ text: 'abcdefg', size: 3 }, ['abc', 'def', 'g']],
  [{ text: 'abcdefg', size: 4, overlap: 2 }, ['abcd', 'cdef', 'efg']],
  [{ text: 'abcd', size: 4, overlap: 3 }, ['abcd']],
  [{ text: '👍👍👍', size: 2 }, ['👍👍', '👍']],
  [{ text: 'a\nb\nc', by: 'lines', size: 2 }, ['a\nb\n', 'c']],
  [{ text: 'a\n\nb\n', by: 'lines', size: 1, overlap: 0 }, ['a\n', '\n', 'b\n']],
  [{ text: 'One. Two! Three?', by: 'sentences', size: 2, overlap: 1 }, ['One. Two! ', 'Two! Three?']],
  [{ text: 'a\n\nb\n\n\n\nc', by: 'separator' }, ['a', 'b', 'c']],
  [{ text: 'a,b,c', by: 'separator', separator: ',', size: 2 }, ['a,b', 'c']],
  [{ text: '' }, []],
])('the chunks of %j are cut by size, unit and overlap', async (params, chunks) => {
  expect(await split(params)).toEqual(chunks);
});

test('chunks without overlap concatenate to the original text', () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('characters', 'lines', 'sentences'),
      fc.integer({ min: 1, max: 5 }),
      async (text, by, size) => (await split({ text, by, size })).join('') === text,
    ),
  ));

test('an overlap as large as the chunk is an error', async () => {
  expect(await failureOf(splitText, { text: 'abc', size: 2, overlap: 2 })).toBe(
    'An overlap of 2 leaves nothing new in a chunk of 2.',
  );
});
