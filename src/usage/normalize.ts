import { findUsage, readUsage } from './detect.js';
import { field, listOf, type Fields } from './fields.js';
import { foldStream } from './fold-stream.js';
import { build, parseCounts, reconcile } from './reconcile.js';
import type { UsageHint } from './shape.js';
import { countNames, hasCounts, type Usage } from './usage.js';

/**
 * The canonical usage of whatever a provider or an SDK returned: a response, its usage object, the array of a stream's
 * events, a result object, or a canonical usage, which comes back equal. It never throws. What has no counts we can read
 * gives source `unknown` and no counts, which is not the same as zero.
 */
export function normalizeUsage(source: unknown, hint: UsageHint = {}): Usage {
  try {
    const events = listOf(source);
    const response =
      events.length > 0 ? foldStream(events, (event) => locate(event, hint) !== undefined) : source;
    return locate(response, hint) ?? unknownUsage([]);
  } catch {
    return unknownUsage(['the usage could not be read']);
  }
}

function locate(source: unknown, hint: UsageHint): Usage | undefined {
  let empty: Usage | undefined;
  const found = findUsage(source, (candidate, parent) => {
    if (isCanonical(candidate)) return again(candidate);
    const reading = readUsage(candidate, parent, hint);
    const usage = reading && reconcile(reading);
    if (usage === undefined || hasCounts(usage)) return usage;
    empty ??= usage;
    return undefined;
  });
  return found ?? (empty && unknownUsage(empty.warnings));
}

function unknownUsage(warnings: readonly string[]): Usage {
  const why = warnings.length > 0 ? warnings : ['no token counts were recognised'];
  return { source: 'unknown', convention: 'assumed', warnings: why };
}

const conventions: readonly unknown[] = ['inclusive', 'exclusive', 'proved-by-total', 'assumed'];

function isCanonical(usage: Fields): boolean {
  return (
    typeof field(usage, 'source') === 'string' &&
    conventions.includes(field(usage, 'convention')) &&
    isListOfText(field(usage, 'warnings'))
  );
}

function again(usage: Fields): Usage {
  const warnings = listOf(field(usage, 'warnings')).map(String);
  const counts = parseCounts(
    { counts: Object.fromEntries(countNames.map((name) => [name, field(usage, name)])) },
    warnings,
  );
  const convention = field(usage, 'convention') as Usage['convention'];
  return build(
    counts,
    {
      source: String(field(usage, 'source')),
      serviceTier: field(usage, 'serviceTier'),
      inferenceGeo: field(usage, 'inferenceGeo'),
      reportedCostUsd: field(usage, 'reportedCostUsd'),
    },
    convention,
    warnings,
  );
}

function isListOfText(value: unknown): boolean {
  try {
    return Array.isArray(value) && value.every((each) => typeof each === 'string');
  } catch {
    return false;
  }
}
