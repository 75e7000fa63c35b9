/** Recognises a usage that is canonical already, as a trace or another run keeps it, and checks it again. */
import { buildUsage } from './build.js';
import { parseCount } from '../fields/count.js';
import { asFields, fieldNames, getField, readField, toList, type Fields } from '../fields/fields.js';
import { parseCounts } from './reconcile.js';
import { countNames, type Convention, type CostSource, type Usage, type UsagePart } from '../record/usage.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

const conventions: readonly unknown[] = ['inclusive', 'exclusive', 'proved-by-total', 'assumed'];
const costSources: readonly unknown[] = ['provider', 'gateway', 'tool'];

export function isCanonical(usage: Fields): boolean {
  return (
    typeof readField(usage, 'source') === 'string' &&
    conventions.includes(readField(usage, 'convention')) &&
    isListOfText(readField(usage, 'warnings'))
  );
}

/** The usage with its values checked: equal to what it was, if it was canonical. */
export function renormalize(usage: Fields): Usage {
  const warnings = toList(readField(usage, 'warnings')).map(stringifyAny);
  const counts = parseCounts(
    Object.fromEntries(countNames.map((name) => [name, readField(usage, name)])),
    warnings,
  );
  const source = readField(usage, 'reportedCostSource');
  return buildUsage(
    counts,
    {
      source: String(readField(usage, 'source')),
      convention: readField(usage, 'convention') as Convention,
      warnings,
      parts: toList(readField(usage, 'parts')).flatMap(renormalizePart),
      incomplete: readField(usage, 'incomplete') === true,
    },
    {
      serviceTier: readField(usage, 'serviceTier'),
      inferenceGeo: readField(usage, 'inferenceGeo'),
      searchContext: readField(usage, 'searchContext'),
      cost: {
        usd: readField(usage, 'reportedCostUsd'),
        ...(costSources.includes(source) ? { source: source as CostSource } : {}),
      },
      unconsumed: renormalizeCounts(readField(usage, 'unconsumed')),
      largestInput: readField(usage, 'largestInput'),
    },
  );
}

function renormalizePart(part: unknown): UsagePart[] {
  const [model, provider] = [getField(part, 'model'), getField(part, 'provider')];
  const usage = asFields(getField(part, 'usage'));
  if (typeof model !== 'string' || !usage || !isCanonical(usage)) return [];
  const { parts: _, ...flat } = renormalize(usage);
  return [{ model, ...(typeof provider === 'string' ? { provider } : {}), usage: flat }];
}

function renormalizeCounts(value: unknown): Record<string, number> {
  const fields = asFields(value);
  if (!fields) return {};
  const entries = fieldNames(fields).map((name) => [name, parseCount(readField(fields, name))] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function isListOfText(value: unknown): boolean {
  try {
    return Array.isArray(value) && value.every((each) => typeof each === 'string');
  } catch {
    return false;
  }
}
