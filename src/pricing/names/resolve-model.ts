/** Resolves a model name to its price by exact rules in a fixed order. */
import { nearest } from '../../lib/text/nearest.js';
import { parseBedrockId, splitVendor } from './bedrock-id.js';
import { generateVariants } from './name-variants.js';
import { findOverride } from './match-override.js';
import { gateways, hosts, makers, pricedLike, resolveSeller, reseller } from '../sellers/sellers.js';
import type { ModelPrice, PriceOverride, PriceTable } from '../table/price-table.js';

/** A model name that found its price. */
export type ResolvedModel = Readonly<{
  /** `provider/model` in the table, or the name of the user's entry. */
  pricedAs: string;
  provider: string | undefined;
  /** The table's price; empty where only the user has one. */
  price: ModelPrice;
  /** The user's entry, whose fields go before those of `price`. */
  override: PriceOverride | undefined;
  /** How the name was resolved, in words and in order. */
  matchedBy: string;
}>;

/** A model name without a price, and why it has none. */
export type UnresolvedModel = Readonly<{ pricedAs: undefined; reason: string }>;

/**
 * The price of a model by name, by exact rules in a fixed order: the user's entries, the table's ids and aliases, then the
 * same again without what is known to be decoration (provider prefixes, Bedrock regions and versions, dates, `-latest`),
 * and with dots for dashes. A name that only contains or resembles another is not it, and has no price.
 */
export function resolveModel(
  name: string,
  options: { provider?: string | undefined; prices: PriceTable },
): ResolvedModel | UnresolvedModel {
  const { provider, prices } = options;
  const memo = memoOf(prices);
  const key = `${provider ?? ''} ${name}`;
  const known = memo.get(key);
  if (known) return known;
  const resolved = resolve(name.trim().toLowerCase(), provider, prices);
  if (memo.size < 10_000) memo.set(key, resolved);
  return resolved;
}

/** Names of the table that look like `name`: a hint for people, never a price. */
export function suggestModels(name: string, prices: PriceTable): string[] {
  const bare = name.toLowerCase().split('/').at(-1) ?? '';
  const ids = new Set(Array.from(prices.models.keys(), (key) => key.slice(key.indexOf('/') + 1)));
  return nearest(bare, ids);
}

type Asked = Readonly<{ id: string; provider: string | undefined; steps: readonly string[] }>;
type Hit = Readonly<{ key: string; steps: readonly string[] }>;

// The same few names are asked for thousands of times.
const memos = new WeakMap<PriceTable, Map<string, ResolvedModel | UnresolvedModel>>();

function memoOf(prices: PriceTable): Map<string, ResolvedModel | UnresolvedModel> {
  let memo = memos.get(prices);
  if (!memo) memos.set(prices, (memo = new Map()));
  return memo;
}

function resolve(
  id: string,
  providerName: string | undefined,
  prices: PriceTable,
): ResolvedModel | UnresolvedModel {
  const provider = providerName === undefined ? undefined : resolveSeller(providerName);
  const hit = find({ id, provider, steps: [] }, prices);
  const key = typeof hit === 'object' ? hit.key : undefined;
  const user = findOverride(prices.overrides, { id, provider: provider ?? providerName, key, prices });
  if (user) {
    const via = key === undefined || user.direct ? [user.how] : [...(hit as Hit).steps, user.how];
    return {
      pricedAs: key ?? user.override.name,
      provider: key === undefined ? provider : providerOf(key),
      price: key === undefined ? {} : prices.models.get(key)!,
      override: user.override,
      matchedBy: via.join(', '),
    };
  }
  if (typeof hit !== 'object') return { pricedAs: undefined, reason: hit ?? `no price is known for ${id}` };
  return {
    pricedAs: hit.key,
    provider: providerOf(hit.key),
    price: prices.models.get(hit.key)!,
    override: undefined,
    matchedBy: hit.steps.join(', '),
  };
}

// The key, or the reason why there is none, or undefined when there is nothing to say.
function find(asked: Asked, prices: PriceTable): Hit | string | undefined {
  return findSold(asked, prices) ?? (asked.provider === undefined ? findHosted(asked, prices) : undefined);
}

