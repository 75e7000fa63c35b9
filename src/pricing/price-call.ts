/** Prices the usage of a call. */
import { hasCounts, type Usage } from '../usage/usage.js';
import { selectRates } from './select-rates.js';
import { billUsage, sumComponents } from './bill-usage.js';
import { NO_COST, type Cost } from './cost.js';
import { defaultPrices } from './table/load-prices.js';
import { isLocalProvider } from './sellers/sellers.js';
import { resolveModel } from './names/resolve-model.js';
import type { PriceTable } from './table/price-table.js';

/** What has to be known of a call, beside its usage, to price it. */
export type CostOptions = Readonly<{
  /** The model that answered; it may be written in any of the ways that resolve-model.ts knows. */
  model: string;
  provider?: string | undefined;
  /** When the call was made: prices change, some by the hour. Now, when left out. */
  at?: Date | undefined;
  prices?: PriceTable | undefined;
  /** The call is known to have cost nothing: a local server, offline rules. */
  free?: boolean | undefined;
  /** The counts are estimates, so the cost is one. */
  estimated?: boolean | undefined;
}>;

/**
 * What a call cost in USD, in parts of tokens × rate. The provider's own figure wins; what is free is 0; what has no known
 * price or no usage is null, never 0. Nothing is rounded.
 */
export function costOf(usage: Usage, options: CostOptions): Cost {
  if (usage.reportedCostUsd !== undefined) {
    return { ...NO_COST, usd: usage.reportedCostUsd, state: 'reported', origin: 'provider' };
  }
  if (isFree(usage, options)) return { ...NO_COST, usd: 0, state: 'free' };
  if (!hasCounts(usage)) return { ...NO_COST, state: 'unknown' };

  const prices = options.prices ?? defaultPrices();
  const resolved = resolveModel(options.model, { provider: options.provider, prices });
  if (resolved.pricedAs === undefined) return { ...NO_COST, state: 'unpriced', warnings: [resolved.reason] };
  const { matchedBy, pricedAs, price, override } = resolved;
  const origin = override ? 'user' : 'default';
  const file = override
    ? `${prices.overridePath}:${override.line}`
    : `pricing.default.json of ${prices.date}`;
  const priced: Cost = { ...NO_COST, state: 'unpriced', matchedBy, pricedAs, origin, file };
  if (override?.price.free ?? price.free) return { ...priced, usd: 0, state: 'free' };
  if (usage.input === undefined) {
    return { ...priced, state: 'unknown', warnings: ['the input tokens were not reported'] };
  }

  const applied = selectRates(resolved, {
    at: options.at ?? new Date(),
    input: usage.input,
    serviceTier: usage.serviceTier,
    inferenceGeo: usage.inferenceGeo,
  });
  if (!applied)
    return { ...priced, warnings: [`no rates are known for the ${usage.serviceTier} tier of ${pricedAs}`] };
  const { components, missing, warnings } = billUsage(usage, applied.rates);
  if (missing.length > 0) {
    return { ...priced, warnings: [`${pricedAs} has no rate for ${missing.join(' and ')} tokens`] };
  }
  return {
    ...priced,
    usd: sumComponents(components),
    state: options.estimated ? 'estimated' : 'priced',
    components,
    because: applied.because,
    warnings,
  };
}

function isFree(usage: Usage, { free, provider, model }: CostOptions): boolean {
  return (
    free === true ||
    usage.source === 'ollama' ||
    (provider !== undefined && isLocalProvider(provider)) ||
    (/[/:]/.test(model) && isLocalProvider(model))
  );
}
