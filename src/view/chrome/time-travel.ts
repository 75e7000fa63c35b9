/** Moves the time cursor and resolves the run state at it. */

import { formatCount, formatElapsed } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { Timeline } from '../../profile/store/store-history.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { Viewport } from '../base/frame.js';
import type { Action } from '../keys/binding.js';
import { MAX_SPEED, type TimeCursor } from '../state/time-cursor.js';
import type { UiState } from '../state/ui-state.js';

/** A run in its current state and, if its events are kept, in any earlier state. */
export type RunAtMoments = Readonly<{
  state(): RunState;
  /** Milliseconds since the run began; on replay, the time of the last event. */
  now(): number;
  history?: Timeline & Readonly<{ stateAt(count: number): RunState }>;
}>;

/** The run state and time that the screen shows: at the time cursor, or current. */
export function resolveMoment(source: RunAtMoments, { time }: UiState): { run: RunState; now: number } {
  if (time && source.history) return { run: source.history.stateAt(time.at), now: time.now };
  const run = source.state();
  return { run, now: run.finished ? run.lastAt : source.now() };
}

/** Applies an action to the time cursor; undefined if it does not apply. */
export function pressTime(ui: UiState, action: Action, { timeline, now }: Viewport): UiState | undefined {
  if (action === 'follow') return { ...ui, time: undefined, follow: ui.look.live };
  // In a recorded run, pause applies to playback.
  const playing = action === 'pause' && !ui.look.live;
  if (!playing && !timeActions.has(action)) return undefined;
  if (!timeline) return ui;
  const at = ui.time?.at ?? timeline.count;
  const to = (count: number): UiState => ({ ...ui, time: pauseAt(ui, timeline, count) });
  switch (action) {
    case 'node-forward':
    case 'node-back':
      // The selection follows the cursor, so that an open tab shows one node after the other.
      return { ...to(timeline.nodeStep(at, action === 'node-forward' ? 1 : -1)), follow: true };
    case 'event-forward':
      return to(at + 1);
    case 'event-back':
      return to(at - 1);
    case 'time-start':
      return to(0);
    case 'time-end':
      return { ...ui, time: undefined };
    case 'freeze':
      return { ...ui, time: ui.time ? undefined : { at, now, speed: 0 } };
    case 'faster':
      return play(ui, timeline, ui.time?.speed ? Math.min(MAX_SPEED, ui.time.speed * 2) : 1);
    case 'slower':
      return ui.time ? play(ui, timeline, ui.time.speed > 1 ? ui.time.speed / 2 : 0) : ui;
    default:
      return play(ui, timeline, ui.time?.speed ? 0 : 1);
  }
}

/** Advances playback by `ms` of wall time. At the end the cursor is removed. */
export function advance(ui: UiState, ms: number, timeline: Timeline): UiState {
  const { time } = ui;
  if (!time || time.speed === 0) return ui;
  const now = time.now + ms * time.speed;
  if (now >= timeline.timeAt(timeline.count)) return { ...ui, time: undefined };
  return { ...ui, time: { ...time, now, at: Math.max(time.at, timeline.countAt(now)) } };
}

/** A short description of the time cursor; empty at the present. */
export function timeWords({ time, look }: UiState, timeline: Timeline | undefined): string {
  if (!time || !timeline) return '';
  if (time.speed > 0) return `PLAYING ${time.speed}×`;
  if (look.live) return `PAUSED +${formatCount(timeline.count - time.at)}`;
  return `EVENT ${formatCount(time.at)}/${formatCount(timeline.count)}`;
}

/** The long description: `00:03.2 of 00:06.0 · event 120 of 567 · span.started`. */
export function timePlace(time: TimeCursor, timeline: Timeline): string {
  const parts = [
    `${formatElapsed(time.now)} of ${formatElapsed(timeline.timeAt(timeline.count))}`,
    `event ${formatCount(time.at)} of ${formatCount(timeline.count)}`,
    ...(time.speed > 0 ? [`${time.speed}×`] : [timeline.eventAt(time.at)]),
  ];
  return safeText(parts.filter((part) => part !== undefined).join(' · '));
}

const timeActions = new Set<Action>([
  'node-forward',
  'node-back',
  'event-forward',
  'event-back',
  'time-start',
  'time-end',
  'freeze',
  'faster',
  'slower',
]);

/** Creates a paused cursor. The last moment of a finished run equals the present. */
function pauseAt({ look, time }: UiState, timeline: Timeline, count: number): TimeCursor | undefined {
  const at = Math.min(Math.max(0, count), timeline.count);
  if (at === timeline.count && (!look.live || !time)) return undefined;
  return { at, now: timeline.timeAt(at), speed: 0 };
}

/** Playback from the present restarts at the beginning. */
function play(ui: UiState, timeline: Timeline, speed: number): UiState {
  const time = ui.time ?? { at: 0, now: 0, speed: 0 };
  return { ...ui, time: { ...time, now: Math.max(time.now, timeline.timeAt(time.at)), speed } };
}
