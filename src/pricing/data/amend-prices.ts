/** Applies amendments to converted prices: what the source of the table has wrong or lacks. */
import type { AmendmentNote, ModelPrice, Rates } from '../table/price-table.js';

/** A correction of the source, with where the right price is published and the day on which it was read. */
export type Amendment = AmendmentNote &
  Readonly<{
    id: string;
    /** Keys of the table (`seller/model`) that `change` is applied to. */
    models?: RegExp;
    /** The corrected price; the same object where it already is as it should be. */
    change?: (price: ModelPrice, key: string) => ModelPrice;
    /** Models that the source lacks; one that it has meanwhile is left alone. */
    add?: Readonly<Record<string, ModelPrice>>;
    /** Models that the seller does not sell, or whose price is not known. */
    remove?: RegExp;
  }>;

/** The amended prices, and the keys that each amendment changed: one that changed none is out of date. */
export function amendPrices(
  source: ReadonlyMap<string, ModelPrice>,
  amendments: readonly Amendment[],
): { models: Map<string, ModelPrice>; changed: Map<string, string[]> } {
  const models = new Map(source);
  const changed = new Map<string, string[]>();
  for (const amendment of amendments) {
    const keys = applyAmendment(models, amendment);
    changed.set(amendment.id, keys);
    for (const key of keys) {
      const price = models.get(key);
      if (price) models.set(key, { ...price, amended: [...(price.amended ?? []), amendment.id] });
    }
  }
  return { models, changed };
}

function applyAmendment(
  models: Map<string, ModelPrice>,
  { models: names, change, add = {}, remove }: Amendment,
): string[] {
  const keys: string[] = [];
  for (const [key, price] of models) {
    if (remove?.test(key)) {
      models.delete(key);
      keys.push(key);
    }
    if (!change || !names?.test(key)) continue;
    const amended = change(price, key);
    if (amended === price) continue;
    models.set(key, amended);
    keys.push(key);
  }
  for (const [key, price] of Object.entries(add)) {
    if (models.has(key)) continue;
    models.set(key, price);
    keys.push(key);
  }
  return keys;
}

/** Replaces rates that the source has wrong, as long as it has these. */
export function replaceRates(wrong: Rates, right: Partial<ModelPrice>): Amendment['change'] & object {
  return (price) => {
    const has = Object.entries(wrong).every(([name, rate]) => price[name as keyof Rates] === rate);
    return has ? { ...price, ...right } : price;
  };
}

/** Adds rates that the source lacks. */
export function addRates(rates: Rates): Amendment['change'] & object {
  return (price) => {
    const missing = Object.entries(rates).filter(([name]) => price[name as keyof Rates] === undefined);
    return missing.length > 0 ? { ...price, ...Object.fromEntries(missing) } : price;
  };
}

/** Adds a service tier at a factor of the standard token rates. */
export function addServiceTier(tier: string, factor: number): Amendment['change'] & object {
  return (price) =>
    price.serviceTiers?.[tier] === undefined
      ? { ...price, serviceTiers: { ...price.serviceTiers, [tier]: factor } }
      : price;
}

/** Takes names away from a model that it is not, or not any more. */
export function removeAliases(...names: readonly string[]): Amendment['change'] & object {
  return (price) => {
    if (!price.aliases?.some((alias) => names.includes(alias))) return price;
    const { aliases, ...rest } = price;
    const kept = aliases.filter((alias) => !names.includes(alias));
    return { ...rest, ...(kept.length > 0 ? { aliases: kept } : {}) };
  };
}

/** Gives a model another name. */
export function addAliases(...names: readonly string[]): Amendment['change'] & object {
  return (price) => {
    const missing = names.filter((name) => !price.aliases?.includes(name));
    return missing.length > 0
      ? { ...price, aliases: [...(price.aliases ?? []), ...missing].toSorted() }
      : price;
  };
}
