/** Converts statistics over many runs to JSON and to CSV. */
import { formatCsv, type Cell } from '../../lib/data/csv.js';
import type { Stats, StatsGroup } from '../../ledger/stats/compute-stats.js';
import type { CallGroup } from '../../ledger/stats/aggregate-calls.js';
import { stripNoise } from '../../lib/text/format.js';
import { toFigures, type GroupFigures } from './stats-figures.js';

/** Statistics as one JSON value. Times are ISO 8601, UTC; see GroupFigures. */
export function statsToJson({ query, groups, total, compared, series }: Stats): object {
  const { by, from, to, basis, timeZone } = query;
  const rows = groups.map(({ now, before }) => ({
    ...Object.fromEntries(by.map((dimension, i) => [dimension, now.keys[i] || null])),
    ...toFigures(now),
    ...(now.series.length > 0 ? { cost_by_period_usd: now.series.map(stripNoise) } : {}),
    before: before ? toFigures(before) : null,
  }));
  return {
    since: from.toISOString(),
    until: to.toISOString(),
    time_zone: timeZone ?? null,
    by,
    prices: basis,
    // What `before` is: the period of the same length before this one, or the group before.
    before_is: compared,
    periods: { since: series.from.toISOString(), until: series.to.toISOString(), count: series.count },
    groups: rows,
    total: {
      ...toFigures(total.now),
      cost_by_period_usd: total.now.series.map(stripNoise),
      before: total.before ? toFigures(total.before) : null,
    },
  };
}

/** Statistics as CSV (quoted as in RFC 4180, lines end with a newline): a line of headings, then one line per group; what is unknown is empty. */
export function statsToCsv({ query, groups, total }: Stats): string {
  const headings = [...query.by, ...Object.keys(flatten(toFigures(total.now))), 'cost_before_usd'];
  const lines = groups.map(({ now, before }: StatsGroup) => [
    ...now.keys,
    ...Object.values(flatten(toFigures(now))),
    before ? (toFigures(before).cost_usd ?? '') : '',
  ]);
  return formatCsv([headings, ...lines]);
}

function flatten(figures: GroupFigures): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (name === 'duration_ms' || name === 'first_token_ms') {
      const quantiles = value as CallGroup['ms'] | null;
      for (const each of ['p50', 'p95', 'p99'] as const) cells[`${name}_${each}`] = quantiles?.[each] ?? '';
    } else cells[name] = Array.isArray(value) ? value.join(' ') : ((value as Cell | null) ?? '');
  }
  return cells;
}
