/** Compares two sets of prices and describes what changed, one line a model. */
import { rateNames, type ModelPrice, type PriceFile } from '../table/price-table.js';

type Models = PriceFile['models'];

/** A model whose price differs between two price files. */
export type PriceChange = Readonly<{
  model: string;
  kind: 'added' | 'changed';
  /** What changed: `input $1.25 → $1`. For a new model, its rates. */
  details: readonly string[];
}>;

/** What `after` has that `before` has not or has otherwise, in the order of `after`. */
export function comparePrices(before: Models, after: Models): PriceChange[] {
  return Object.entries(after).flatMap(([model, price]): PriceChange[] => {
    const old = before[model];
    if (!old) return [{ model, kind: 'added', details: describeRates(price) }];
    const details = describeDifferences(old, price);
    return details.length > 0 ? [{ model, kind: 'changed', details }] : [];
  });
}

function describeRates(price: ModelPrice): string[] {
  if (price.free) return ['free'];
  return rateNames.flatMap((name) => (price[name] === undefined ? [] : [`${name} $${price[name]}`]));
}

function describeDifferences(before: ModelPrice, after: ModelPrice): string[] {
  const rates = rateNames
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${showRate(before[name])} → ${showRate(after[name])}`);
  const others = structured.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return [...rates, ...others.map((name) => `${labels[name]} changed`)];
}

const labels = {
  free: 'whether it is free',
  tiers: 'the tiers',
  history: 'earlier prices',
  hours: 'the hours',
  serviceTiers: 'the service tiers',
  aliases: 'other names',
} as const;

const structured = Object.keys(labels) as (keyof typeof labels)[];

function showRate(rate: number | undefined): string {
  return rate === undefined ? 'none' : `$${rate}`;
}
