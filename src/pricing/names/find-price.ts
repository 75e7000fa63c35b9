/** Finds the table's entry for a model name, or the reason why it has no price. */
import { hosts, isClosed, makers, type Seller } from '../sellers/sellers.js';
import type { PriceTable } from '../table/price-table.js';
import { parseBedrockId, splitVendor } from './bedrock-id.js';
import { stripPrefixes } from './strip-prefixes.js';
import {
  lookUp,
  lookUpVariants,
  sellerOf,
  type NameQuery,
  type PriceHit,
  type PriceMiss,
} from './table-lookup.js';

/** The entry for a model name. A name that only contains or resembles another is not that model. */
export function findPrice(given: NameQuery, prices: PriceTable): PriceHit | PriceMiss {
  const query = stripPrefixes(given, prices);
  const { seller } = query;
  switch (seller.kind) {
    case 'listed':
      return findListed(query, seller.id, prices);
    case 'unnamed':
      return findUnnamed(query, prices);
    case 'gateway':
      return findBehind(query, seller.name, seller.name, prices);
    case 'unknown-host':
      return findBehind(query, `the host ${seller.name}`, seller.name, prices);
    case 'unlisted':
      return findUnlisted(query, seller.name, prices);
    default:
      return seller satisfies never;
  }
}

function findListed(query: NameQuery, seller: string, prices: PriceTable): PriceHit | PriceMiss {
  const bedrock = seller === 'aws' ? parseBedrockId(query.id) : undefined;
  if (bedrock) return findBedrock(query, bedrock, prices);
  const exact = lookUp(query, seller, prices);
  if (exact) return exact;
  if (query.id.startsWith('ft:')) return findFineTuned(query, seller, prices);
  return (
    lookUpVariants(query, seller, prices) ?? { reason: `no price is known for ${query.id} at ${seller}` }
  );
}

function findUnnamed(query: NameQuery, prices: PriceTable): PriceHit | PriceMiss {
  if (query.id.startsWith('ft:')) return findFineTuned(query, 'openai', prices);
  const bedrock = parseBedrockId(query.id);
  if (bedrock) return findBedrock(query, bedrock, prices);
  return lookUpMakers(query, prices) ?? findHosted(query, prices);
}

// A fine-tuned model has a price of its own; the base model's would be a guess.
function findFineTuned(query: NameQuery, seller: string, prices: PriceTable): PriceHit | PriceMiss {
  const [, base = ''] = query.id.split(':');
  const tuned = { ...query, id: `ft:${base}`, steps: [...query.steps, 'fine-tune'] };
  const reason = `no price is known for fine-tunes of ${base}; the base model's price is not theirs`;
  return lookUpVariants(tuned, seller, prices) ?? { reason };
}

// Names in the table without a region are those of the US. Anthropic's models cost the same in every region, and less as
// `global.`, which is Anthropic's own price (aws.amazon.com/bedrock/pricing); the prices of other vendors differ by region.
function findBedrock(
  query: NameQuery,
  { region, name }: NonNullable<ReturnType<typeof parseBedrockId>>,
  prices: PriceTable,
): PriceHit | PriceMiss {
  const { vendor, model } = splitVendor(name);
  const isAnthropic = vendor === 'anthropic';
  const steps = [...query.steps, region === undefined ? 'Bedrock id' : `Bedrock id in ${region}`];
  const atAws = (id: string): PriceHit | undefined => lookUpVariants({ ...query, steps, id }, 'aws', prices);
  if (region === undefined)
    return findAnywhere(atAws, name) ?? { reason: `no price is known for ${name} on Bedrock` };
  const regional = atAws(`${region}.${name}`);
  if (regional) return regional;
  const isLikeUs = region === 'us' || (isAnthropic && region !== 'us-gov' && region !== 'global');
  const hit = isLikeUs ? atAws(name) : undefined;
  if (hit) return hit;
  const maker =
    isAnthropic && region === 'global'
      ? lookUpVariants(
          { ...query, steps: [...steps, 'aws priced like anthropic'], id: model },
          vendor,
          prices,
        )
      : undefined;
  if (!maker) return { reason: `no price is known for ${name} in the region ${region} of Bedrock` };
  const warning = `the table has no price of ${query.id} at aws: this is ${vendor}'s`;
  return { ...maker, certainty: 'borrowed', warnings: [warning] };
}

