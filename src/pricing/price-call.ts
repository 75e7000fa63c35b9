/** Prices what a call used: its cost, and what caching did to that. */
import { PflowError } from '../lib/error.js';
import { hasCounts, type Usage } from '../usage/record/usage.js';
import { addDoubt, createDraft } from './bill-draft.js';
import { billUnconsumed } from './bill-units.js';
import { billUsage, sumComponents } from './bill-usage.js';
import { addCacheEffects, computeCacheEffect, type CacheEffect } from './cache-effect.js';
import { combineCertainty, NO_COST, type Cost } from './cost.js';
import { resolveModel, type ResolvedModel } from './names/resolve-model.js';
import { selectRates } from './select-rates.js';
import { isLocalProvider } from './sellers/sellers.js';
import { defaultPrices } from './table/load-prices.js';
import type { PriceTable } from './table/price-table.js';

/** What pricing a call requires besides its usage. */
export type CostOptions = Readonly<{
  /** The model that answered, in any spelling that resolve-model.ts knows. */
  model: string;
  /** Who sold the call: a provider's name, an SDK's provider id, or a host. */
  provider?: string | undefined;
  /** When the call was made, as a Date or in ISO 8601: prices change, some by the hour. Now, when absent. */
  at?: Date | string | undefined;
  prices?: PriceTable | undefined;
  /** The call is known to have cost nothing: a local server, offline rules. */
  free?: boolean | undefined;
  /** The counts are estimates, so the cost is one. */
  estimated?: boolean | undefined;
}>;

/** A call's cost, and the effect of caching on it; null where nothing was cached or there is no price from a table. */
export type CallPrice = Readonly<{ cost: Cost; cacheEffect: CacheEffect | null }>;

/**
 * What a call cost in USD, in parts of count × rate. The provider's own figure takes precedence; what is free is 0; what has
 * no known price or no usage is null, never 0. A usage of several models is the sum over these. Nothing is rounded.
 * Throws a PflowError `usage` without a model, or for an invalid date.
 */
export function costOf(usage: Usage, options: CostOptions): Cost {
  return priceCall(usage, options).cost;
}

/** The cost of a call as `costOf` computes it, with the effect of caching, from one lookup of the rates. */
export function priceCall(usage: Usage, options: CostOptions): CallPrice {
  const call = readOptions(options, usage);
  const reported = readReportedCost(usage);
  if (!reported && isFree(usage, call)) {
    return { cost: { ...NO_COST, usd: 0, state: 'free', certainty: 'exact' }, cacheEffect: null };
  }
  const isCached = Boolean(usage.cacheRead ?? usage.cacheWrite);
  if (reported && !isCached) return { cost: reported, cacheEffect: null };
  const computed = usage.parts?.length ? priceParts(usage, call) : priceByTable(usage, call);
  return reported ? { cost: reported, cacheEffect: computed.cacheEffect } : computed;
}

type PricedCall = CostOptions & Readonly<{ at: Date }>;

// Named one by one: a spread of objects of many shapes costs more than all that follows.
function readOptions(
  { model, provider, at, prices, free, estimated }: CostOptions,
  usage: Usage,
): PricedCall {
  return { model: checkModel(model, usage), provider, at: parseDate(at), prices, free, estimated };
}

function checkModel(model: unknown, usage: Usage): string {
  if (typeof model === 'string' && model.trim() !== '') return model;
  if (usage.parts?.length) return '';
  throw new PflowError('usage', 'A cost needs the name of the model that was called.', {
    hint: "Pass it as in costOf(usage, { model: 'gpt-5' }).",
  });
}

function parseDate(at: Date | string | undefined): Date {
  const date = at === undefined ? new Date() : new Date(at);
  if (!Number.isNaN(date.getTime())) return date;
  throw new PflowError('usage', `The time of a call is ${JSON.stringify(at)}, which is not a date.`, {
    hint: "Pass a Date, or ISO 8601 such as '2026-07-24T12:00:00Z'.",
  });
}

