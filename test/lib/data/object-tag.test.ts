import { expect, test } from 'vitest';
import { createTag } from '../../../src/lib/data/object-tag.js';

test('a tag is read back from the very object it was put on, and from no other', () => {
  const tag = createTag<string>();
  const bare = Object.create(null) as object;
  const call = () => {};
  tag.put(bare, 'bare');
  tag.put(call, 'call');
  expect([tag.on(bare), tag.on(call), tag.on({}), tag.on(Object.create(bare) as object)]).toEqual([
    'bare',
    'call',
    undefined,
    undefined,
  ]);
  expect(createTag<string>().on(bare)).toBeUndefined();
});

test('a tagged object looks and copies as it did', () => {
  const tag = createTag<number>();
  const object = { a: 1 };
  tag.put(object, 7);
  expect(Reflect.ownKeys(object)).toEqual(['a']);
  expect(tag.on({ ...object })).toBeUndefined();
  expect(structuredClone(object)).toStrictEqual({ a: 1 });
});

test('a proxy has a tag of its own, of which neither its traps nor its target hear', () => {
  const tag = createTag<string>();
  const target = {};
  const { proxy, revoke } = Proxy.revocable(target, {
    get: () => expect.unreachable(),
    has: () => expect.unreachable(),
    defineProperty: () => expect.unreachable(),
  });
  tag.put(proxy, 'view');
  revoke();
  expect([tag.on(proxy), tag.on(target)]).toEqual(['view', undefined]);
});
