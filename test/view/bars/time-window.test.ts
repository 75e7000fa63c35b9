import fc from 'fast-check';
import { expect, test } from 'vitest';
import { panned, tickText, zoomedIn, zoomedOut } from '../../../src/view/bars/time-window.js';
import { TestScreen } from '../draw.js';
import { readFixture } from '../../support/trace-builder.js';

test('zooming in halves the window around a moment, and zooming out returns to the whole run', () => {
  const once = zoomedIn(undefined, 1000, 700);
  expect(once).toEqual({ from: 450, to: 950 });
  const twice = zoomedIn(once, 1000, 900);
  expect(twice).toEqual({ from: 750, to: 1000 });
  expect(zoomedOut(twice, 1000)).toEqual({ from: 500, to: 1000 });
  expect(zoomedOut(once, 1000)).toBeUndefined();
});

test('the time window stays inside the run after any zooms and pans', () => {
  const moves = fc.array(
    fc.tuple(fc.constantFrom('in', 'out', 'left', 'right'), fc.double({ min: 0, max: 1, noNaN: true })),
  );
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e8, noNaN: true }), moves, (end, steps) => {
      let window: ReturnType<typeof zoomedOut>;
      for (const [move, share] of steps) {
        if (move === 'in') window = zoomedIn(window, end, share * end);
        else if (move === 'out') window = zoomedOut(window, end);
        else if (window) window = panned(window, end, move === 'left' ? -1 : 1);
        if (!window) continue;
        expect(window.from).toBeGreaterThanOrEqual(0);
        expect(window.to).toBeLessThanOrEqual(end * (1 + 1e-9));
        expect(window.to).toBeGreaterThan(window.from);
      }
    }),
  );
});

test('tick labels have as many decimals as the tick interval needs', () => {
  expect(tickText(0, 500)).toBe('0s');
  expect(tickText(500, 500)).toBe('500ms');
  expect(tickText(12.5, 0.5)).toBe('12.5ms');
  expect(tickText(1500, 500)).toBe('1.5s');
  expect(tickText(2000, 1000)).toBe('2s');
  expect(tickText(4200.1, 0.1)).toBe('4.2001s');
  expect(tickText(63_000, 1000)).toBe('1m03s');
  expect(tickText(63_250, 50)).toBe('1m03.25s');
});

test('d pans a zoomed timeline and opens the diff otherwise', () => {
  const screen = new TestScreen(readFixture('done-with-planner'));
  expect(screen.press('d').ui.tab).toBe('Diff');
  screen.press('esc', '+');
  const { window } = screen.ui.views;
  expect(screen.press('d').ui.views.window).not.toEqual(window);
  expect(screen.press('a').ui.views.window).toEqual(window);
  expect(screen.press('0', 'd').ui.screens).toEqual(['tree', 'inspector']);
});
