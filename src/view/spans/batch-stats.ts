/** Duration statistics of batch items. */

import { formatDuration, plural } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { listItems } from '../../profile/layout/span-outline.js';

/** Duration statistics of the finished items of a batch: `min 0.4s · median 1.1s · max 3.2s`; undefined for fewer than two. */
export function batchText(run: RunState, span: Span, separator: string): string | undefined {
  if (span.kind !== 'node') return undefined;
  const known = texts.get(span);
  if (known !== undefined) return known;
  const text = timesText(listItems(run, span), separator);
  if (text !== undefined && span.status !== 'running') texts.set(span, text);
  return text;
}

const texts = new WeakMap<Span, string>();

/** Describes a lane and its durations: `8 items that took turns · min 0.4s · median 1.1s · max 3.2s`. */
export function laneText(run: RunState, lane: readonly number[], separator: string): string {
  const times = timesText(
    lane.flatMap((id) => run.spans.get(id) ?? []),
    separator,
  );
  const what = `${plural(lane.length, 'item')} that took turns`;
  return times === undefined ? what : `${what} ${separator} ${times}`;
}

/** The nearest-rank percentile of ascending numbers. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}

function timesText(spans: readonly Span[], separator: string): string | undefined {
  const times = spans
    .flatMap(({ startedAt, finishedAt }) => (finishedAt === undefined ? [] : finishedAt - startedAt))
    .toSorted((a, b) => a - b);
  if (times.length < 2) return undefined;
  return [
    `min ${formatDuration(times[0]!)}`,
    `median ${formatDuration(percentile(times, 0.5))}`,
    `max ${formatDuration(times.at(-1)!)}`,
  ].join(` ${separator} `);
}
