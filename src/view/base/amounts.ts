import { formatCompact, formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import type { Call, Span, Totals } from '../../profile/run/run-state.js';

/** How long a span took, or has been running at `now`, in ms. A running one moves in tenths of a second. */
export function durationOf(span: Span, now: number): number {
  if (span.finishedAt !== undefined) return Math.max(0, span.finishedAt - span.startedAt);
  return Math.floor(Math.max(0, now - span.startedAt) / 100) * 100;
}

/** An amount of time, which may be none at all. */
export function msText(ms: number): string {
  return ms < 0.05 ? '0s' : formatDuration(ms);
}

/** A span's duration as text. */
export function durationText(span: Span, now: number): string {
  const ms = durationOf(span, now);
  return ms === 0 && span.finishedAt === undefined ? '0s' : formatDuration(ms);
}

/** A count of tokens, with `~` where any of it is an estimate; `none` where no model was called. */
export function tokensText(totals: Totals, none: string, compact = false): string {
  if (totals.calls === 0 || (totals.tokens === 0 && !totals.estimated)) return none;
  return (totals.estimated ? '~' : '') + (compact ? formatCompact : formatCount)(totals.tokens);
}

/**
 * What calls cost, honestly: `n/a` where rules and no model answered, `free` for a local model, `≥` where a part has no
 * known price, `~` where it rests on estimated counts.
 */
export function moneyText(totals: Totals, options: { none: string; short?: boolean }): string {
  if (totals.calls === 0) return options.none;
  const known = (totals.estimated ? '~' : '') + formatUsd(totals.usd);
  if (totals.unpriced.length > 0) {
    if (!totals.priced) return options.short ? '?' : 'unpriced';
    return options.short ? `≥${known}` : `≥ ${known} + unpriced`;
  }
  if (totals.priced) return known;
  if (totals.free) return 'free';
  return totals.byRules ? 'n/a' : options.none;
}

/** What one call cost. */
export function costText(cost: Call['cost'], options: { none: string }): string {
  if (cost === null || cost.state === 'unknown') return options.none;
  if (cost.state === 'free' || cost.state === 'n/a') return cost.state;
  if (cost.usd === null) return 'unpriced';
  return (cost.state === 'estimated' ? '~' : '') + formatUsd(cost.usd);
}

/** A share of a whole as a percentage without its sign; `none` where there is no whole. */
export function shareText(part: number, whole: number, none: string): string {
  return whole > 0 ? String(Math.round((100 * part) / whole)) : none;
}
