/** Lists the price table at a moment, for `pflow pricing list`. */
import { selectRates } from './select-rates.js';
import { resolveKey, resolveModel } from './names/resolve-model.js';
import type { PriceTable, Rates } from './table/price-table.js';

/** One model in `pflow pricing list`. */
export type PriceRow = Readonly<{
  model: string;
  rates: Rates;
  free: boolean;
  /** Whether some of its rates change with the length of the input. */
  tiered: boolean;
  aliases: readonly string[];
  origin: 'default' | 'user';
}>;

/**
 * The prices at a moment, in the table's order with the user's own models first. `filter` keeps the rows in whose name or
 * aliases all of its words occur.
 */
export function listPrices(prices: PriceTable, options: { filter?: string; at?: Date } = {}): PriceRow[] {
  const at = options.at ?? new Date();
  const words = (options.filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const own = prices.overrides.map(({ name }) => name).filter((name) => !name.includes('*'));
  const rows = [...own, ...prices.models.keys()].flatMap((name) => createRow(name, prices, at) ?? []);
  const unique = new Map(rows.map((row) => [row.model, row]));
  return [...unique.values()].filter(({ model, aliases }) => {
    const text = [model, ...aliases].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function createRow(name: string, prices: PriceTable, at: Date): PriceRow | undefined {
  const resolved = prices.models.has(name) ? resolveKey(name, prices) : resolveModel(name, { prices });
  if (resolved.pricedAs === undefined) return undefined;
  const { price, override } = resolved;
  return {
    model: resolved.pricedAs,
    rates: selectRates(resolved, { at, input: 0 })?.rates ?? {},
    free: (override?.price.free ?? price.free) === true,
    tiered: (override?.price.tiers ?? price.tiers ?? []).length > 0,
    aliases: [...(price.aliases ?? []), ...(override?.price.aliases ?? [])],
    origin: override ? 'user' : 'default',
  };
}
