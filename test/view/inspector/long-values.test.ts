import { expect, test } from 'vitest';
import type { Captured } from '../../../src/trace/event/captured.js';
import { setAll, toggle } from '../../../src/view/base/collapse.js';
import { lineText } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { jsonItems } from '../../../src/view/content/json-tree.js';

const options = { key: 'k', width: 60, openDepth: 1, glyphs: glyphsOf('unicode'), pointer: '/v' };
const items = (value: Captured, folds = setAll('open')) => jsonItems('v', value, { ...options, folds });
const shown = (value: Captured, folds = setAll('open')) =>
  items(value, folds).map(({ draw }) => lineText(draw()).trimEnd());

test('a very long list expands in groups, and each entry keeps its index', () => {
  const list = Array.from({ length: 5001 }, (_, i) => i);
  expect(shown(list)).toEqual([
    ' ▾ v: [ 5,001 items',
    '   ▸ 0 … 999',
    '   ▸ 1,000 … 1,999',
    '   ▸ 2,000 … 2,999',
    '   ▸ 3,000 … 3,999',
    '   ▸ 4,000 … 4,999',
    '   ▸ 5,000 … 5,000',
  ]);
  const [, , , group] = items(list);
  const open = items(list, toggle(setAll('open'), group!.key));
  expect(open).toHaveLength(1007);
  const entry = open.find(({ value }) => value === 2500)!;
  expect([entry.pointer, lineText(entry.draw())]).toEqual(['/v/2500', '       2500: 2500']);
});

test('a very long text expands in groups that together are the whole text', () => {
  const text = Array.from({ length: 60_000 }, (_, i) => i % 10).join('\n');
  const groups = items(text.repeat(2)).slice(1);
  expect(groups.map(({ draw }) => lineText(draw()).trim())).toEqual([
    '▸ 0 … 49,999',
    '▸ 50,000 … 99,999',
    '▸ 100,000 … 149,999',
    '▸ 150,000 … 199,999',
    '▸ 200,000 … 239,997',
  ]);
  const folds = groups.reduce((open, { key }) => toggle(open, key), setAll('open'));
  const read = items(text.repeat(2), folds).filter(({ fold }) => fold === 'leaf');
  expect(read.map(({ draw }) => lineText(draw()).trim()).join('')).toBe(text.repeat(2).replaceAll('\n', ''));
});
