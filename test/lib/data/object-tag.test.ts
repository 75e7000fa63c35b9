import { expect, test } from 'vitest';
import { createTag } from '../../../src/lib/data/object-tag.js';

test('a tag is read only from the object that it was put on', () => {
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

test('a tagged object keeps its keys, and copies have no tag', () => {
  const tag = createTag<number>();
  const object = { a: 1 };
  tag.put(object, 7);
  expect(Reflect.ownKeys(object)).toEqual(['a']);
  expect(tag.on({ ...object })).toBeUndefined();
  expect(structuredClone(object)).toStrictEqual({ a: 1 });
});

test('a tag on a proxy triggers no trap and is not visible on the target', () => {
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
