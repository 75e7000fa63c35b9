/** Derives the key that a call is grouped by: its day, model, workflow and so on. */
import type { CallLine } from '../files/ledger-line.js';

/**
 * What calls can be grouped by: `tag:team` by the value of the tag `team`, `tag` by all of their tags together, sorted by name, as
 * `env=prod team=search`, so that each call is in one group.
 */
export type Dimension =
  | 'day'
  | 'week'
  | 'month'
  | 'provider'
  | 'model'
  | 'workflow'
  | 'node'
  | 'project'
  | 'prompt'
  | 'session'
  | 'tool'
  | 'tag'
  | `tag:${string}`;

/** Returns the key of a call in one dimension; empty where it has none. */
export type KeyReader = (call: CallLine) => string;

/**
 * Creates the reader of a dimension. Days are those of `timeZone` (an IANA name), or else of the user's time zone at the time
 * of the call: `2026-11-28`; weeks start on Monday and are named after it; months are `2026-11`.
 */
export function createKeyReader(dimension: Dimension, timeZone?: string): KeyReader {
  if (dimension.startsWith('tag:')) {
    const tag = dimension.slice('tag:'.length);
    return ({ tags }) => (tags && Object.hasOwn(tags, tag) ? tags[tag]! : '');
  }
  if (dimension === 'day' || dimension === 'week' || dimension === 'month') {
    const dayOf = createDayReader(timeZone);
    if (dimension === 'week') return (call) => mondayOf(dayOf(call));
    return dimension === 'day' ? dayOf : (call) => dayOf(call).slice(0, 7);
  }
  if (dimension === 'tag') {
    return ({ tags }) =>
      Object.entries(tags ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .toSorted()
        .join(' ');
  }
  const field = dimension as Exclude<Dimension, 'day' | 'week' | 'month' | 'tag' | `tag:${string}`>;
  return (call) => call[field] ?? '';
}

/**
 * Formatting a date in a time zone takes microseconds, so days are cached per quarter of an hour: the offset of every zone is
 * a multiple of it.
 */
function createDayReader(timeZone: string | undefined): KeyReader {
  const zones = new Map<string, { format: Intl.DateTimeFormat; days: Map<number, string> }>();
  return (call) => {
    const zone = timeZone ?? call.tz ?? '';
    let known = zones.get(zone);
    if (!known) zones.set(zone, (known = { format: findFormat(zone), days: new Map() }));
    const quarter = Math.floor(readTime(call) / QUARTER_MS);
    let day = known.days.get(quarter);
    if (day === undefined) known.days.set(quarter, (day = known.format.format(readTime(call))));
    return day;
  };
}

const QUARTER_MS = 900_000;

/** When a call started, in ms since 1970. The last result is kept: several groupings and sums ask for the same call. */
export function readTime({ at }: CallLine): number {
  if (at !== lastAt) {
    lastAt = at;
    lastTime = Date.parse(at);
  }
  return lastTime;
}

let lastAt = '';
let lastTime = 0;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats as `2026-11-28`. Creating a format takes a millisecond. */
function findFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) formats.set(timeZone, (format = createFormat(timeZone)));
  return format;
}

/** A time zone unknown to this system is replaced by the system's own. */
function createFormat(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...parts, ...(timeZone ? { timeZone } : {}) });
  } catch {
    return new Intl.DateTimeFormat('en-CA', parts);
  }
}

function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