// An id without a region does not show whether the call was global, which costs less.
function findAnywhere(atAws: (id: string) => PriceHit | undefined, name: string): PriceHit | undefined {
  const regional = atAws(name);
  const global = regional && atAws(`global.${name}`);
  if (!global) return regional;
  const warning = 'the id names no region: calls that are not global cost more on Bedrock';
  return { ...global, certainty: 'bound', warnings: [...global.warnings, warning] };
}

function lookUpMakers(query: NameQuery, prices: PriceTable): PriceHit | undefined {
  for (const maker of makers) {
    const hit = lookUpVariants(query, maker, prices);
    // What is free at its maker is not free at another seller.
    if (hit && !prices.models.get(hit.key)?.free) return hit;
  }
  return undefined;
}

// A host's own name for a model, which no other host uses. A name with a maker's prefix is that of the weights, which anybody
// may run.
function findHosted({ id, steps }: NameQuery, prices: PriceTable): PriceHit | PriceMiss {
  const keys = findAtHosts(id, prices);
  const [key] = keys;
  if (keys.length > 1) {
    return {
      reason: `${id} has a price of its own at each of ${keys.map(sellerOf).join(', ')}; name the provider`,
    };
  }
  if (key === undefined) return { reason: `no price is known for ${id}` };
  const host = sellerOf(key);
  if (id.includes('/') || prices.models.get(key)?.free) {
    return { reason: `no price is known for ${id} without its provider; the table has that of ${host}` };
  }
  return {
    key,
    steps: [...steps, `only at ${host}`],
    certainty: 'borrowed',
    warnings: [`no provider was named: this is the price of ${host}, the only one in the table with ${id}`],
  };
}

// A gateway or an unknown host: makers of closed models have one list price, open weights are sold at any.
function findBehind(query: NameQuery, where: string, name: string, prices: PriceTable): PriceHit | PriceMiss {
  const hit = lookUpMakers(query, prices);
  if (!hit || !isClosed(hit.key)) {
    return { reason: `no price is known for ${query.id} at ${where}${adviseHost(name, query, prices)}` };
  }
  const maker = sellerOf(hit.key);
  const warning = `the prices of ${where} are not known: this is ${maker}'s${adviseHost(name, query, prices)}`;
  return { ...hit, certainty: 'borrowed', warnings: [warning] };
}

function findUnlisted(query: NameQuery, name: string, prices: PriceTable): PriceMiss {
  return {
    reason: `the prices of ${name} are not known, and another seller's would be a guess${adviseHost(name, query, prices)}`,
  };
}

/** The line of pricing.json that states whose prices hold at a host: of the maker, or of a seller that has the model. */
function adviseHost(name: string, query: NameQuery, prices: PriceTable): string {
  const anywhere: Seller = { kind: 'gateway', name };
  const plain = stripPrefixes({ ...query, seller: anywhere }, prices);
  const key = lookUpMakers(plain, prices)?.key ?? findAtHosts(query.id, prices)[0];
  if (key === undefined) return '';
  const line = `{"hosts": {${JSON.stringify(name)}: ${JSON.stringify(sellerOf(key))}}}`;
  return `. If they are those of ${sellerOf(key)}, put ${line} into ~/.pflow/pricing.json`;
}

function findAtHosts(id: string, prices: PriceTable): string[] {
  return hosts.flatMap((host) => prices.names.get(`${host}/${id}`) ?? []);
}
