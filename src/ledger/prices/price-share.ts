/** Prices many ledger lines fast: computes a call's share in sums from coefficients if its cost is linear in its counts. */
import { resolveModel } from '../../pricing/names/resolve-model.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import { computeShare, type Share } from '../../profile/run/totals.js';
import type { CallLine, LedgerUsage } from '../files/ledger-line.js';
import { priceCallLine, toCall } from './price-call-line.js';

/** A call's share in sums, and the cost of a replayed call at the time of its recording, in USD. */
export type PricedShare = Readonly<{ share: Share; recordedUsd: number }>;

/**
 * Creates a function that prices lines as priceCallLine does. Most calls are of a few models at constant rates and have
 * only the usual counts: their cost is linear in these, so the coefficients are computed once per model, which takes a tenth
 * of the time. All other calls are priced one by one.
 */
export function createSharePricer(prices: PriceTable): (line: CallLine) => PricedShare {
  const modelOf = createModelReader(prices);
  return (line) => {
    const usage = simpleUsage(line);
    if (!usage || line.requested !== undefined) return priceShare(line, prices);
    const { terms, known } = modelOf(line.provider, line.model);
    const shape = shapeOf(usage);
    if (!terms || shape === undefined) return priceShare(line, prices);
    if (Math.max(usage.input!, PROBE) > terms.largestInput) return priceShare(line, prices);
    const period = terms.until.length === 0 ? 0 : countPast(terms.until, Date.parse(line.at));
    // A shape has less than 2 ** 15 values.
    const key = period * 2 ** 16 + shape * 2 + Number(line.estimated === true);
    let linear = known.get(key);
    if (linear === undefined && !known.has(key)) known.set(key, (linear = fitLinear(line, usage, prices)));
    if (!linear) return priceShare(line, prices);
    return { share: applyLinear(linear, usage, line.wasted === true), recordedUsd: 0 };
  };
}

function countPast(times: readonly number[], at: number): number {
  return times.reduce((count, until) => count + Number(until <= at), 0);
}

function priceShare(line: CallLine, prices: PriceTable): PricedShare {
  const price = priceCallLine(line, prices);
  return { share: computeShare(toCall(line, price)), recordedUsd: price.recordedCost?.usd ?? 0 };
}

/** The counts that most calls consist of. */
const COUNTS = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
] as const;
type CountName = (typeof COUNTS)[number];
const usual: ReadonlySet<string> = new Set(COUNTS);

/** The usage of a line that may have a linear price; undefined for any other line. */
function simpleUsage({ usages, reported, free, source, model }: CallLine): LedgerUsage | undefined {
  const [first] = usages;
  if (usages.length !== 1 || reported || free === true || source === 'replayed') return undefined;
  if (first!.model !== model || first!.provider !== undefined) return undefined;
  const { usage } = first!;
  for (const name in usage) if (!usual.has(name)) return undefined;
  return usage.input === undefined || usage.output === undefined ? undefined : usage;
}

/**
 * The properties of a usage that determine its certainty: for each count and each difference of counts, whether it is absent,
 * zero or positive, as digits. undefined for contradictory counts.
 */
