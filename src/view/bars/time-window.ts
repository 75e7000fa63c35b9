/** Zooming and panning of the time axis. */

import { formatDuration } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { timeEnd, type Axis } from './axis.js';
import type { TimeWindow } from '../state/view-state.js';

// The minimum zoom window; below it, differences are timer noise.
const shortestMs = 0.05;

/** The time axis: the complete run or the zoom window. */
export function timeAxis(run: RunState, now: number, window: TimeWindow | undefined): Axis {
  const end = timeEnd(now, run.finished !== undefined);
  return { start: window?.from ?? 0, end: window?.to ?? end, format: tickText };
}

/** Zooms in by a factor of two around a moment, clamped to the run. */
export function zoomedIn(window: TimeWindow | undefined, end: number, around: number): TimeWindow {
  const { from, to } = window ?? { from: 0, to: end };
  const width = Math.max(shortestMs, (to - from) / 2);
  return moved(around - width / 2, width, end);
}

/** Zooms out by a factor of two around the centre; undefined when that shows the complete run. */
export function zoomedOut(window: TimeWindow | undefined, end: number): TimeWindow | undefined {
  if (!window) return undefined;
  const width = (window.to - window.from) * 2;
  return width >= end ? undefined : moved((window.from + window.to) / 2 - width / 2, width, end);
}

/** Pans by a quarter of the window. */
export function panned(window: TimeWindow, end: number, direction: 1 | -1): TimeWindow {
  const width = window.to - window.from;
  return moved(window.from + (direction * width) / 4, width, end);
}

/** Formats a time on the ruler, with as many decimals as its step needs. */
export function tickText(ms: number, step: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${Number(ms.toFixed(decimals(step)))}ms`;
  const seconds = decimals(step / 1000);
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(seconds))}s`;
  if (step >= 1000) return formatDuration(ms);
  const minutes = Math.floor(ms / 60_000);
  return `${minutes}m${((ms - minutes * 60_000) / 1000).toFixed(seconds).padStart(3 + seconds, '0')}s`;
}

function moved(from: number, width: number, end: number): TimeWindow {
  const start = Math.min(Math.max(0, from), Math.max(0, end - width));
  return { from: start, to: start + width };
}

function decimals(step: number): number {
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}
