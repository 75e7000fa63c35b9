import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countDifferences,
  diffStores,
  type Difference,
  type Expand,
} from '../../../src/profile/diff/diff-values.js';
import { diffWords } from '../../../src/profile/diff/diff-words.js';
import type { Captured } from '../../../src/trace/event/captured.js';

/** The differences of two values under one key, one line each: `added /tags/2`. */
function linesOf(before: Captured, after: Captured, expand?: Expand): string[] {
  return linesIn(diffStores({ v: before }, { v: after }, expand), '', '').map((line) =>
    line.replaceAll('/v', ''),
  );
}

function linesIn(differences: readonly Difference[], before: string, after: string): string[] {
  return differences.flatMap((each) => {
    switch (each.kind) {
      case 'added':
        return [`added ${after}/${each.to}`];
      case 'removed':
        return [`removed ${before}/${each.from}`];
      case 'changed':
        return [`changed ${before}/${each.from} → ${after}/${each.to}`];
      case 'truncated':
        return [`truncated ${after} ${each.count}`];
      case 'inside':
        return linesIn(each.inside, `${before}/${each.from}`, `${after}/${each.to}`);
      default:
        return each satisfies never;
    }
  });
}

test('differences are reported at the deepest level, in the order of the new value with removed keys last', () => {
  const before = { title: 'Old', tags: ['a', 'b'], meta: { size: 1, gone: true } };
  const after = { title: 'New', tags: ['a', 'b', 'c'], meta: { size: 1 }, extra: null };
  expect(linesOf(before, after)).toEqual([
    'changed /title → /title',
    'added /tags/2',
    'removed /meta/gone',
    'added /extra',
  ]);
});

test('an inserted list element is one difference at any position', () => {
  expect(linesOf(['a', 'b', 'c'], ['x', 'a', 'b', 'c'])).toEqual(['added /0']);
  expect(linesOf(['a', 'b', 'c'], ['a', 'x', 'b', 'c'])).toEqual(['added /1']);
  expect(linesOf([1, 2, 3], [1, 2, 3, 4])).toEqual(['added /3']);
  expect(linesOf([{ id: 1 }, { id: 2 }], [{ id: 0 }, { id: 1 }, { id: 2 }])).toEqual(['added /0']);
  expect(linesOf([[1], [2]], [[1], [], [2]])).toEqual(['added /1']);
  expect(linesOf(['a', 'b', 'c', 'd'], ['x', 'a', 'b', 'y', 'c', 'd', 'z'])).toEqual([
    'added /0',
    'added /3',
    'added /6',
  ]);
});

test('a removed list element is one difference at any position', () => {
  expect(linesOf(['x', 1, 2], [1, 2])).toEqual(['removed /0']);
  expect(linesOf([1, 'x', 2], [1, 2])).toEqual(['removed /1']);
  expect(linesOf([{ a: 1 }, { a: 2 }, { a: 3 }], [{ a: 1 }, { a: 3 }])).toEqual(['removed /1']);
  expect(linesOf([1, 2], [])).toEqual(['removed /0', 'removed /1']);
});

test('a moved element is removed at one position and added at another', () => {
  expect(linesOf(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])).toEqual(['added /0', 'removed /3']);
  expect(linesOf([1, 2, 3, 4], [2, 3, 4, 1])).toEqual(['removed /0', 'added /3']);
});

test('of equal elements, as many are matched as both lists contain', () => {
  expect(linesOf(['a', 'a', 'a'], ['a', 'a'])).toEqual(['removed /2']);
  expect(linesOf([1, 2, 1, 2], [1, 2, 1, 2, 1, 2])).toHaveLength(2);
  expect(linesOf(['a', 'b', 'a', 'c'], ['b', 'a', 'c', 'a'])).toEqual(['removed /0', 'added /3']);
});

test('a change inside an element is found after insertions and removals before it', () => {
  const item = (id: number, done: boolean) => ({ id, text: `item ${id}`, done });
  expect(linesOf([item(1, false), item(2, false)], [item(1, false), item(2, true)])).toEqual([
    'changed /1/done → /1/done',
  ]);
  expect(linesOf([item(1, false), item(2, false)], [item(9, true), item(1, true), item(2, false)])).toEqual([
    'added /0',
    'changed /0/done → /1/done',
  ]);
  expect(linesOf([item(1, false), item(2, false), item(3, false)], [item(2, true), item(3, true)])).toEqual([
    'removed /0',
    'changed /1/done → /0/done',
    'changed /2/done → /1/done',
  ]);
  expect(
    linesOf(
      [
        [1, 2],
        ['a', 'b', 'c'],
      ],
      [[0], [1, 2], ['a', 'x', 'b', 'c']],
    ),
  ).toEqual(['added /0', 'added /2/1']);
});