function shapeOf(usage: LedgerUsage): number | undefined {
  const { input = 0, cacheRead = 0, cacheWrite = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = usage;
  const { output = 0, reasoning = 0 } = usage;
  const uncached = input - cacheRead - cacheWrite;
  const otherWrite = cacheWrite - cacheWrite5m - cacheWrite1h;
  const answer = output - reasoning;
  if (uncached < 0 || otherWrite < 0 || answer < 0) return undefined;
  let shape = Number(uncached > 0) + 2 * Number(otherWrite > 0) + 4 * Number(answer > 0);
  for (const name of COUNTS) {
    const count = usage[name];
    shape = shape * 3 + (count === undefined ? 0 : count > 0 ? 2 : 1);
  }
  return shape;
}

type Sums = Readonly<{ usd: number; cacheSavedUsd: number; cachePenaltyUsd: number }>;

/** The share of a call with zero tokens, and the increment per token of each count. */
type Linear = Readonly<{ base: Share; rates: readonly (readonly [CountName, Sums])[] }>;

/** Tokens of the calls that coefficients are computed from: a power of two, so that the division is exact. */
const PROBE = 2 ** 16;

/** undefined if the price is not linear: the coefficients must give the exact price of the call that they are fitted to. */
function fitLinear(line: CallLine, usage: LedgerUsage, prices: PriceTable): Linear | undefined {
  const present = COUNTS.filter((name) => usage[name] !== undefined);
  const probe = (counts: Partial<Record<CountName, number>>): Share => {
    const full = Object.fromEntries(present.map((name) => [name, counts[name] ?? 0]));
    return priceShare({ ...line, wasted: true, usages: [{ model: line.model, usage: full }] }, prices).share;
  };
  // Counts are inclusive: a cached token is an input token as well.
  const rates = present.map((name): readonly [CountName, Sums] => {
    const [without, whole] = CONTAINERS[name];
    return [name, difference(probe({ ...whole, [name]: PROBE }), probe(without))];
  });
  const linear = { base: priceShare(line, prices).share, rates };
  const [fitted, exact] = [applyLinear(linear, usage, line.wasted === true), linear.base];
  return Math.abs(fitted.usd - exact.usd) <= 1e-13 * Math.max(1, exact.usd) ? linear : undefined;
}

const IN_INPUT = [{ input: PROBE }, { input: PROBE }] as const;
const IN_CACHE_WRITE = [
  { input: PROBE, cacheWrite: PROBE },
  { input: PROBE, cacheWrite: PROBE },
] as const;

/** The containing count of a count: the counts without it and with it. */
const CONTAINERS: Readonly<Record<CountName, readonly [object, object]>> = {
  input: [{}, {}],
  cacheRead: IN_INPUT,
  cacheWrite: IN_INPUT,
  cacheWrite5m: IN_CACHE_WRITE,
  cacheWrite1h: IN_CACHE_WRITE,
  output: [{}, {}],
  reasoning: [{ output: PROBE }, { output: PROBE }],
};

/** What selects the rates of a model, apart from the counts of a call: the ends of its periods, in ms since 1970, and the size of a call up to which they hold. */
type Terms = Readonly<{ until: readonly number[]; largestInput: number }>;

/** The coefficients of a model by period and shape of the usage; without terms its rates depend on the hour. */
type ModelPrices = Readonly<{ terms: Terms | undefined; known: Map<number, Linear | undefined> }>;

/** Reads the terms of models from the price table, memoized by provider and model. */
function createModelReader(prices: PriceTable): (provider: string, model: string) => ModelPrices {
  const providers = new Map<string, Map<string, ModelPrices>>();
  return (provider, model) => {
    let models = providers.get(provider);
    if (!models) providers.set(provider, (models = new Map()));
    let found = models.get(model);
    if (!found) models.set(model, (found = { terms: readTerms(provider, model, prices), known: new Map() }));
    return found;
  };
}

const CONSTANT: Terms = { until: [], largestInput: Infinity };

function readTerms(provider: string, model: string, prices: PriceTable): Terms | undefined {
  const resolved = resolveModel(model.trim() || 'unknown', { provider, prices });
  if (resolved.pricedAs === undefined) return CONSTANT;
  const { price, override } = resolved;
  const periods = [price, ...(price.history ?? [])];
  if (periods.some(({ hours }) => hours !== undefined)) return undefined;
  const tiers = [...periods, override?.price].flatMap((each) => each?.tiers ?? []);
  return {
    until: (price.history ?? []).map(({ until }) => Date.parse(until)),
    largestInput: Math.min(...tiers.map(({ above }) => above)),
  };
}

function difference(one: Share, other: Share): Sums {
  return {
    usd: (one.usd - other.usd) / PROBE,
    cacheSavedUsd: (one.cacheSavedUsd - other.cacheSavedUsd) / PROBE,
    cachePenaltyUsd: (one.cachePenaltyUsd - other.cachePenaltyUsd) / PROBE,
  };
}

function applyLinear({ base, rates }: Linear, usage: LedgerUsage, wasted: boolean): Share {
  let [usd, cacheSavedUsd, cachePenaltyUsd] = [0, 0, 0];
  for (const [name, rate] of rates) {
    const count = usage[name]!;
    usd += count * rate.usd;
    cacheSavedUsd += count * rate.cacheSavedUsd;
    cachePenaltyUsd += count * rate.cachePenaltyUsd;
  }
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, reasoning = 0 } = usage;
  // Unrolled for speed: a spread takes several times as long.
  return {
    calls: 1,
    input,
    cacheRead,
    cacheWrite,
    output,
    reasoning,
    tokens: input + output,
    usd,
    wastedUsd: wasted ? usd : 0,
    cacheSavedUsd,
    cachePenaltyUsd,
    estimated: base.estimated,
    bound: base.bound,
    approximate: base.approximate,
    priced: base.priced,
    free: base.free,
    byRules: base.byRules,
    unpriced: base.unpriced,
  };
}
