/** Explains line by line how a model gets its price, for `pflow pricing explain`. */
import { formatCount, formatExactUsd, formatUsd } from '../lib/text/format.js';
import type { CountName, Usage } from '../usage/record/usage.js';
import { selectRates } from './select-rates.js';
import { componentNames, unitsPerRate, type CostComponent } from './cost.js';
import { costOf } from './price-call.js';
import { resolveModel, suggestModels, type ResolvedModel } from './names/resolve-model.js';
import { rateNames, type PriceTable, type RateName, type Rates } from './table/price-table.js';

/** A model, and optionally the counts of a call, all inclusive as in a Usage. */
export type ExplainOptions = Readonly<{
  model: string;
  provider?: string;
  prices: PriceTable;
  at?: Date;
  counts?: Readonly<Partial<Record<CountName, number>>>;
  serviceTier?: string;
  inferenceGeo?: string;
}>;

/** Why a model has the price it has, line by line: how its name was resolved, its rates, their file, and the arithmetic. */
export function explainPrice(options: ExplainOptions): string[] {
  const { model, provider, prices, at = new Date() } = options;
  const resolved = resolveModel(model, { provider, prices });
  if (resolved.pricedAs === undefined) return explainMiss(options, resolved.reason);
  const { input = 0, ...counts } = options.counts ?? {};
  const { serviceTier, inferenceGeo } = options;
  const applied = selectRates(resolved, { at, input, serviceTier, inferenceGeo });
  return [
    `${model} is priced as ${resolved.pricedAs}`,
    `  matched by  ${resolved.matchedBy}`,
    ...listFiles(resolved, prices),
    `  rates       ${applied ? formatRates(applied.rates) : `not known for the ${options.serviceTier} tier`}`,
    ...(applied?.because ?? []).map((reason) => `  because     ${reason}`),
    ...listTiers(resolved),
    ...(resolved.certainty === 'exact' ? [] : [`  certainty   ${resolved.certainty}`]),
    ...resolved.warnings.map((warning) => `  note        ${warning}`),
    ...listAmendments(resolved, prices),
    ...(options.counts ? showArithmetic({ input, ...counts }, options, resolved.warnings) : []),
  ];
}

function explainMiss({ model, prices }: ExplainOptions, reason: string): string[] {
  const like = suggestModels(model, prices);
  return [
    `${model} has no price: ${reason}`,
    ...(like.length > 0 ? [`  did you mean  ${like.join(', ')}`] : []),
    `  to set one, put {"models": {"${model}": {"input": 1, "output": 2}}} (USD per million tokens) into ${prices.overridePath}`,
  ];
}

function listFiles({ price, override }: ResolvedModel, prices: PriceTable): string[] {
  const fields = rateNames.filter((name) => override?.price[name] !== undefined);
  const user =
    override &&
    `${prices.overridePath}:${override.line}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`;
  const shipped =
    Object.keys(price).length > 0 ? `${prices.defaultPath} (${prices.source}, ${prices.date})` : undefined;
  return [user, shipped].filter((line) => line !== undefined).map((line) => `  from        ${line}`);
}

function listAmendments({ price }: ResolvedModel, prices: PriceTable): string[] {
  return (price.amended ?? []).flatMap((id) => {
    const note = prices.amendments.get(id);
    return note ? [`  amended     ${note.reason} (${note.source}, ${note.date})`] : [];
  });
}

function formatRates(rates: Rates): string {
  const known = rateNames.flatMap((name) =>
    rates[name] === undefined ? [] : [`${labels[name]} ${formatExactUsd(rates[name])}`],
  );
  return known.length > 0 ? known.join(' · ') : 'none';
}

const labels: Readonly<Record<RateName, string>> = {
  input: 'input',
  cacheRead: 'cache read',
  cacheWrite: 'cache write',
  cacheWrite1h: 'cache write 1h',
  inputAudio: 'audio in',
  inputImage: 'images in',
  inputVideo: 'video in',
  cacheReadAudio: 'cached audio',
  cacheReadImage: 'cached images',
  output: 'output',
  reasoning: 'reasoning',
  outputAudio: 'audio out',
  outputImage: 'images out',
  outputVideo: 'video out',
  citation: 'citations',
  webSearchPer1k: 'per 1,000 searches',
  socialSearchPer1k: 'per 1,000 social searches',
  fileSearchPer1k: 'per 1,000 file searches',
  rerankPer1k: 'per 1,000 rerank searches',
  codeCallPer1k: 'per 1,000 code calls',
  perContainer: 'per code container',
  perRequest: 'per request',
  perRequestMedium: 'per request of medium search context',
  perRequestHigh: 'per request of high search context',
  perImage: 'per image',
  perSecond: 'per second',
  perPage: 'per page',
  charactersPerMillion: 'per million characters',
};

function listTiers({ price, override }: ResolvedModel): string[] {
  const tiers = override?.price.tiers ?? price.tiers ?? [];
  return tiers.map(
    ({ above, ...rates }) =>
      `  above       ${formatCount(above)} input tokens, the whole call: ${formatRates(rates)}`,
  );
}

function showArithmetic(
  counts: Partial<Record<CountName, number>>,
  options: ExplainOptions,
  resolvedWarnings: readonly string[],
): string[] {
  const usage: Usage = {
    ...addWrites(counts),
    ...(options.serviceTier === undefined ? {} : { serviceTier: options.serviceTier }),
    ...(options.inferenceGeo === undefined ? {} : { inferenceGeo: options.inferenceGeo }),
    source: 'explain',
    convention: 'inclusive',
    warnings: [],
  };
  const cost = costOf(usage, options);
  const mark = { estimated: '~', bound: '≥ ' }[cost.certainty as string] ?? '';
  const rows = cost.components.map((each) => [
    componentNames[each.kind],
    formatCount(each.count),
    formatRate(each),
    formatExactUsd(each.usd),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const total =
    cost.usd === null
      ? cost.state
      : `${mark}${formatUsd(cost.usd)}${cost.usd === 0 ? '' : `  (${formatExactUsd(cost.usd)})`}`;
  return [
    '',
    ...rows.map(
      ([name, count, rate, usd]) =>
        `  ${name!.padEnd(widths[0]!)}  ${count!.padStart(widths[1]!)} × ${rate!.padEnd(widths[2]!)} = ${usd!.padStart(widths[3]!)}`,
    ),
    `  total  ${total}`,
    ...cost.warnings
      .filter((warning) => !resolvedWarnings.includes(warning))
      .map((warning) => `  note   ${warning}`),
  ];
}

// `--cache-write-1h 1000` alone means that 1,000 tokens were written.
function addWrites(counts: Partial<Record<CountName, number>>): Partial<Record<CountName, number>> {
  const split = (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0);
  return split > (counts.cacheWrite ?? 0) ? { ...counts, cacheWrite: split } : counts;
}

function formatRate({ kind, rate }: CostComponent): string {
  const units = unitsPerRate(kind);
  if (units === 1) return formatExactUsd(rate);
  return `${formatExactUsd(rate)} per ${units === 1000 ? '1,000' : 'million'}`;
}
