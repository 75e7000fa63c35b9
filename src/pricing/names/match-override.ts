/** Finds the entry of the user's pricing.json that applies to a model. */
import { findSeller } from '../sellers/sellers.js';
import type { PriceOverride, PriceTable } from '../table/price-table.js';

/** A model as it was named, with the key that the default table has for it, if any. */
type NamedModel = Readonly<{
  id: string;
  provider: string | undefined;
  key: string | undefined;
  prices: PriceTable;
}>;

/**
 * The user's entry for a model: first one of exactly the given name, then one with such an alias or glob, then one for the
 * model that the default table found. `direct`: the given name was enough.
 */
export function findOverride(
  overrides: readonly PriceOverride[],
  { id, provider, key, prices }: NamedModel,
): { override: PriceOverride; how: string; direct: boolean } | undefined {
  if (overrides.length === 0) return undefined;
  const given = provider === undefined ? [id] : [id, `${provider}/${id}`];
  const found = key === undefined ? [] : namesOf(key, prices);
  for (const [names, direct] of [
    [given, true],
    [found, false],
  ] as const) {
    for (const { how, matches } of ways) {
      const override = overrides.find(
        (each) => belongsTo(each, provider, key) && names.some((name) => matches(each, name)),
      );
      if (override) return { override, how: `${how} '${override.name}' in pricing.json`, direct };
    }
  }
  return undefined;
}

const ways: readonly { how: string; matches: (override: PriceOverride, name: string) => boolean }[] = [
  { how: 'entry', matches: ({ name }, given) => name.toLowerCase() === given },
  {
    how: 'alias of',
    matches: ({ price }, given) => price.aliases?.some((alias) => alias.toLowerCase() === given) ?? false,
  },
  { how: 'pattern', matches: ({ name }, given) => name.includes('*') && globToRegExp(name).test(given) },
];

function belongsTo(override: PriceOverride, provider: string | undefined, key: string | undefined): boolean {
  if (override.provider === undefined) return true;
  const wanted = findSeller(override.provider) ?? override.provider.toLowerCase();
  const actual = key?.slice(0, key.indexOf('/')) ?? provider;
  return actual === undefined || actual === wanted || provider === wanted;
}

function namesOf(key: string, prices: PriceTable): string[] {
  const id = key.slice(key.indexOf('/') + 1);
  const names = [id, ...(prices.models.get(key)?.aliases ?? [])];
  return [key, ...names].map((name) => name.toLowerCase());
}

function globToRegExp(glob: string): RegExp {
  const parts = glob
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
