import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rulerLine, ticks, timeEnd } from '../../../src/view/bars/axis.js';
import { barLine, type Bar } from '../../../src/view/bars/bar.js';
import { lineText, lineWidth } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';

const unicode = glyphsOf('unicode');
const bar = (from: number, to: number, texture: Bar['texture'] = 'done'): Bar => ({
  from,
  to,
  style: 'bar-llm',
  texture,
  phase: 0,
});
/** The bar as text, with inverse cells in brackets. */
const drawn = (from: number, to: number, cells = 8, texture?: Bar['texture']) =>
  barLine(bar(from, to, texture), cells, unicode)
    .map(({ text, inverse }) => (inverse ? `[${text}]` : text))
    .join('')
    .trimEnd();

test('bar edges are exact to an eighth of a cell', () => {
  expect(drawn(0, 1)).toBe('████████');
  expect(drawn(0, 0.5)).toBe('████');
  expect(drawn(0, 33 / 64)).toBe('████▏');
  expect(drawn(0, 39 / 64)).toBe('████▉');
  expect(drawn(3 / 64, 1)).toBe('[▍]███████');
  expect(drawn(11 / 64, 29 / 64)).toBe(' [▍]█▋');
});

test('a bar shorter than a cell is aligned to the nearer edge of the cell and never empty', () => {
  expect(drawn(0.5, 0.5)).toBe('    ▏');
  expect(drawn(0, 0.0001)).toBe('▏');
  expect(drawn(36 / 64, 40 / 64)).toBe('    [▌]');
  expect(drawn(34 / 64, 38 / 64)).toBe('    ▌');
  expect(drawn(1, 1)).toBe('       [▉]');
});

test('the ends of running and failed bars have distinct textures without colour', () => {
  expect(drawn(0, 0.5, 8, 'running')).toBe('██▒▒');
  expect(drawn(0, 0.5, 8, 'failed')).toBe('██▓▓');
});

test('a bar fills its column exactly and is never blank, for any fractions', () => {
  const any = fc.double({ min: -2, max: 3 });
  fc.assert(
    fc.property(
      any,
      any,
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom('unicode' as const, 'ascii' as const),
      (from, to, cells, set) => {
        const line = barLine(bar(from, to), cells, glyphsOf(set));
        expect(lineWidth(line)).toBe(cells);
        expect(lineText(line).trim()).not.toBe('');
      },
    ),
  );
});

test('ticks are multiples of 1, 2 or 5 times a power of ten and keep a minimum distance', () => {
  expect(ticks({ start: 0, end: 8100 }, 60, 10).map(({ value }) => value)).toEqual([
    0, 2000, 4000, 6000, 8000,
  ]);
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      fc.integer({ min: 10, max: 300 }),
      (end, cells) => {
        const axis = { start: 0, end };
        const cellsOf = ticks(axis, cells, 10).map(({ cell }) => cell);
        for (let i = 1; i < cellsOf.length; i++)
          expect(cellsOf[i]! - cellsOf[i - 1]!).toBeGreaterThanOrEqual(9);
        expect(ticks(axis, cells, 10).every(({ value }) => value <= end * (1 + 1e-6))).toBe(true);
      },
    ),
  );
});

test('the ruler is exactly as wide as its column', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      fc.integer({ min: 1, max: 200 }),
      (end, cells) => {
        expect(
          lineWidth(rulerLine({ start: 0, end, format: (value) => `${Math.round(value)}ms` }, cells)),
        ).toBe(cells);
      },
    ),
  );
});

test('the time axis of a live run grows by a quarter at a time, and that of a finished run ends with the run', () => {
  expect(timeEnd(10, false)).toBe(2000);
  expect(timeEnd(2000, false)).toBe(2000);
  expect(timeEnd(2001, false)).toBe(2500);
  expect(timeEnd(2600, false)).toBe(3125);
  expect(timeEnd(2600, true)).toBe(2600);
});
