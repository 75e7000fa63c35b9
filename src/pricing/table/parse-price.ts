/** Parses one price of the user's pricing.json, in our own fields or in LiteLLM's. */
import { nearest } from '../../lib/text/nearest.js';
import { parseLitellmKey, toPerMillion } from './litellm-keys.js';
import {
  rateNames,
  unitRates,
  type ModelPrice,
  type PriceOverride,
  type RateName,
  type Rates,
  type Tier,
} from './price-table.js';

/** An object from JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** Notes that a field is not used, by its path in the entry, and why. */
export type Warn = (where: readonly (string | number)[], reason: string) => void;

type MutableRates = { -readonly [Name in RateName]?: number };

/** The price in an entry, without what is wrong in it. */
export function parsePrice(entry: Json, warn: Warn): Pick<PriceOverride, 'price' | 'provider'> {
  const fromLitellm = readLitellm(entry, warn);
  const known = new Set<string>([...rateNames, ...otherFields]);
  if (!fromLitellm) {
    for (const key of Object.keys(entry).filter((each) => !known.has(each))) {
      const [like] = nearest(key, known, 1);
      warn(
        [key],
        like === undefined
          ? 'is not a field of a price.'
          : `is not a field of a price. Did you mean '${like}'?`,
      );
    }
  }
  const tiers = parseTiers(entry['tiers'], warn) ?? fromLitellm?.tiers;
  const serviceTiers = { ...fromLitellm?.serviceTiers, ...parseServiceTiers(entry, warn) };
  const aliases = parseAliases(entry['aliases'], warn);
  if (entry['free'] !== undefined && entry['free'] !== true) warn(['free'], 'can only be true.');
  const price: ModelPrice = {
    ...fromLitellm?.rates,
    ...parseRates(entry, [], warn),
    ...(tiers ? { tiers } : {}),
    ...(Object.keys(serviceTiers).length > 0 ? { serviceTiers } : {}),
    ...(aliases ? { aliases } : {}),
    ...(entry['free'] === true ? { free: true } : {}),
  };
  return { price, provider: parseProvider(entry, warn) };
}

const otherFields = ['aliases', 'provider', 'tiers', 'serviceTiers', 'batch', 'free', 'note'];

function parseRates(source: Json, where: readonly (string | number)[], warn: Warn): Rates {
  const rates: MutableRates = {};
  for (const name of rateNames) {
    const value = source[name];
    if (value === undefined) continue;
    const reason = rateProblem(value, name);
    if (reason === undefined) rates[name] = value as number;
    else warn([...where, name], reason);
  }
  return rates;
}

const unitNames: ReadonlySet<RateName> = new Set(unitRates);
const perPiece: ReadonlySet<RateName> = new Set(unitRates.filter((name) => name.startsWith('per')));

// Real prices lie far inside these bounds; outside them the unit is mistaken.
function rateProblem(value: unknown, name: keyof Rates): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `is ${JSON.stringify(value)}, which is not a number.`;
  if (value < 0) return `is ${value}; a price is 0 or more.`;
  if (perPiece.has(name)) {
    return value > 100 ? `is ${value} USD for one; is that per 1,000?` : undefined;
  }
  if (unitNames.has(name)) return value > 1e4 ? `is ${value} USD, which is more than any costs.` : undefined;
  if (value > 0 && value < 1e-4)
    return `is ${value} USD per million tokens. Did you write a per-token price?`;
  if (value > 1e4) return `is ${value} USD per million tokens, which is more than any model costs.`;
  return undefined;
}

function parseTiers(value: unknown, warn: Warn): readonly Tier[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    warn(['tiers'], 'is not a list.');
    return undefined;
  }
  const tiers: Tier[] = [];
  for (const [index, tier] of value.entries()) {
    const above: unknown = isObject(tier) ? tier['above'] : undefined;
    if (isObject(tier) && typeof above === 'number' && above >= 0) {
      tiers.push({ above, ...parseRates(tier, ['tiers', index], warn) });
    } else warn(['tiers', index], "needs 'above', a number of input tokens.");
  }
  return tiers.toSorted((a, b) => a.above - b.above);
}

function parseServiceTiers(entry: Json, warn: Warn): Record<string, Rates> {
  const named = entry['serviceTiers'] ?? {};
  if (!isObject(named)) warn(['serviceTiers'], 'is not an object.');
  const all = {
    ...(isObject(named) ? named : {}),
    ...(entry['batch'] === undefined ? {} : { batch: entry['batch'] }),
  };
  const tiers: Record<string, Rates> = {};
  for (const [tier, rates] of Object.entries(all)) {
    const where = tier === 'batch' && entry['batch'] !== undefined ? ['batch'] : ['serviceTiers', tier];
    if (isObject(rates)) tiers[tier.toLowerCase()] = parseRates(rates, where, warn);
    else warn(where, 'is not an object with prices.');
  }
  return tiers;
}

function parseAliases(value: unknown, warn: Warn): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  warn(['aliases'], 'is not a list of names.');
  return undefined;
}

function parseProvider(entry: Json, warn: Warn): string | undefined {
  const provider = entry['provider'] ?? entry['litellm_provider'];
  if (provider === undefined || typeof provider === 'string') return provider;
  warn(['provider'], 'is not a name.');
  return undefined;
}

// undefined when the entry has none of LiteLLM's keys, so that a typo in one of ours is still reported.
function readLitellm(
  entry: Json,
  warn: Warn,
): { rates: Rates; tiers: readonly Tier[] | undefined; serviceTiers: Record<string, Rates> } | undefined {
  const rates: MutableRates = {};
  const tiers = new Map<number, MutableRates>();
  const serviceTiers: Record<string, MutableRates> = {};
  let any = entry['litellm_provider'] !== undefined;
  for (const [key, value] of Object.entries(entry)) {
    const target = parseLitellmKey(key);
    if (!target) continue;
    any = true;
    const rate = typeof value === 'number' ? toPerMillion(value) : value;
    const reason = rateProblem(rate, target.rate);
    if (reason !== undefined) {
      warn([key], reason);
      continue;
    }
    let goal = rates;
    if (target.tier !== undefined) tiers.set(target.tier, (goal = tiers.get(target.tier) ?? {}));
    if (target.serviceTier !== undefined) goal = serviceTiers[target.serviceTier] ??= {};
    goal[target.rate] = rate as number;
  }
  if (!any) return undefined;
  const sorted = [...tiers].toSorted(([a], [b]) => a - b).map(([above, tier]) => ({ above, ...tier }));
  return { rates, tiers: sorted.length > 0 ? sorted : undefined, serviceTiers };
}

/** Whether a value from JSON is an object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