function readReportedCost(usage: Usage): Cost | undefined {
  if (usage.reportedCostUsd === undefined) return undefined;
  const cost: Cost = {
    ...NO_COST,
    usd: usage.reportedCostUsd,
    state: 'reported',
    certainty: 'reported',
    origin: 'provider',
  };
  if (!usage.incomplete) return cost;
  return {
    ...cost,
    certainty: 'bound',
    warnings: ['the response was interrupted after this cost was reported'],
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

function priceByTable(usage: Usage, options: PricedCall): CallPrice {
  if (!hasCounts(usage)) return noPrice({ ...NO_COST, state: 'unknown' });
  const prices = options.prices ?? defaultPrices();
  const resolved = resolveModel(options.model, { provider: options.provider, prices });
  if (resolved.pricedAs === undefined) {
    return noPrice({ ...NO_COST, state: 'unpriced', warnings: [resolved.reason] });
  }
  const { matchedBy, pricedAs, price, override } = resolved;
  const unpriced: Cost = {
    ...NO_COST,
    state: 'unpriced',
    matchedBy,
    pricedAs,
    origin: override ? 'user' : 'default',
    file: override ? `${prices.overridePath}:${override.line}` : `pricing.default.json of ${prices.date}`,
  };
  if (override?.price.free ?? price.free) {
    return noPrice({ ...unpriced, usd: 0, state: 'free', certainty: 'exact' });
  }
  if (usage.input === undefined && (usage.output ?? usage.total) !== undefined && !usage.incomplete) {
    return noPrice({ ...unpriced, state: 'unknown', warnings: ['the input tokens were not reported'] });
  }
  return priceResolved(usage, resolved, unpriced, options);
}

function priceResolved(
  usage: Usage,
  resolved: ResolvedModel,
  unpriced: Cost,
  { at, estimated }: PricedCall,
): CallPrice {
  const { input: total = 0, largestInput, requests = 1, serviceTier, inferenceGeo } = usage;
  const isSum = requests > 1 || (largestInput ?? total) < total;
  const input = largestInput ?? total;
  const applied = selectRates(resolved, { at, input, isSum, serviceTier, inferenceGeo });
  if (!applied) {
    const reason = `no rates are known for the ${serviceTier} tier of ${resolved.pricedAs}`;
    return noPrice({ ...unpriced, warnings: [reason] });
  }
  const { price, terms } = resolved;
  const bill = billUsage(usage, applied.rates, { asText: terms?.asText, atLeast: price.atLeast });
  if (bill.missing.length > 0) {
    const reason = `${resolved.pricedAs} has no rate for ${bill.missing.join(' and ')} tokens`;
    return noPrice({ ...unpriced, warnings: [reason] });
  }
  const warnings = [...resolved.warnings, ...bill.warnings, ...(applied.doubt ? [applied.doubt] : [])];
  // `≥ $0` would look like a figure.
  if (bill.components.length === 0 && bill.certainty === 'bound') return noPrice({ ...unpriced, warnings });
  const cost: Cost = {
    ...unpriced,
    usd: sumComponents(bill.components),
    state: estimated ? 'estimated' : 'priced',
    certainty: combineCertainty([
      bill.certainty,
      resolved.certainty,
      ...(applied.doubt ? (['bound'] as const) : []),
      ...(estimated ? (['estimated'] as const) : []),
    ]),
    components: bill.components,
    because: applied.because,
    warnings,
  };
  return { cost, cacheEffect: computeCacheEffect(bill.components, applied.rates) };
}

// Each model at its own price. A model without a price makes the sum a bound, or leaves it unknown if no other has one.
function priceParts(usage: Usage, options: PricedCall): CallPrice {
  const { parts = [] } = usage;
  // A part whose model has no name belongs to the model of the call.
  const priced = parts.map(({ model: named, provider = options.provider, usage: part }) => {
    const model = named || options.model;
    return { model, ...priceCall(part, { ...options, model, provider }) };
  });
  const known = priced.filter(({ cost }) => cost.usd !== null);
  const draft = createDraft();
  billUnconsumed(draft, usage);
  for (const { model, cost } of priced) {
    for (const warning of cost.warnings) draft.warnings.push(`${model}: ${warning}`);
    if (cost.usd === null) addDoubt(draft, 'bound', `${model} has no price: it is not in this cost`);
  }
  const cost: Cost = {
    ...NO_COST,
    usd: known.length > 0 ? known.reduce((sum, { cost }) => sum + cost.usd!, 0) : null,
    state: known.length > 0 ? combineStates(known.map(({ cost }) => cost.state)) : 'unpriced',
    certainty:
      known.length > 0
        ? combineCertainty([draft.certainty, ...known.map(({ cost }) => cost.certainty)])
        : 'unknown',
    components: priced.flatMap(({ model, cost }) => cost.components.map((each) => ({ ...each, model }))),
    matchedBy: joinUnique(priced.map(({ cost }) => cost.matchedBy)),
    pricedAs: joinUnique(priced.map(({ cost }) => cost.pricedAs)),
    origin: known[0]?.cost.origin,
    file: known[0]?.cost.file,
    because: priced.flatMap(({ model, cost }) => cost.because.map((reason) => `${model}: ${reason}`)),
    warnings: draft.warnings,
  };
  return { cost, cacheEffect: addCacheEffects(priced.map(({ cacheEffect }) => cacheEffect)) };
}

function combineStates(states: readonly Cost['state'][]): Cost['state'] {
  if (states.includes('estimated')) return 'estimated';
  return new Set(states).size === 1 ? states[0]! : 'priced';
}

function joinUnique(texts: readonly (string | undefined)[]): string | undefined {
  return [...new Set(texts.filter((text) => text !== undefined))].join(', ') || undefined;
}

function noPrice(cost: Cost): CallPrice {
  return { cost, cacheEffect: null };
}