test('an element replaced by a dissimilar one is one change', () => {
  expect(linesOf([1, 2, 3], [1, 5, 3])).toEqual(['changed /1 → /1']);
  expect(linesOf(['b'], ['c', 'd'])).toEqual(['changed /0 → /0', 'added /1']);
});

test('a change of type is one change', () => {
  expect(diffStores({ a: [1] }, { a: { 0: 1 } })).toEqual([
    { kind: 'changed', from: 'a', to: 'a', before: [1], after: { 0: 1 }, words: undefined },
  ]);
});

test.for<[string, (list: readonly number[]) => readonly number[], ReturnType<typeof countDifferences>]>([
  ['one prepended', (list) => [-1, ...list], { added: 1, removed: 0, changed: 0 }],
  ['every third removed', (list) => list.filter((n) => n % 3 > 0), { added: 0, removed: 3334, changed: 0 }],
  [
    'a third moved to the end',
    (list) => [...list.slice(3333), ...list.slice(0, 3333)],
    { added: 3333, removed: 3333, changed: 0 },
  ],
  ['every one replaced', (list) => list.map((n) => n + 0.5), { added: 0, removed: 0, changed: 10_000 }],
  ['the order reversed', (list) => list.toReversed(), { added: 9999, removed: 9999, changed: 0 }],
])('in a list of 10,000 elements with %s every difference is found', ([, edit, counts]) => {
  const list = Array.from({ length: 10_000 }, (_, i) => i);
  for (const element of [(n: number): Captured => n, (n: number): Captured => ({ n })])
    expect(countDifferences(diffStores({ v: list.map(element) }, { v: edit(list).map(element) }))).toEqual(
      counts,
    );
});

test('long lists of few distinct elements are compared in bounded time, without differences for elements equal in place', () => {
  const random = (seed: number) =>
    Array.from({ length: 10_000 }, (_, i) => (Math.imul(i + seed, 0x9e3779b1) >>> 13) & 1);
  const [before, after] = [random(1), random(7777)];
  const { added, removed, changed } = countDifferences(diffStores({ v: before }, { v: after }));
  expect(added - removed).toBe(0);
  expect(changed).toBeLessThanOrEqual(before.filter((n, i) => n !== after[i]).length);
});

test('values in marker form are compared as units', () => {
  const cut = (head: string): Captured => ({ $: 'cut-text', head, tail: 'z', size: 9000, sha256: head });
  expect(linesOf({ a: cut('x') }, { a: cut('x') })).toEqual([]);
  expect(linesOf({ a: cut('x') }, { a: cut('y') })).toEqual(['changed /a → /a']);
});

test('truncated values with equal hashes are equal, whatever their previews', () => {
  const cut = (head: string): Captured => ({ $: 'cut-text', head, tail: '', size: 9000, sha256: 'same' });
  expect(linesOf([cut('a'), 1], [cut('abc'), 1])).toEqual([]);
});

test('a truncated value is compared by its full value if available', () => {
  const wholes: Readonly<Record<string, Captured>> = { s1: ['a', 'b'], s2: ['x', 'a', 'b'] };
  const cut = (sha256: string): Captured => ({ $: 'cut-list', head: [], tail: [], size: 2, sha256 });
  const expand = (value: Captured) => wholes[(value as { sha256?: string } | null)?.sha256 ?? ''] ?? value;
  expect(linesOf(cut('s1'), cut('s2'), expand)).toEqual(['added /0']);
  expect(linesOf([1, cut('s1')], [cut('s2'), 1], expand)).toEqual(['added /0', 'removed /1']);
});

test('for truncated lists the captured ends are compared, and the rest is named', () => {
  const cut = (list: readonly number[]): Captured => ({
    $: 'cut-list',
    head: list.slice(0, 5),
    tail: list.slice(-3),
    size: list.length,
    sha256: list.join(),
  });
  const list = Array.from({ length: 100 }, (_, i) => i);
  expect(linesOf(cut(list), cut([-1, ...list]))).toEqual(['added /0', 'truncated  93']);
  expect(linesOf(cut(list), cut([...list, 100]))).toEqual(['truncated  93', 'added /100']);
  expect(linesOf(cut(list), cut(list.slice(1)))).toEqual(['removed /0', 'truncated  92']);
  expect(linesOf(list.slice(0, 10), cut(list.slice(0, 10).concat(-1)))).toEqual([
    'truncated  3',
    'added /10',
  ]);
  expect(linesOf(cut(list), cut(list.with(50, -1)))).toEqual(['changed  → ']);
});

