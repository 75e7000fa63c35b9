/** Looks up a model name at a seller in the price table, as written and in its other spellings. */
import { getOwn } from '../../lib/data/own-property.js';
import { isClosed, router, samePrice, type Seller } from '../sellers/sellers.js';
import type { PriceTable } from '../table/price-table.js';
import { generateVariants } from './name-variants.js';

/** A model name that is being looked up: what is left of it, who sells it, and the steps so far. */
export type NameQuery = Readonly<{ id: string; seller: Seller; steps: readonly string[] }>;

/** An entry of the table for a model name. */
export type PriceHit = Readonly<{
  key: string;
  steps: readonly string[];
  /**
   * estimated: one of several prices, or that of a model which is taken to cost the same · bound: the least of several ·
   * borrowed: another seller's price.
   */
  certainty: 'exact' | 'estimated' | 'bound' | 'borrowed';
  warnings: readonly string[];
}>;

/** Why there is no entry, in words. */
export type PriceMiss = Readonly<{ reason: string }>;

/** The entry of a name in any of its spellings. */
export function lookUpVariants(query: NameQuery, seller: string, prices: PriceTable): PriceHit | undefined {
  for (const { id, steps, assumed } of generateVariants(query.id)) {
    const hit = lookUp({ ...query, id, steps: [...query.steps, ...steps] }, seller, prices);
    if (hit) return assumed && hit.certainty === 'exact' ? { ...hit, certainty: 'estimated' } : hit;
  }
  return undefined;
}

/** The entry of exactly this name: the seller's own, or that of a maker whose closed models it sells at the same price. */
export function lookUp(query: NameQuery, seller: string, prices: PriceTable): PriceHit | undefined {
  return lookUpOwn(query, seller, prices) ?? borrowFromMaker(query, seller, prices);
}

/** The seller's part of a key of the table, `openai` in `openai/gpt-5`. */
export function sellerOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function lookUpOwn({ id, steps }: NameQuery, seller: string, prices: PriceTable): PriceHit | undefined {
  const key = prices.names.get(`${seller}/${id}`);
  if (key === undefined) return undefined;
  const warnings: string[] = [];
  const { disputed } = prices.models.get(key)!;
  if (disputed !== undefined) warnings.push(`sources differ: ${disputed}`);
  if (seller === router && !isClosed(key.slice(seller.length + 1))) {
    warnings.push(`${router} passes ${id} on to hosts at prices of their own, of which this is one`);
  }
  const certainty = warnings.length > 0 ? 'estimated' : 'exact';
  return { key, steps: [...steps, describeName(key, id)], certainty, warnings };
}

function borrowFromMaker({ id, steps }: NameQuery, seller: string, prices: PriceTable): PriceHit | undefined {
  for (const maker of getOwn(samePrice, seller) ?? []) {
    const key = prices.names.get(`${maker}/${id}`);
    if (key === undefined || !isClosed(key)) continue;
    return {
      key,
      steps: [...steps, `${seller} priced like ${maker}`, describeName(key, id)],
      certainty: 'borrowed',
      warnings: [`the table has no price of ${id} at ${seller}: this is ${maker}'s`],
    };
  }
  return undefined;
}

function describeName(key: string, id: string): string {
  return key.slice(key.indexOf('/') + 1).toLowerCase() === id ? 'exact' : `alias of ${key}`;
}
