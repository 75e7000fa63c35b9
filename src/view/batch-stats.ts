import { formatDuration } from '../lib/format.js';
import type { RunState, Span } from '../profile/state.js';
import { itemsOf } from './outline.js';

/** How long the items of a batch took, those that are over: `min 0.4s · median 1.1s · max 3.2s`; undefined before two are. */
export function batchText(run: RunState, span: Span, separator: string): string | undefined {
  if (span.kind !== 'node') return undefined;
  const known = texts.get(span);
  if (known !== undefined) return known;
  const times = itemsOf(run, span)
    .flatMap(({ startedAt, finishedAt }) => (finishedAt === undefined ? [] : finishedAt - startedAt))
    .toSorted((a, b) => a - b);
  if (times.length < 2) return undefined;
  const text = [
    `min ${formatDuration(times[0]!)}`,
    `median ${formatDuration(percentile(times, 0.5))}`,
    `max ${formatDuration(times.at(-1)!)}`,
  ].join(` ${separator} `);
  if (span.status !== 'running') texts.set(span, text);
  return text;
}

const texts = new WeakMap<Span, string>();

/** The value that a share of some ascending numbers does not exceed (nearest rank). */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}