test('a changed text is compared word by word', () => {
  expect(diffStores({ v: 'Sales rose by 3% in May.' }, { v: 'Sales fell by 4% in May.' })).toMatchObject([
    {
      words: [
        { kind: 'same', text: 'Sales ' },
        { kind: 'removed', text: 'rose' },
        { kind: 'added', text: 'fell' },
        { kind: 'same', text: ' by ' },
        { kind: 'removed', text: '3' },
        { kind: 'added', text: '4' },
        { kind: 'same', text: '% in May.' },
      ],
    },
  ]);
});

test('words are recognized in every script', () => {
  expect(diffWords('привет мир', 'привет миру')).toEqual([
    { kind: 'same', text: 'привет ' },
    { kind: 'removed', text: 'мир' },
    { kind: 'added', text: 'миру' },
  ]);
});

test('both texts can be reconstructed from their differences', () => {
  const words = fc
    .array(fc.constantFrom('a', 'b', 'c', ' ', '.', '\n', '👩‍👧', 'é'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.oneof(words, fc.string({ unit: 'binary' })),
      fc.oneof(words, fc.string({ unit: 'binary' })),
      (before, after) => {
        const parts = diffWords(before, after);
        expect(textOf(parts, 'removed')).toBe(before);
        expect(textOf(parts, 'added')).toBe(after);
      },
    ),
  );
});

test('texts without common words can be reconstructed from their differences', () => {
  const before = Array.from({ length: 2000 }, (_, i) => `a${i}`).join(' ');
  const after = Array.from({ length: 2000 }, (_, i) => `b${i}`).join('-');
  expect(diffWords(before, after)).toEqual([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]);
});

test('no differences means equal values, and applying the differences gives the new value', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Captured>;
  const small = fc.array(fc.constantFrom<Captured>(1, 2, 'x', { a: 1 }, { a: 2 }, [1], [1, 2]), {
    maxLength: 8,
  }) as fc.Arbitrary<Captured>;
  fc.assert(
    fc.property(fc.oneof(value, small), fc.oneof(value, small), (before, after) => {
      const differences = diffStores({ v: before }, { v: after });
      expect(patched({ v: before }, differences)).toEqual({ v: after });
      expect(diffStores({ v: before }, { v: structuredClone(before) })).toEqual([]);
    }),
  );
});

test('a key named __proto__ is compared like any other', () => {
  const before = JSON.parse('{"__proto__": {"a": 1}}') as Captured;
  expect(linesOf(before, JSON.parse('{"__proto__": {"a": 2}}') as Captured)).toEqual([
    'changed /__proto__/a → /__proto__/a',
  ]);
  expect(linesOf({}, before)).toEqual(['added /__proto__']);
  expect(linesOf({ b: 1 }, before)).toEqual(['added /__proto__', 'removed /b']);
});

function textOf(parts: ReturnType<typeof diffWords>, kind: 'added' | 'removed'): string {
  return parts.map((part) => (part.kind === 'same' || part.kind === kind ? part.text : '')).join('');
}

/** Applies differences to a value. */
function patched(before: Captured, differences: readonly Difference[]): Captured {
  if (Array.isArray(before)) return patchedList(before as readonly Captured[], differences);
  const fields = new Map(Object.entries(before as Readonly<Record<string, Captured>>));
  for (const each of differences) {
    if (each.kind === 'removed') fields.delete(String(each.from));
    else if (each.kind === 'inside')
      fields.set(String(each.to), patched(fields.get(String(each.from))!, each.inside));
    else if (each.kind !== 'truncated') fields.set(String(each.to), each.after);
  }
  return Object.fromEntries(fields);
}

/** The remaining elements of a list fill the positions that the differences do not name, in order. */
function patchedList(before: readonly Captured[], differences: readonly Difference[]): Captured {
  const gone = new Set(differences.flatMap((each) => ('from' in each ? [Number(each.from)] : [])));
  const kept = before.filter((_, i) => !gone.has(i));
  const placed = new Map<number, Captured>();
  for (const each of differences)
    if ('to' in each)
      placed.set(
        Number(each.to),
        each.kind === 'inside' ? patched(before[Number(each.from)]!, each.inside) : each.after,
      );
  const length = kept.length + placed.size;
  return Array.from({ length }, (_, i) => (placed.has(i) ? placed.get(i)! : kept.shift()!));
}
