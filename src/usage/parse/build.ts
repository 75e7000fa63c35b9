/** Assembles a Usage record: counts in their documented order, and no field that is undefined. */
import { parseCount } from '../fields/count.js';
import type { FoundCost } from '../fields/find-cost.js';
import { countNames, type Convention, type CountName, type Usage } from '../record/usage.js';

export type Counts = { [Name in CountName]?: number | undefined };

/** What was reported of a response besides its counts; not checked yet. */
export type Facts = Readonly<{
  serviceTier: unknown;
  inferenceGeo: unknown;
  searchContext: unknown;
  cost: FoundCost | undefined;
  unconsumed: Usage['unconsumed'] | undefined;
  largestInput?: unknown;
}>;

export const NO_FACTS: Facts = {
  serviceTier: undefined,
  inferenceGeo: undefined,
  searchContext: undefined,
  cost: undefined,
  unconsumed: undefined,
};

/** What is known of a Usage as a whole. */
export type Identity = Readonly<{
  source: string;
  convention: Convention;
  warnings: string[];
  parts?: Usage['parts'] | undefined;
  incomplete?: boolean | undefined;
}>;

type MutableUsage = { -readonly [Name in keyof Usage]: Usage[Name] };

/** A Usage of checked counts. A cost that is not an amount, and counts that were not consumed, become warnings. */
export function buildUsage(counts: Counts, identity: Identity, facts: Facts): Usage {
  const usage = { source: identity.source } as MutableUsage;
  for (const name of countNames) {
    const count = counts[name];
    if (count !== undefined) usage[name] = count;
  }
  if (typeof facts.largestInput === 'number') usage.largestInput = facts.largestInput;
  addText(usage, 'serviceTier', facts.serviceTier);
  addText(usage, 'inferenceGeo', facts.inferenceGeo);
  addText(usage, 'searchContext', facts.searchContext);
  if (facts.cost) addCost(usage, facts.cost, identity.warnings);
  if (identity.parts && identity.parts.length > 0) usage.parts = identity.parts;
  if (facts.unconsumed) addUnconsumed(usage, facts.unconsumed, identity.warnings);
  if (identity.incomplete === true) usage.incomplete = true;
  usage.convention = identity.convention;
  usage.warnings = identity.warnings;
  return usage;
}

function addText(
  usage: MutableUsage,
  name: 'serviceTier' | 'inferenceGeo' | 'searchContext',
  text: unknown,
): void {
  if (typeof text === 'string' && text !== '') usage[name] = text;
}

function addCost(usage: MutableUsage, { usd, source, note }: FoundCost, warnings: string[]): void {
  if (note !== undefined) warnings.push(note);
  const cost = parseCount(usd);
  if (typeof cost === 'number') {
    usage.reportedCostUsd = cost;
    usage.reportedCostSource = source ?? 'provider';
  } else if (cost === null) {
    const shown =
      typeof usd === 'string' ? JSON.stringify(usd.slice(0, 40)) : `a value of type ${typeof usd}`;
    warnings.push(`reportedCostUsd: ${shown} is not an amount`);
  }
}

function addUnconsumed(
  usage: MutableUsage,
  unconsumed: NonNullable<Usage['unconsumed']>,
  warnings: string[],
): void {
  const names = Object.keys(unconsumed);
  if (names.length === 0) return;
  usage.unconsumed = unconsumed;
  const warning = `counts that are not understood are not in the cost: ${names.sort().join(', ')}`;
  if (!warnings.includes(warning)) warnings.push(warning);
}
