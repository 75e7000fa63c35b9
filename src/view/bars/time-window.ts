import { formatDuration } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { timeEnd, type Axis } from './axis.js';
import type { TimeWindow } from '../state/view-state.js';

// What is asked of nothing shorter than this could not be told apart from the clock's own noise.
const shortestMs = 0.05;

/** The time axis of a run: all of it, or the window that it was zoomed into. */
export function timeAxis(run: RunState, now: number, window: TimeWindow | undefined): Axis {
  const end = timeEnd(now, run.finished !== undefined);
  return { start: window?.from ?? 0, end: window?.to ?? end, format: tickText };
}

/** Half of what is shown, around a moment as far as the run reaches. */
export function zoomedIn(window: TimeWindow | undefined, end: number, around: number): TimeWindow {
  const { from, to } = window ?? { from: 0, to: end };
  const width = Math.max(shortestMs, (to - from) / 2);
  return moved(around - width / 2, width, end);
}

/** Twice of what is shown, around the same middle; undefined when that is the whole run. */
export function zoomedOut(window: TimeWindow | undefined, end: number): TimeWindow | undefined {
  if (!window) return undefined;
  const width = (window.to - window.from) * 2;
  return width >= end ? undefined : moved((window.from + window.to) / 2 - width / 2, width, end);
}

/** The window a quarter of its width earlier or later. */
export function panned(window: TimeWindow, end: number, direction: 1 | -1): TimeWindow {
  const width = window.to - window.from;
  return moved(window.from + (direction * width) / 4, width, end);
}

/** A moment on the ruler, with as many decimals as the ruler's steps need. */
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
