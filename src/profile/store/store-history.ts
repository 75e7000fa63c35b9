import { NumberList } from '../../lib/data/number-list.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { createProfile, type Profile, type ProfileOptions } from '../run/profile.js';
import { countFitting } from '../run/sorted.js';
import type { RunState } from '../run/run-state.js';

/** A run's events as a line in time. A moment is named by how many events have happened: 0 is before the first. */
export interface Timeline {
  /** Events so far. */
  readonly count: number;
  /** ms since the run began, at a moment. */
  timeAt(count: number): number;
  /** The last moment that is not after `ms`. */
  countAt(ms: number): number;
  /** The type of the event that led to a moment; undefined at the beginning. */
  eventAt(count: number): string | undefined;
  /** The nearest moment after (1) or before (-1) `count` at which a node ended; the end of the line where there is none. */
  nodeStep(count: number, step: 1 | -1): number;
}

/** A fold that remembers its events: what is known of a run now, and what was known of it at any moment before. */
export interface History extends Timeline {
  apply(event: TraceEvent): void;
  /** After all events, as in a Profile. */
  readonly state: RunState;
  /** After the first `count` events. It stays as it is until the next call. */
  stateAt(count: number): RunState;
}

/** Checkpoints kept: when there are more, every other one goes. */
const MAX_CHECKPOINTS = 12;
/** The first distance between two checkpoints, in events. */
const FIRST_STRIDE = 1024;
/** Folding more events than this leaves a waypoint this far before the moment, for who steps back from there. */
const WAYPOINT = 128;
const MAX_WAYPOINTS = 4;

/** The events of a history: kept in memory, or had again from a file. */
export type EventMemory = Readonly<{
  add(event: TraceEvent): void;
  at(number: number): TraceEvent;
}>;

export type HistoryOptions = ProfileOptions & Readonly<{ memory?: EventMemory }>;

/** A history with no events yet. A moment is folded anew from the nearest checkpoint before it. */
export function createHistory({ memory = inMemory(), ...options }: HistoryOptions): History {
  const present = createProfile(options);
  let count = 0;
  const times = new NumberList();
  const nodeEnds = new NumberList();
  /** Profiles that nothing is applied to any more, in order. */
  let checkpoints = [createProfile(options)];
  let waypoints: Profile[] = [];
  let stride = FIRST_STRIDE;
  /** The one that was handed out last. It only goes forward. */
  let shown = createProfile(options);

  function stateAt(moment: number): RunState {
    const wanted = Math.min(Math.max(0, moment), count);
    if (wanted === count) return present.state;
    const nearest = [...checkpoints, ...waypoints]
      .filter(({ state }) => state.events <= wanted)
      .reduce((best, each) => (each.state.events > best.state.events ? each : best));
    if (shown.state.events > wanted || shown.state.events < nearest.state.events) shown = nearest.fork();
    const waypoint = wanted - WAYPOINT;
    if (waypoint - shown.state.events > WAYPOINT) {
      advance(shown, waypoint);
      waypoints = [shown.fork(), ...waypoints].slice(0, MAX_WAYPOINTS);
    }
    advance(shown, wanted);
    return shown.state;
  }

  function advance(profile: Profile, to: number): void {
    while (profile.state.events < to) {
      profile.apply(eventAfter(profile.state));
      if (profile.state.events === checkpoints.at(-1)!.state.events + stride) keep(profile.fork());
    }
  }

  /** A change of a store is always the same object, so that all moments share one index of the stores. */
  function eventAfter({ events, changes }: RunState): TraceEvent {
    const event = memory.at(events);
    return event.type === 'store.changed' ? (present.state.changes[changes.length] ?? event) : event;
  }

  function keep(checkpoint: Profile): void {
    checkpoints.push(checkpoint);
    if (checkpoints.length <= MAX_CHECKPOINTS) return;
    checkpoints = checkpoints.filter((_, i) => i % 2 === 0);
    stride *= 2;
  }

  return {
    state: present.state,
    get count() {
      return count;
    },
    apply(event) {
      present.apply(event);
      memory.add(event);
      count++;
      if (count === checkpoints.at(-1)!.state.events + stride) keep(present.fork());
      times.push(present.state.lastAt);
      if (event.type === 'span.finished' && present.state.spans.get(event.span)?.kind === 'node')
        nodeEnds.push(count);
    },
    stateAt,
    timeAt: (moment) => times.at(Math.min(moment, times.length) - 1) ?? 0,
    eventAt: (moment) => (moment > 0 && moment <= count ? memory.at(moment - 1).type : undefined),
    countAt: (ms) => countFitting(times, (time) => time <= ms),
    nodeStep: (moment, step) =>
      step === 1
        ? (nodeEnds.at(countFitting(nodeEnds, (end) => end <= moment)) ?? count)
        : (nodeEnds.at(countFitting(nodeEnds, (end) => end < moment) - 1) ?? 0),
  };
}

function inMemory(): EventMemory {
  const events: TraceEvent[] = [];
  return { add: (event) => void events.push(event), at: (number) => events[number]! };
}
