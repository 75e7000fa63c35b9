/** Builds a price file from data of genai-prices: converted, amended and in a stable order. */
import { hosts, makers, router } from '../sellers/sellers.js';
import { rateNames, type ModelPrice, type PriceFile } from '../table/price-table.js';
import { amendPrices } from './amend-prices.js';
import { amendments, sellerTerms } from './amendments.js';
import { convertSource } from './convert-source.js';
import type { SourceProvider } from './source-data.js';

/** Where data comes from, with the day that it is of. */
export type DataOrigin = Readonly<{ source: string; license: string; date: string; note: string }>;

/** The price file, the models that the data has no price of, and the amendments that changed nothing. */
export function buildPriceFile(
  providers: readonly SourceProvider[],
  origin: DataOrigin,
): { file: PriceFile; unpriced: string[]; outdated: string[] } {
  const sellers = [...makers, ...hosts, router];
  const { models: converted, unpriced } = convertSource(providers, sellers);
  const { models, changed } = amendPrices(converted, amendments);
  const applied = amendments.filter(({ id }) => changed.get(id)!.length > 0);
  const order = new Map(sellers.map((seller, index) => [seller, index]));
  const sorted = [...models].toSorted(
    ([a], [b]) => order.get(sellerPart(a))! - order.get(sellerPart(b))! || (a < b ? -1 : 1),
  );
  return {
    file: {
      ...pick(origin),
      currency: 'USD',
      unit: 'per_million',
      note: origin.note,
      amendments: Object.fromEntries(
        applied.map(({ id, reason, source, date }) => [id, { reason, source, date }]),
      ),
      sellers: sellerTerms,
      models: Object.fromEntries(sorted.map(([key, price]) => [key, orderFields(price)])),
    },
    unpriced: unpriced.filter((key) => !models.has(key)),
    outdated: amendments.filter(({ id }) => changed.get(id)!.length === 0).map(({ id }) => id),
  };
}

/** A price file as text, with one model a line, so that a change of price is a change of one line. */
export function formatPriceFile({ models, amendments: notes, sellers, ...head }: PriceFile): string {
  const block = (name: string, entries: Readonly<Record<string, unknown>>): string =>
    `  ${JSON.stringify(name)}: {\n${Object.entries(entries)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n')}\n  }`;
  const lines = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${[...lines, block('amendments', notes), block('sellers', sellers), block('models', models)].join(',\n')}\n}\n`;
}

function pick({ source, license, date }: DataOrigin): Pick<PriceFile, 'source' | 'license' | 'date'> {
  return { source, license, date };
}

function sellerPart(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function orderFields(price: ModelPrice): ModelPrice {
  const { tiers, free, serviceTiers, atLeast, aliases, history, hours, disputed, amended } = price;
  return {
    ...Object.fromEntries(
      rateNames.flatMap((name) => (price[name] === undefined ? [] : [[name, price[name]]])),
    ),
    ...(free ? { free } : {}),
    ...(tiers ? { tiers } : {}),
    ...(serviceTiers ? { serviceTiers } : {}),
    ...(atLeast ? { atLeast } : {}),
    ...(aliases ? { aliases } : {}),
    ...(history ? { history } : {}),
    ...(hours ? { hours } : {}),
    ...(disputed === undefined ? {} : { disputed }),
    ...(amended ? { amended } : {}),
  };
}