// By the provider that was named, or by the maker of the model.
function findSold(asked: Asked, prices: PriceTable): Hit | string | undefined {
  const exact = lookUp(asked, prices);
  if (exact) return exact;
  const inner = withoutPrefix(asked);
  if (inner) return findSold(inner, prices);
  if (asked.id.startsWith('ft:')) return fineTuned(asked, prices);
  const bedrock =
    asked.provider === undefined || asked.provider === 'aws' ? parseBedrockId(asked.id) : undefined;
  if (bedrock) return findBedrock(asked, bedrock, prices);
  return findVariant(asked, prices);
}

function findVariant(asked: Asked, prices: PriceTable): Hit | undefined {
  for (const { id, steps } of generateVariants(asked.id)) {
    const hit = lookUp({ ...asked, id, steps: [...asked.steps, ...steps] }, prices);
    if (hit) return hit;
  }
  return undefined;
}

function lookUp({ id, provider, steps }: Asked, prices: PriceTable): Hit | undefined {
  const own = provider === undefined ? makers : [provider, ...(pricedLike[provider] ?? [])];
  for (const each of own) {
    const key = prices.names.get(`${each}/${id}`);
    if (key !== undefined) return { key, steps: [...steps, ...borrowed(provider, each), howNamed(key, id)] };
  }
  return undefined;
}

function borrowed(asked: string | undefined, found: string): string[] {
  return asked === undefined || asked === found ? [] : [`${asked} priced like ${found}`];
}

function howNamed(key: string, id: string): string {
  return key.slice(key.indexOf('/') + 1).toLowerCase() === id ? 'exact' : `alias of ${key}`;
}

// `openai/gpt-5`, `bedrock/converse/…`, `openrouter/anthropic/…`, `openai:gpt-5`. A host's own catalogue may hold names
// with a maker's prefix, so with a host given only its own prefix comes off.
function withoutPrefix({ id, provider, steps }: Asked): Asked | undefined {
  const vertex = /^(?:projects\/.*\/)?publishers\/([a-z-]+)\/models\//.exec(id);
  if (vertex)
    return { id: id.slice(vertex[0].length), provider: 'google', steps: [...steps, `${vertex[0]} stripped`] };
  const match = /^([\w.-]+)([/:])(.+)$/.exec(id);
  if (!match) return undefined;
  const [, prefix = '', separator = '', rest = ''] = match;
  const step = `prefix ${prefix}${separator} stripped`;
  if (gateways.has(prefix) || (prefix === 'converse' && provider === 'aws')) {
    return { id: rest, provider, steps: [...steps, step] };
  }
  const named = resolveSeller(prefix);
  if (named === undefined || prefix.includes('.')) return undefined;
  const isHosted = provider !== undefined && hosts.includes(provider);
  return isHosted && named !== provider ? undefined : { id: rest, provider: named, steps: [...steps, step] };
}

// A fine-tuned model has a price of its own; without one, the base model's would be a guess.
function fineTuned(asked: Asked, prices: PriceTable): Hit | string {
  const [, base = ''] = asked.id.split(':');
  const provider = asked.provider ?? 'openai';
  const hit = findVariant({ id: `ft:${base}`, provider, steps: [...asked.steps, 'fine-tune'] }, prices);
  return hit ?? `no price is known for fine-tunes of ${base}; the base model's price is not theirs`;
}

// Bedrock sells most models dearer in a region than `global.`; names in the table without a region are regional.
function findBedrock(
  asked: Asked,
  { region, name }: NonNullable<ReturnType<typeof parseBedrockId>>,
  prices: PriceTable,
): Hit | undefined {
  const where = region === undefined ? 'Bedrock id' : `Bedrock id in ${region}`;
  const steps = [...asked.steps, where];
  const aws = { provider: 'aws', steps };
  const global = region === 'global' ? lookUp({ ...aws, id: `global.${name}` }, prices) : undefined;
  const { vendor, model } = splitVendor(name);
  return (
    global ??
    lookUp({ ...aws, id: name }, prices) ??
    findVariant(
      { id: model, provider: resolveSeller(vendor), steps: [...steps, `priced as ${vendor} does`] },
      prices,
    )
  );
}

// The same open model costs differently at each host: without the host's name there is no one price.
function findHosted({ id }: Asked, prices: PriceTable): Hit | string | undefined {
  const keys = [...hosts, reseller].flatMap((host) => prices.names.get(`${host}/${id}`) ?? []);
  if (keys.length > 1) return `${id} has a price of its own at each of ${keys.join(', ')}; name the provider`;
  return keys[0] === undefined ? undefined : { key: keys[0], steps: [howNamed(keys[0], id)] };
}

function providerOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
