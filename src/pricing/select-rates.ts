/** Selects the rates that apply to a call from its date, hour, input size, tier and region. */
import type { ResolvedModel } from './names/resolve-model.js';
import { applyRegion, selectTierRates } from './service-tiers.js';
import {
  rateNames,
  type AppliedRates,
  type ModelPrice,
  type Rates,
  type TieredRates,
} from './table/price-table.js';

/**
 * The rates that hold for a call: those of its date and hour, the user's in place of the defaults, the tier of its total
 * input (all tokens of the call, not only those above the mark), its service tier, the place it ran in. undefined when the service tier has
 * prices that are not known.
 */
export function selectRates(
  { price, override, provider }: ResolvedModel,
  call: { at: Date; input: number; serviceTier: string | undefined; inferenceGeo?: string | undefined },
): AppliedRates | undefined {
  const because: string[] = [];
  const period = periodAt(price, call.at, because);
  const tiers = override?.price.tiers ?? period.tiers ?? [];
  const tier = tiers.findLast(({ above }) => call.input > above);
  if (tier) because.push(`more than ${tier.above.toLocaleString('en-US')} input tokens`);
  const standard = { ...ratesIn(period), ...ratesIn(override?.price ?? {}), ...ratesIn(tier ?? {}) };
  const serviceTiers = { ...price.serviceTiers, ...override?.price.serviceTiers };
  const served = selectTierRates(standard, { tier: call.serviceTier, provider, serviceTiers });
  if (!served) return undefined;
  const placed = applyRegion(served.rates, { provider, geo: call.inferenceGeo });
  return { rates: placed.rates, because: [...because, ...served.because, ...placed.because] };
}

function periodAt(price: ModelPrice, at: Date, because: string[]): TieredRates {
  const past = price.history?.find(({ until }) => at.getTime() < Date.parse(until));
  if (past) {
    because.push(`price until ${past.until}`);
    return past;
  }
  const time = at.toISOString().slice(11, 16);
  const hours = price.hours?.find(({ from, to }) =>
    from < to ? from <= time && time < to : from <= time || time < to,
  );
  if (hours) because.push(`price from ${hours.from} to ${hours.to} UTC`);
  return hours ?? price;
}

function ratesIn(price: Rates): Rates {
  const known: { -readonly [Name in keyof Rates]: Rates[Name] } = {};
  for (const name of rateNames) {
    if (price[name] !== undefined) known[name] = price[name];
  }
  return known;
}
