/** Exports the speedscope format. */

import { pflowVersion } from '../lib/version.js';
import type { RunState } from '../profile/run/run-state.js';
import { spanName } from './span-name.js';
import { spendingsOf } from './spending.js';
import { tracksOf, type Placed, type Track } from './tracks.js';
import { withoutNoise } from './without-noise.js';

type Evented = Readonly<{
  type: 'evented';
  name: string;
  unit: 'milliseconds';
  startValue: number;
  endValue: number;
  events: readonly Readonly<{ type: 'O' | 'C'; at: number; frame: number }>[];
}>;

type Sampled = Readonly<{
  type: 'sampled';
  name: string;
  unit: 'none';
  startValue: number;
  endValue: number;
  samples: readonly (readonly number[])[];
  weights: readonly number[];
}>;

/** A speedscope file (https://www.speedscope.app): one time profile per track, and one cost profile. */
export type SpeedscopeFile = Readonly<{
  $schema: 'https://www.speedscope.app/file-format-schema.json';
  exporter: string;
  name: string;
  activeProfileIndex: number;
  shared: Readonly<{ frames: readonly Readonly<{ name: string }>[] }>;
  profiles: readonly (Evented | Sampled)[];
}>;

/** Exports a run. Costs are in millionths of a US dollar: the format has no currency unit. */
export function toSpeedscope(state: RunState): SpeedscopeFile {
  const frames = new Map<string, number>();
  const frame = (name: string): number => {
    const known = frames.get(name) ?? frames.size;
    frames.set(name, known);
    return known;
  };
  const times = tracksOf(state).map((track) => timeProfile(track, state.lastAt, frame));
  const cost = costProfile(state, frame);
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: `pflow@${pflowVersion()}`,
    name: state.started?.name ?? 'run',
    activeProfileIndex: 0,
    shared: { frames: Array.from(frames.keys(), (name) => ({ name })) },
    profiles: cost ? [...times, cost] : times,
  };
}

function timeProfile({ name, spans }: Track, end: number, frame: (name: string) => number): Evented {
  const events: { type: 'O' | 'C'; at: number; frame: number }[] = [];
  const walk = ({ span, from, to, inside, under }: Placed): void => {
    const stack = (under ? [under, span] : [span]).map((each) => frame(spanName(each)));
    for (const id of stack) events.push({ type: 'O', at: from, frame: id });
    for (const each of inside) walk(each);
    for (const id of stack.toReversed()) events.push({ type: 'C', at: to, frame: id });
  };
  for (const each of spans) walk(each);
  return {
    type: 'evented',
    name: `time: ${name}`,
    unit: 'milliseconds',
    startValue: 0,
    endValue: end,
    events,
  };
}

function costProfile(state: RunState, frame: (name: string) => number): Sampled | undefined {
  const spendings = spendingsOf(state);
  if (spendings.length === 0) return undefined;
  const weights = spendings.map(({ usd }) => withoutNoise(usd * 1e6));
  return {
    type: 'sampled',
    name: 'cost in millionths of a US dollar',
    unit: 'none',
    startValue: 0,
    endValue: weights.reduce((sum, weight) => sum + weight, 0),
    samples: spendings.map(({ stack }) => stack.map(frame)),
    weights,
  };
}
