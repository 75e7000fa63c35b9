/** Assembles a Usage record: counts in their documented order, and no field that is undefined. */
import { parseCount } from './fields/count.js';
import { countNames, type CountName, type Usage } from './usage.js';

export type Counts = { [Name in CountName]?: number | undefined };

/** What a Usage has besides its counts, not checked yet. */
export type UsageFacts = Readonly<{
  source: string;
  convention: Usage['convention'];
  warnings: string[];
  serviceTier?: unknown;
  inferenceGeo?: unknown;
  searchContext?: unknown;
  reportedCostUsd?: unknown;
  reportedCostSource?: Usage['reportedCostSource'];
  parts?: Usage['parts'] | undefined;
  unconsumed?: Usage['unconsumed'];
  incomplete?: boolean | undefined;
}>;

/** A Usage of checked counts. A cost that is not an amount, and counts that were not consumed, become warnings. */
export function buildUsage(counts: Counts, facts: UsageFacts): Usage {
  const { warnings } = facts;
  const usage: { -readonly [Name in keyof Usage]: Usage[Name] } = {
    source: facts.source,
    convention: facts.convention,
    warnings,
  };
  for (const name of countNames) {
    const count = counts[name];
    if (count !== undefined) usage[name] = count;
  }
  for (const name of ['serviceTier', 'inferenceGeo', 'searchContext'] as const) {
    const text = facts[name];
    if (typeof text === 'string' && text !== '') usage[name] = text;
  }
  const cost = parseCount(facts.reportedCostUsd);
  if (cost === null)
    warnings.push(`reportedCostUsd: ${describeCost(facts.reportedCostUsd)} is not an amount`);
  if (typeof cost === 'number') {
    usage.reportedCostUsd = cost;
    if (facts.reportedCostSource !== undefined) usage.reportedCostSource = facts.reportedCostSource;
  }
  if (facts.parts && facts.parts.length > 0) usage.parts = facts.parts;
  const unconsumed = Object.keys(facts.unconsumed ?? {});
  if (facts.unconsumed && unconsumed.length > 0) {
    usage.unconsumed = facts.unconsumed;
    warnings.push(...unconsumedWarning(unconsumed, warnings));
  }
  if (facts.incomplete === true) usage.incomplete = true;
  return usage;
}

function unconsumedWarning(names: readonly string[], warnings: readonly string[]): string[] {
  const warning = `counts that are not understood are not in the cost: ${[...names].sort().join(', ')}`;
  return warnings.includes(warning) ? [] : [warning];
}

function describeCost(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `a value of type ${typeof value}`;
}
