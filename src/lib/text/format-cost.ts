/** Formats the tokens and costs of model calls with their certainty. */
import { formatCompact, formatCount, formatUsd, plural } from './format.js';
import { safeText } from './safe-text.js';

/** A sum of tokens; `estimated` if any of it is an estimate. */
export type TokenSum = Readonly<{ tokens: number; estimated: boolean }>;

/** A sum of costs in USD: see Totals in profile/. `unpriced` are the models whose price is unknown. */
export type CostSum = Readonly<{
  usd: number;
  estimated: boolean;
  /** Some cost in it is a lower bound. */
  bound: boolean;
  /** Some price in it is an estimate, or another seller's. */
  approximate: boolean;
  priced: boolean;
  free: boolean;
  byRules: boolean;
  unpriced: readonly string[];
}>;

/** The cost of one call in USD, null where no price is known. */
export type CallCost = Readonly<{ usd: number | null; state: string; certainty: string }>;

/** `4,512`, `~1,412` if any is an estimate, `none` for zero. `compact` takes at most six cells. */
export function formatTokens(
  { tokens, estimated }: TokenSum,
  { none = '', compact = false, unit = '' }: { none?: string; compact?: boolean; unit?: string } = {},
): string {
  if (tokens === 0 && !estimated) return none;
  return (estimated ? '~' : '') + (compact ? formatCompact : formatCount)(tokens) + unit;
}

/**
 * A sum of costs: `$0.0245`, `~$0.0089` where it rests on estimated counts or prices, `≥ $0.0123` where it is a lower bound,
 * `≥ $0.0123 + unpriced` where a part has no known price, `free` for a local model, `n/a` where rules and no model answered, `none` where no model was called. `short` is
 * for columns: `≥$0.0123`, and `?` for `unpriced`.
 */
export function formatCost(
  { usd, estimated, bound, approximate, priced, free, byRules, unpriced }: CostSum,
  { none = '', short = false }: { none?: string; short?: boolean } = {},
): string {
  const known = priced ? (estimated || approximate ? '~' : '') + formatUsd(usd) : '';
  if (unpriced.length > 0) {
    if (known === '') return short ? '?' : 'unpriced';
    return short ? `≥${known}` : `≥ ${known} + unpriced`;
  }
  if (bound && known !== '') return short ? `≥${known}` : `≥ ${known}`;
  return known || (free ? 'free' : byRules ? 'n/a' : none);
}

/** The cost of one call, like a sum of costs; `none` before there is one and where the provider reported no usage. */
export function formatCallCost(cost: CallCost | null, none: string): string {
  if (cost === null || cost.state === 'unknown') return none;
  return formatCost({
    usd: cost.usd ?? 0,
    estimated: cost.state === 'estimated',
    bound: cost.certainty === 'bound',
    approximate: cost.certainty === 'estimated' || cost.certainty === 'borrowed',
    priced: cost.usd !== null && cost.state !== 'free',
    free: cost.state === 'free',
    byRules: cost.state === 'n/a',
    unpriced: cost.usd === null && cost.state !== 'n/a' ? ['the model'] : [],
  });
}

/** A sum of tokens in words, for screen readers: `about 1,412 tokens`; empty for zero. */
export function spellTokens({ tokens, estimated }: TokenSum): string {
  return tokens > 0 ? (estimated ? 'about ' : '') + plural(tokens, 'token') : '';
}

/** A sum of costs in words, for screen readers: `at least $0.0123, gpt-x unpriced`; empty where no model was called. */
export function spellCost({ usd, estimated, bound, approximate, priced, free, unpriced }: CostSum): string {
  const known = priced ? (estimated || approximate ? 'about ' : '') + formatUsd(usd) : '';
  if (unpriced.length === 0) return (known && bound ? `at least ${known}` : known) || (free ? 'free' : '');
  const models = unpriced.map((model) => safeText(model)).join(' and ');
  return `${known ? `at least ${known}` : 'cost unknown'}, ${models} unpriced`;
}

/** `part` as a percentage of `whole`, without the sign; `none` when `whole` is zero. */
export function formatShare(part: number, whole: number, none: string): string {
  return whole > 0 ? String(Math.round((100 * part) / whole)) : none;
}
