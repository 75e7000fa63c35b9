/** Axes of bars: scaling, ticks and rulers. */

import { segment, type Line } from '../base/frame.js';

/** The range of time, cost or tokens of a bar column. `format` formats a tick value for a step size. */
export type Axis = Readonly<{ start: number; end: number; format: (value: number, step: number) => string }>;

const firstWindow = 2_000;

/**
 * The end of the time axis. A finished run fills it exactly. A live run extends it by a quarter when it reaches the
 * edge, so that most bars keep their place between frames.
 */
export function timeEnd(now: number, finished: boolean): number {
  if (finished) return Math.max(now, 1);
  let end = firstWindow;
  while (end < now) end *= 1.25;
  return end;
}

/** The position of a value as a fraction of the axis; below 0 or above 1 it is outside. */
export function placeOn({ start, end }: Pick<Axis, 'start' | 'end'>, value: number): number {
  return end > start ? (value - start) / (end - start) : 0;
}

/** The tick step for ticks at least `gap` cells apart: 1, 2 or 5 times a power of ten. */
function tickStep({ start, end }: Pick<Axis, 'start' | 'end'>, cells: number, gap: number): number {
  const atLeast = ((end - start) * gap) / cells;
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5, 10].find((each) => each * power >= atLeast * (1 - 1e-9))!;
  return factor * power;
}

/** Ticks at multiples of the step, at least `gap` cells apart, each with its value and cell. */
export function ticks(
  axis: Pick<Axis, 'start' | 'end'>,
  cells: number,
  gap: number,
): readonly Readonly<{ value: number; cell: number }>[] {
  if (cells <= 0 || !(axis.end > axis.start)) return [];
  const step = tickStep(axis, cells, gap);
  const first = Math.ceil(axis.start / step - 1e-9);
  const last = Math.floor(axis.end / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = (first + i) * step;
    return { value, cell: Math.round(placeOn(axis, value) * cells) };
  }).filter(({ cell }) => cell < cells);
}

/** Renders the ruler: the value of each tick from its cell on, where it fits. */
export function rulerLine(axis: Axis, cells: number): Line {
  const gap = 10;
  let text = '';
  for (const { value, cell } of ticks(axis, cells, gap)) {
    const label = axis.format(value, tickStep(axis, cells, gap));
    if (cell < text.length || cell + label.length > cells) continue;
    text = text.padEnd(cell) + label + ' ';
  }
  return [segment(text.slice(0, cells).padEnd(cells), 'dim')];
}
