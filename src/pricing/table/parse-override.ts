/** Parses the user's pricing.json, with a warning and a line for each mistake. */
import { nearest } from '../../lib/text/nearest.js';
import { locateJson } from './json-locations.js';
import { parseLitellmKey, toPerMillion } from './litellm-keys.js';
import { rateNames, type ModelPrice, type PriceOverride, type Rates, type Tier } from './price-table.js';

/**
 * The user's prices from the text of a pricing.json: `{"models": {"<name, provider/name or glob>": {"input": 2.5, …}}}` in USD
 * per million tokens; LiteLLM's entries with their per-token keys are read as well. Whatever is wrong becomes a warning
 * with its line, and only that much is left out.
 */
export function parseOverride(
  text: string,
  path: string,
): { overrides: PriceOverride[]; warnings: string[] } {
  const parsed = parseJson(text, path);
  if ('warning' in parsed) return { overrides: [], warnings: [parsed.warning] };
  const problem = fileProblem(parsed.value);
  if (problem !== undefined)
    return { overrides: [], warnings: [`${path}: ${problem} Its prices are not used.`] };

  const { models, at } = modelsOf(parsed.value as Json);
  const { findLine } = locateJson(text);
  const warnings: { place: number; text: string }[] = [];
  const overrides: PriceOverride[] = [];
  for (const [name, entry] of Object.entries(models)) {
    const entryPath = [...at, name];
    const line = findLine(entryPath) ?? 1;
    const warn: Warn = (where, reason) => {
      const place = findLine([...entryPath, ...where]) ?? line;
      const text = `${path}:${place}: ${[name, ...where].join(' › ')} ${reason} It is not used.`;
      warnings.push({ place, text });
    };
    if (isObject(entry)) overrides.push({ name, ...parseEntry(entry, warn), line });
    else warn([], 'is not an object with prices.');
  }
  return { overrides, warnings: warnings.toSorted((a, b) => a.place - b.place).map(({ text }) => text) };
}

type Json = Readonly<Record<string, unknown>>;
type Warn = (where: readonly (string | number)[], reason: string) => void;
type MutableRates = { -readonly [Name in keyof Rates]: number };

function parseJson(text: string, path: string): { value: unknown } | { warning: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const { line, column } = locateJson(text).error ?? { line: 1, column: 1 };
    const rest = text.split('\n').at(line - 1) ?? '';
    const found = rest.slice(column - 1, column + 19).trim();
    const reason = found ? `${JSON.stringify(found)} is not expected here` : 'it ends too early';
    return {
      warning: `${path}:${line}:${column}: this is not JSON: ${reason}. The default prices are used.`,
    };
  }
}

function fileProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'it does not hold an object.';
  if (value['models'] !== undefined && !isObject(value['models'])) return "'models' is not an object.";
  const { currency = 'USD', unit = 'per_million' } = value;
  if (currency !== 'USD') return `prices in ${JSON.stringify(currency)} cannot be added to USD.`;
  if (unit !== 'per_million')
    return `the unit ${JSON.stringify(unit)} is not known; prices are "per_million" tokens.`;
  return undefined;
}

// LiteLLM's file has its models at the top.
function modelsOf(file: Json): { models: Json; at: string[] } {
  if (isObject(file['models'])) return { models: file['models'], at: ['models'] };
  return { models: Object.fromEntries(Object.entries(file).filter(([, entry]) => isObject(entry))), at: [] };
}

function parseEntry(entry: Json, warn: Warn): Pick<PriceOverride, 'price' | 'provider'> {
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

// Real prices lie far inside these bounds; outside them somebody has mistaken the unit.
function rateProblem(value: unknown, name: keyof Rates): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `is ${JSON.stringify(value)}, which is not a number.`;
  if (value < 0) return `is ${value}; a price is 0 or more.`;
  if (name === 'perRequest')
    return value > 100 ? `is ${value} USD for one request; is that per 1,000?` : undefined;
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

// undefined when the entry has none of LiteLLM's keys, so that a typo in one of ours is still told.
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

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
