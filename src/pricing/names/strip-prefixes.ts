/** Strips what a model name says about its seller, protocol and region, until the seller's own name for the model is left. */
import { getOwn } from '../../lib/data/own-property.js';
import {
  findSeller,
  isGateway,
  isPassThrough,
  makers,
  resolveSeller,
  samePrice,
  type Seller,
} from '../sellers/sellers.js';
import type { PriceTable } from '../table/price-table.js';
import { lookUp, type NameQuery } from './table-lookup.js';

/**
 * The same query without prefixes: `openai/gpt-5`, `openai:gpt-5`, `bedrock/us-east-1/…`, `azure/global/…`,
 * `litellm/vertex_ai/…`. A prefix names the seller where nothing else does. A name that the seller's catalogue has as it is
 * stays as it is.
 */
export function stripPrefixes(query: NameQuery, prices: PriceTable): NameQuery {
  let current = query;
  for (let next: NameQuery | undefined = query; next; next = stripOne(current, prices)) current = next;
  return current;
}

function stripOne(query: NameQuery, prices: PriceTable): NameQuery | undefined {
  const { seller } = query;
  switch (seller.kind) {
    case 'listed':
      return lookUp(query, seller.id, prices) ? undefined : stripListed(query, seller.id);
    case 'unnamed':
      return stripUnnamed(query, prices);
    case 'gateway':
    case 'unknown-host':
      return stripBehind(query);
    case 'unlisted':
      return undefined;
    default:
      return seller satisfies never;
  }
}

function stripListed(query: NameQuery, seller: string): NameQuery | undefined {
  const vertex = stripVertexPath(query);
  if (vertex) return vertex;
  const own = getOwn(ownPrefixes, seller)?.exec(query.id)?.[0];
  if (own !== undefined) return cut(query, own);
  const place =
    seller === 'aws' ? /^([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)\//.exec(query.id)?.[1] : undefined;
  if (place !== undefined) return { ...query, id: query.id.replace('/', '.') };
  const prefix = splitPrefix(query.id);
  const named = prefix && findSeller(prefix.name);
  if (!prefix || named === undefined) return undefined;
  if (named === seller || getOwn(samePrice, seller)?.includes(named)) return cut(query, prefix.text);
  // The catalogue of a host may hold names with a maker's prefix; without an entry it does not sell the model. A maker that
  // is named with another's model is the default of a client whose calls go elsewhere.
  return makers.includes(seller) ? { ...query, seller: { kind: 'gateway', name: seller } } : undefined;
}

function stripUnnamed(query: NameQuery, prices: PriceTable): NameQuery | undefined {
  const vertex = stripVertexPath(query);
  if (vertex) return vertex;
  const prefix = splitPrefix(query.id);
  if (!prefix) return undefined;
  if (isPassThrough(prefix.name)) return cut(query, prefix.text);
  if (isGateway(prefix.name)) return cut(query, prefix.text, { kind: 'gateway', name: prefix.name });
  // A host in front of a model's name would be a file or a registry.
  const seller = prefix.name.includes('.') ? undefined : resolveSeller(prefix.name, prices.hosts);
  if (seller?.kind !== 'listed') return undefined;
  return prefix.name === '@cf' ? { ...query, seller } : cut(query, prefix.text, seller);
}

// Only makers are looked up there.
function stripBehind(query: NameQuery): NameQuery | undefined {
  const prefix = splitPrefix(query.id);
  const named = prefix && findSeller(prefix.name);
  return prefix && named !== undefined && !query.steps.includes(`prefix ${prefix.text} stripped`)
    ? cut(query, prefix.text)
    : undefined;
}

function stripVertexPath(query: NameQuery): NameQuery | undefined {
  const path = /^(?:projects\/.*\/)?publishers\/[a-z-]+\/models\//.exec(query.id)?.[0];
  return path === undefined ? undefined : cut(query, path, { kind: 'listed', id: 'google' });
}

function splitPrefix(id: string): { text: string; name: string } | undefined {
  const match = /^(@?[\w.-]+)[/:](?=.)/.exec(id);
  return match ? { text: match[0], name: match[1]! } : undefined;
}

const ownPrefixes: Readonly<Record<string, RegExp>> = {
  aws: /^(?:converse|invoke)\//,
  azure: /^(?:global|global-standard|responses)\//,
  openai: /^(?:responses|chat)\//,
};

function cut(query: NameQuery, prefix: string, seller: Seller = query.seller): NameQuery {
  const steps = [...query.steps, `prefix ${prefix} stripped`];
  return { id: query.id.slice(prefix.length), seller, steps };
}
