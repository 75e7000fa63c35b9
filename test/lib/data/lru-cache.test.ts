import { expect, test } from 'vitest';
import { LruCache } from '../../../src/lib/data/lru-cache.js';

const keysIn = (cache: LruCache<string, unknown>, keys: readonly string[]) => {
  const misses: string[] = [];
  for (const key of keys) if (cache.get(key) === undefined) misses.push(key);
  return keys.filter((key) => !misses.includes(key));
};

test('the least recently used entry is evicted first', () => {
  const cache = new LruCache<string, number>(3);
  for (const [i, key] of ['a', 'b', 'c'].entries()) cache.set(key, i);
  cache.get('a');
  cache.set('d', 3);
  expect(keysIn(cache, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
  expect(cache.size).toBe(3);
});

test('the total weight of entries is bounded, and the newest entry is kept whatever its weight', () => {
  const cache = new LruCache<string, string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 6);
  expect(cache.size).toBe(2);
  cache.set('c', 'C', 1);
  expect(keysIn(cache, ['a', 'b', 'c'])).toEqual(['b', 'c']);
  cache.set('huge', 'H', 1000);
  expect(keysIn(cache, ['b', 'c', 'huge'])).toEqual(['huge']);
  cache.set('d', 'D', 1);
  expect(keysIn(cache, ['huge', 'd'])).toEqual(['d']);
});

test('setting a key again replaces the entry and its weight', () => {
  const cache = new LruCache<string, number>(10);
  cache.set('a', 1, 8);
  cache.set('a', 2, 3);
  cache.set('b', 3, 7);
  expect([cache.get('a'), cache.get('b')]).toEqual([2, 3]);
});

test('a value is computed once, even if it is undefined', () => {
  const cache = new LruCache<string, undefined>(2);
  let computed = 0;
  const compute = () => void computed++;
  cache.getOrCompute('a', compute);
  cache.getOrCompute('a', compute);
  expect(computed).toBe(1);
});
