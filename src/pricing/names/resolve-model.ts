/** Resolves a model name to its price: the user's entries first, then the table. */
import { nearest } from '../../lib/text/nearest.js';
import { resolveSeller, type Seller } from '../sellers/sellers.js';
import type { ModelPrice, PriceOverride, PriceTable, SellerTerms } from '../table/price-table.js';
import { findPrice } from './find-price.js';
import { findOverride } from './match-override.js';
import { sellerOf, type PriceHit } from './table-lookup.js';

/** A model name that found its price. */
export type ResolvedModel = Readonly<{
  /** `seller/model` in the table, or the name of the user's entry. */
  pricedAs: string;
  /** Whose price it is. */
  seller: string | undefined;
  /** What holds for all models of that seller. */
  terms: SellerTerms | undefined;
  /** The table's price; empty where only the user has one. */
  price: ModelPrice;
  /** The user's entry, whose fields take precedence over those of `price`. */
  override: PriceOverride | undefined;
  /** How the name was resolved, in words and in order. */
  matchedBy: string;
  certainty: PriceHit['certainty'];
  /** Why the price is not exact, in words. */
  warnings: readonly string[];
}>;

/** A model name without a price, and why it has none. */
export type UnresolvedModel = Readonly<{ pricedAs: undefined; reason: string }>;

/**
 * The price of a model by name, by exact rules in a fixed order: the user's entries, the seller's own ids and aliases, then the
 * same again without prefixes, dates and other decoration. A price belongs to a seller: where one is named that the table
 * does not have, the price is unknown.
 */
export function resolveModel(
  name: string,
  options: { provider?: string | undefined; prices: PriceTable },
): ResolvedModel | UnresolvedModel {
  const { provider, prices } = options;
  const memo = memoFor(prices);
  const key = `${provider ?? ''} ${name}`;
  const known = memo.get(key);
  if (known) return known;
  const resolved = resolve(name.trim().toLowerCase(), provider, prices);
  if (memo.size < 10_000) memo.set(key, resolved);
  return resolved;
}

/** Names of the table that look like `name`, to suggest; never a price. */
export function suggestModels(name: string, prices: PriceTable): string[] {
  const bare = name.toLowerCase().split('/').at(-1) ?? '';
  const ids = new Set(Array.from(prices.models.keys(), (key) => key.slice(key.indexOf('/') + 1)));
  return nearest(bare, ids);
}

// A run names the same few models thousands of times.
const memos = new WeakMap<PriceTable, Map<string, ResolvedModel | UnresolvedModel>>();

function memoFor(prices: PriceTable): Map<string, ResolvedModel | UnresolvedModel> {
  let memo = memos.get(prices);
  if (!memo) memos.set(prices, (memo = new Map()));
  return memo;
}

/** The price under a key of the table, with the user's entry for it. */
export function resolveKey(key: string, prices: PriceTable): ResolvedModel {
  const id = key.slice(key.indexOf('/') + 1);
  const hit: PriceHit = { key, steps: ['exact'], certainty: 'exact', warnings: [] };
  const user = findOverride(prices.overrides, { id: id.toLowerCase(), provider: sellerOf(key), key, prices });
  return applyOverride(hit, user, sellerOf(key), prices);
}

function resolve(
  id: string,
  provider: string | undefined,
  prices: PriceTable,
): ResolvedModel | UnresolvedModel {
  const query = routeHuggingFace(id, provider, prices);
  const found = findPrice({ ...query, steps: [] }, prices);
  const hit = 'key' in found ? found : undefined;
  const name = query.seller.kind === 'listed' ? query.seller.id : provider?.trim().toLowerCase();
  const user = findOverride(prices.overrides, { id, provider: name, key: hit?.key, prices });
  if (!user && 'reason' in found) return { pricedAs: undefined, reason: found.reason };
  return applyOverride(hit, user, name, prices);
}

function applyOverride(
  hit: PriceHit | undefined,
  user: ReturnType<typeof findOverride>,
  seller: string | undefined,
  prices: PriceTable,
): ResolvedModel {
  const owner = hit ? sellerOf(hit.key) : seller;
  const base = {
    pricedAs: hit?.key ?? user!.override.name,
    seller: owner,
    terms: hit && prices.sellers.get(sellerOf(hit.key)),
    price: hit ? prices.models.get(hit.key)! : {},
    override: user?.override,
  };
  if (!user) {
    const { certainty, warnings, steps } = hit!;
    return { ...base, matchedBy: steps.join(', '), certainty, warnings };
  }
  const matchedBy = [...(hit && !user.direct ? hit.steps : []), user.how].join(', ');
  // Rates of the user's own leave nothing to borrow.
  const { free, input, output } = user.override.price;
  const isWhole = free === true || (input !== undefined && output !== undefined);
  return isWhole || !hit
    ? { ...base, matchedBy, certainty: 'exact', warnings: [] }
    : { ...base, matchedBy, certainty: hit.certainty, warnings: hit.warnings };
}

// Hugging Face's router takes the provider from the model's name: `openai/gpt-oss-120b:groq`, `groq/openai/gpt-oss-120b`.
function routeHuggingFace(
  id: string,
  provider: string | undefined,
  prices: PriceTable,
): { id: string; seller: Seller } {
  const seller = resolveSeller(provider, prices.hosts);
  const prefixed = seller.kind === 'unnamed' && id.startsWith('huggingface/');
  if (!prefixed && !(seller.kind === 'unlisted' && seller.name === 'huggingface')) return { id, seller };
  const name = prefixed ? id.slice('huggingface/'.length) : id;
  const [, last, first] = /^(?:(?:[^:]+):([\w-]+)|([\w-]+)\/.+\/.+)$/.exec(name) ?? [];
  const routed = resolveSeller(`huggingface_${last ?? first}`);
  if (routed.kind !== 'listed') return { id: name, seller: { kind: 'unlisted', name: 'huggingface' } };
  const model = last === undefined ? name.slice(first!.length + 1) : name.slice(0, -last.length - 1);
  return { id: model, seller: routed };
}
