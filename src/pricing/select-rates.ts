/** Selects the rates that apply to a call from its date, hour, input size, service tier and region. */
import type { ResolvedModel } from './names/resolve-model.js';
import { applyRegion, selectTierRates } from './service-tiers.js';
import {
  rateNames,
  type AppliedRates,
  type ModelPrice,
  type RateName,
  type Rates,
  type Tier,
  type TieredRates,
} from './table/price-table.js';

/** What the rates of a call depend on besides its model. `input` are all its input tokens. */
export type RateContext = Readonly<{
  at: Date;
  input: number;
  /** Whether it is a sum over several requests; then `input` is that of the largest one, or of all where that is not known. */
  isSum?: boolean;
  serviceTier?: string | undefined;
  inferenceGeo?: string | undefined;
}>;

/**
 * The rates that hold for a call: those of its date and hour, the user's in place of the defaults, the tier of its total
 * input (all tokens of the call, not only those above the mark), its service tier, the place it ran in. A sum of several
 * requests has the rates below the mark, and a `doubt` where one of them may be above it. undefined when the service tier has
 * prices that are not known.
 */
export function selectRates(resolved: ResolvedModel, call: RateContext): AppliedRates | undefined {
  const { price, override } = resolved;
  const period = selectPeriod(price, call.at);
  const tiers = override?.price.tiers ?? period.rates.tiers;
  const tier = tiers?.findLast(({ above }) => call.input > above);
  const select = (): AppliedRates | undefined => combineRates(resolved, call, period, tier);
  const { serviceTier = '', inferenceGeo = '' } = call;
  // Both are whatever a response states; these separate the parts of the key.
  if (serviceTier.includes(' ') || inferenceGeo.includes(' ')) return select();
  const key = `${period.because.join()} ${tier?.above} ${call.isSum} ${serviceTier} ${inferenceGeo}`;
  const memo = memoFor(resolved);
  const known = memo.get(key);
  if (known !== undefined) return known ?? undefined;
  const applied = select();
  if (memo.size < MAX_SELECTED) memo.set(key, applied ?? null);
  return applied;
}

// Most calls of a run have the same few rates: combining them for each took four fifths of the time of pricing it.
const selected = new WeakMap<ResolvedModel, Map<string, AppliedRates | null>>();
const MAX_SELECTED = 100;

function memoFor(resolved: ResolvedModel): Map<string, AppliedRates | null> {
  let memo = selected.get(resolved);
  if (!memo) selected.set(resolved, (memo = new Map()));
  return memo;
}

function combineRates(
  { price, override, seller, terms }: ResolvedModel,
  call: RateContext,
  period: Period,
  tier: Tier | undefined,
): AppliedRates | undefined {
  const because = [...period.because];
  const above = tier && `more than ${tier.above.toLocaleString('en-US')} input tokens`;
  if (above && !call.isSum) because.push(above);
  const standard = {
    ...terms?.rates,
    ...pickRates(period.rates),
    ...(override && pickRates(override.price)),
    ...(tier && !call.isSum && pickRates(tier)),
  };
  const serviceTiers = { ...price.serviceTiers, ...override?.price.serviceTiers };
  const served = selectTierRates(standard, { tier: call.serviceTier, seller, serviceTiers });
  if (!served) return undefined;
  const placed = applyRegion(served.rates, { seller, geo: call.inferenceGeo });
  const applied = { rates: placed.rates, because: [...because, ...served.because, ...placed.because] };
  if (!above || !call.isSum) return applied;
  return { ...applied, doubt: `it is a sum of several requests, of which those with ${above} cost more` };
}

/** The rates of a date and hour, with what selected them: no two periods of a price have the same reasons. */
type Period = Readonly<{ rates: TieredRates; because: readonly string[] }>;

// The dates that a price held in come first, then the hours of the day at that time.
function selectPeriod(price: ModelPrice, at: Date): Period {
  const past = price.history?.find(({ until }) => at.getTime() < Date.parse(until));
  const period = past ?? price;
  const time = period.hours && at.toISOString().slice(11, 16);
  const hours =
    time &&
    period.hours?.find(({ from, to }) => (from < to ? from <= time && time < to : from <= time || time < to));
  if (!past && !hours) return { rates: period, because: NO_REASONS };
  return {
    rates: hours || period,
    because: [
      ...(past ? [`price until ${past.until}`] : []),
      ...(hours ? [`price from ${hours.from} to ${hours.to} UTC`] : []),
    ],
  };
}

const NO_REASONS: readonly string[] = [];

function pickRates(price: Rates): Rates {
  const known: { -readonly [Name in RateName]?: number } = {};
  for (const name of rateNames) {
    if (price[name] !== undefined) known[name] = price[name];
  }
  return known;
}
