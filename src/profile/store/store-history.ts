/** Keeps a run's events and reconstructs its state at any moment. */
import { NumberList } from '../../lib/data/number-list.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { createProfile, type Profile, type ProfileOptions } from '../run/profile.js';
import { countFitting } from '../run/sorted.js';
import type { RunState } from '../run/run-state.js';

/** The events of a run on a time axis. A moment is identified by the number of events so far: 0 is before the first. */
export interface Timeline {
  /** Number of events so far. */
  readonly count: number;
  /** Time of a moment, in ms since the run started. */
  timeAt(count: number): number;
  /** The last moment at or before `ms`. */
  countAt(ms: number): number;
  /** The type of the event that led to a moment; undefined at the start. */
  eventAt(count: number): string | undefined;
  /**
   * The nearest moment after (1) or before (-1) `count` at which a node finished; the end of the axis if no node did.
   */
  nodeStep(count: number, step: 1 | -1): number;
}

/** A profile with random access to earlier states. */
export interface History extends Timeline {
  apply(event: TraceEvent): void;
  /** The state after all events, as in a Profile. */
  readonly state: RunState;
  /** The state after the first `count` events. Valid until the next call. */
  stateAt(count: number): RunState;
}

/** Maximum number of checkpoints; beyond it every other one is dropped. */
const MAX_CHECKPOINTS = 12;
/** Initial distance between checkpoints, in events. */
const FIRST_STRIDE = 1024;
/**
 * Replaying more events than this creates a waypoint this far before the requested moment, which makes stepping back
 * cheap.
 */
const WAYPOINT = 128;
const MAX_WAYPOINTS = 4;

/** Storage for the events of a history: in memory, or re-read from a file. */
export type EventMemory = Readonly<{
  add(event: TraceEvent): void;
  at(number: number): TraceEvent;
}>;

export type HistoryOptions = ProfileOptions & Readonly<{ memory?: EventMemory }>;

/** Creates an empty history. Earlier states are replayed from the nearest checkpoint. */
export function createHistory({ memory = inMemory(), ...options }: HistoryOptions): History {
  const present = createProfile(options);
  let count = 0;
  const times = new NumberList();
  const nodeEnds = new NumberList();
  /** Profiles that stay as they are, in order. */
  let checkpoints = [createProfile(options)];
  let waypoints: Profile[] = [];
  let stride = FIRST_STRIDE;
  /** The profile behind the last result; it only advances. */
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
      if (profile.state.events === checkpoints.at(-1)!.state.events + stride) addCheckpoint(profile.fork());
    }
  }

  /** Returns the present's own object for a store change, so that all moments share one store index. */
  function eventAfter({ events, changes }: RunState): TraceEvent {
    const event = memory.at(events);
    return event.type === 'store.changed' ? (present.state.changes[changes.length] ?? event) : event;
  }

  function addCheckpoint(checkpoint: Profile): void {
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
      if (count === checkpoints.at(-1)!.state.events + stride) addCheckpoint(present.fork());
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
