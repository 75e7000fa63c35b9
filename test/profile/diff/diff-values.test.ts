import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff, isSame, type Difference } from '../../../src/profile/diff/diff-values.js';
import { segmentsOf } from '../../../src/profile/store/snapshot.js';
import { diffWords } from '../../../src/profile/diff/diff-words.js';
import type { Captured } from '../../../src/trace/event/captured.js';

test('differences are told by path, deepest first differing part only', () => {
  const before = { title: 'Old', tags: ['a', 'b'], meta: { size: 1, gone: true } };
  const after = { title: 'New', tags: ['a', 'b', 'c'], meta: { size: 1 }, extra: null };
  expect(diff(before, after).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'changed /title',
    'added /tags/2',
    'removed /meta/gone',
    'added /extra',
  ]);
});

test('an element put in front of a list is one difference', () => {
  expect(diff([1, 2, 3], [0, 1, 2, 3])).toEqual([{ kind: 'added', path: '/0', after: 0 }]);
  expect(diff(['x', 1, 2], [1, 2])).toEqual([{ kind: 'removed', path: '/0', before: 'x' }]);
});

test('a change of kind is one change', () => {
  expect(diff({ a: [1] }, { a: { 0: 1 } })).toEqual([
    { kind: 'changed', path: '/a', before: [1], after: { 0: 1 }, words: undefined },
  ]);
});

test('marked values are compared as wholes', () => {
  const cut = (head: string): Captured => ({ $: 'cut-text', head, tail: 'z', size: 9000, sha256: head });
  expect(diff({ a: cut('x') }, { a: cut('x') })).toEqual([]);
  expect(diff({ a: cut('x') }, { a: cut('y') })).toMatchObject([{ kind: 'changed', path: '/a' }]);
});

test('a changed text is told word by word', () => {
  expect(diff('Sales rose by 3% in May.', 'Sales fell by 4% in May.')).toMatchObject([
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

test('both texts can be put together again from their differences', () => {
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

test('texts that have nothing in common are still put together again', () => {
  const before = Array.from({ length: 2000 }, (_, i) => `a${i}`).join(' ');
  const after = Array.from({ length: 2000 }, (_, i) => `b${i}`).join('-');
  expect(diffWords(before, after)).toEqual([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]);
});

test('no differences means the same value, and the differences lead from one value to the other', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Captured>;
  const small = fc.array(fc.constantFrom<Captured>(1, 2, 'x', { a: 1 }, { a: 2 }), {
    maxLength: 6,
  }) as fc.Arbitrary<Captured>;
  fc.assert(
    fc.property(fc.oneof(value, small), fc.oneof(value, small), (before, after) => {
      const differences = diff(before, after);
      expect(differences.length === 0).toBe(isSame(before, after));
      expect(isSame(patched(before, differences), after)).toBe(true);
      expect(diff(before, before)).toEqual([]);
    }),
  );
});

test('a key called __proto__ is compared like any other', () => {
  const before = JSON.parse('{"__proto__": {"a": 1}}') as Captured;
  expect(diff(before, JSON.parse('{"__proto__": {"a": 2}}') as Captured)).toMatchObject([
    { kind: 'changed', path: '/__proto__/a' },
  ]);
  expect(diff({}, before)).toMatchObject([{ kind: 'added', path: '/__proto__' }]);
  expect(diff({ b: 1 }, before).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'removed /b',
    'added /__proto__',
  ]);
});

function textOf(parts: ReturnType<typeof diffWords>, kind: 'added' | 'removed'): string {
  return parts.map((part) => (part.kind === 'same' || part.kind === kind ? part.text : '')).join('');
}

/** Does to a value what the differences say; elements are taken out from the end, so that the others keep their place. A list only grows or only shrinks. */
function patched(before: Captured, differences: readonly Difference[]): Captured {
  const root = { value: JSON.parse(JSON.stringify(before)) } as Record<string, unknown>;
  const order = [
    ...differences.filter((each) => each.kind !== 'removed'),
    ...differences.filter((each) => each.kind === 'removed').toReversed(),
  ];
  for (const difference of order) {
    const segments = ['value', ...segmentsOf(difference.path)];
    const last = segments.pop()!;
    const container = segments.reduce<unknown>(
      (at, segment) => (at as Record<string, unknown>)[segment],
      root,
    ) as Record<string, unknown>;
    if (Array.isArray(container)) {
      if (difference.kind === 'changed') container[Number(last)] = difference.after;
      if (difference.kind === 'added') container.splice(Number(last), 0, difference.after);
      if (difference.kind === 'removed') container.splice(Number(last), 1);
    } else if (difference.kind === 'removed') {
      delete container[last];
    } else {
      Object.defineProperty(container, last, {
        value: difference.after,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
  return root['value'] as Captured;
}
