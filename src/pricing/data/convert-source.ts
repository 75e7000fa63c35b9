/** Converts the prices of genai-prices (github.com/pydantic/genai-prices) into those of our table. */
import { parseBedrockId } from '../names/bedrock-id.js';
import {
  rateNames,
  type HourlyRates,
  type ModelPrice,
  type PastRates,
  type RateName,
  type Rates,
  type TieredRates,
} from '../table/price-table.js';
import type { SourceMatch, SourceModel, SourcePrices, SourceProvider } from './source-data.js';

/** The models of the source by `seller/model`, sellers in the given order and models by name; and those it has no price of. */
export function convertSource(
  providers: readonly SourceProvider[],
  sellers: readonly string[],
): { models: Map<string, ModelPrice>; unpriced: string[] } {
  const models = new Map<string, ModelPrice>();
  const unpriced: string[] = [];
  for (const seller of sellers) {
    const named = (providers.find(({ id }) => id === seller)?.models ?? []).map((model) => ({
      model,
      name: seller === 'aws' ? nameOnBedrock(model.id) : model.id,
    }));
    for (const { model, name } of named.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const price = convertModel(model, name, seller);
      if (price) models.set(`${seller}/${name}`, price);
      else unpriced.push(`${seller}/${name}`);
    }
  }
  return { models, unpriced };
}

const perMillion: Readonly<Record<string, RateName>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite',
  cache_write_1h_mtok: 'cacheWrite1h',
  input_audio_mtok: 'inputAudio',
  input_image_mtok: 'inputImage',
  input_video_mtok: 'inputVideo',
  cache_audio_read_mtok: 'cacheReadAudio',
  cache_image_read_mtok: 'cacheReadImage',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
  output_audio_mtok: 'outputAudio',
  output_image_mtok: 'outputImage',
  output_video_mtok: 'outputVideo',
  output_citation_mtok: 'citation',
  web_searches_kcount: 'webSearchPer1k',
  storage_searches_kcount: 'fileSearchPer1k',
};

/** Other units, with how many of ours one of theirs is. */
const otherUnits: Readonly<Record<string, Readonly<{ name: RateName; per: number }>>> = {
  requests_kcount: { name: 'perRequest', per: 1000 },
  audio_hours: { name: 'perSecond', per: 3600 },
  input_document_kpages: { name: 'perPage', per: 1000 },
};

/** Units that are another unit's under a second name, or that make a price more than its rate. */
const surcharges: ReadonlySet<string> = new Set(['input_audio_hours', 'input_annotated_document_kpages']);

// undefined for a model without prices, or with one by a unit that is not counted here: half a price is a wrong price.
function convertModel(model: SourceModel, name: string, seller: string): ModelPrice | undefined {
  const aliases = findAliases(model.match, name, seller);
  const named = aliases.length > 0 ? { aliases } : {};
  const steps = model.prices;
  if (steps.every(({ prices }) => Object.keys(prices).length === 0)) {
    return name.endsWith(':free') ? { ...named, free: true } : undefined;
  }
  if (steps.some(({ prices }) => !Object.keys(prices).every(isCountable))) return undefined;
  const hasAnnotated = steps.some(({ prices }) => 'input_annotated_document_kpages' in prices);
  return {
    ...convertPeriods(steps),
    ...named,
    ...(hasAnnotated ? { atLeast: ['pages' as const] } : {}),
  };
}

function isCountable(unit: string): boolean {
  return unit in perMillion || unit in otherUnits || surcharges.has(unit);
}

function convertPeriods(steps: SourceModel['prices']): ModelPrice {
  const history: PastRates[] = [];
  const hours: HourlyRates[] = [];
  let latest = convertRates(steps[0]!.prices);
  for (const { constraint, prices } of steps.slice(1)) {
    if (constraint?.start_date !== undefined) {
      history.push({ until: constraint.start_date, ...latest });
      latest = convertRates(prices);
    } else if (constraint?.start_time !== undefined && constraint.end_time !== undefined) {
      hours.push({
        from: parseTime(constraint.start_time),
        to: parseTime(constraint.end_time),
        ...convertRates(prices),
      });
    }
  }
  return {
    ...latest,
    ...(history.length > 0 ? { history } : {}),
    ...(hours.length > 0 ? { hours } : {}),
  };
}

type MutableRates = { [Name in RateName]?: number };

function convertRates(prices: SourcePrices): TieredRates {
  const base: MutableRates = {};
  const tiers = new Map<number, MutableRates>();
  for (const [unit, price] of Object.entries(prices)) {
    if (surcharges.has(unit)) continue;
    const { name, per } = otherUnits[unit] ?? { name: perMillion[unit]!, per: 1 };
    if (typeof price === 'number') {
      base[name] = divide(price, per);
      continue;
    }
    base[name] = divide(price.base, per);
    for (const tier of price.tiers) {
      tiers.set(tier.start, { ...tiers.get(tier.start), [name]: divide(tier.price, per) });
    }
  }
  const steps = [...tiers]
    .toSorted(([a], [b]) => a - b)
    .map(([above, rates]) => ({ above, ...inOrder(rates) }));
  return { ...inOrder(base), ...(steps.length > 0 ? { tiers: steps } : {}) };
}

function divide(price: number, by: number): number {
  return by === 1 ? price : Number((price / by).toPrecision(15));
}

/** Rates in the order in which they are written. */
function inOrder(rates: Rates): Rates {
  return Object.fromEntries(
    rateNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, rates[name]]])),
  );
}

function parseTime(time: string): string {
  if (!/^\d\d:\d\d:00Z$/.test(time)) throw new Error(`'${time}' is not a time of whole minutes in UTC`);
  return time.slice(0, 5);
}

// Every literal that a model is matched by is one of its names. That it may also match by prefix or substring is dropped
// here: names that only look alike are other models.
function findAliases(match: SourceMatch, name: string, seller: string): string[] {
  const written = listLiterals(match)
    .filter(({ text, isWhole }) => isWhole || !isFragment(text, name))
    .map(({ text }) => text.replace(/[-@:.]+$/, '').toLowerCase());
  const names = new Set(seller === 'aws' ? written.map(nameOnBedrock) : written);
  names.delete(name.toLowerCase());
  return [...names].toSorted();
}

// The start of a date or of a fine-tune's name, which only makes sense as a prefix.
function isFragment(alias: string, name: string): boolean {
  return /-20\d\d-?$/.test(alias) || (alias.startsWith('ft:') && !name.startsWith('ft:'));
}

function listLiterals(match: SourceMatch): { text: string; isWhole: boolean }[] {
  if ('or' in match) return match.or.flatMap(listLiterals);
  if ('and' in match) return match.and.flatMap(listLiterals);
  if ('regex' in match) return [];
  return Object.entries(match).map(([how, text]) => ({ text, isWhole: how === 'equals' }));
}

// Models are looked up without region and version, so they are stored without them. The source marks with `regional.` what
// all regions but `global.` share.
function nameOnBedrock(id: string): string {
  const parsed = parseBedrockId(id.replace(/^regional\./, ''));
  return parsed ? `${parsed.region === 'global' ? 'global.' : ''}${parsed.name}` : id;
}
