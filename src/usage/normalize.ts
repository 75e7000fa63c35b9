import { findUsage, parseUsage } from './detect.js';
import { getField, toList, type Fields } from './fields.js';
import { mergeStream } from './merge-stream.js';
import { build, parseCounts, reconcile } from './reconcile.js';
import type { UsageHint } from './adapter.js';
import { countNames, hasCounts, type Usage } from './usage.js';

/**
 * The canonical usage of whatever a provider or an SDK returned: a response, its usage object, the array of a stream's
 * events, a result object, or a canonical usage, which comes back equal. It never throws. What has no counts we can read
 * gives source `unknown` and no counts, which is not the same as zero.
 */
export function normalizeUsage(source: unknown, hint: UsageHint = {}): Usage {
  try {
    const events = toList(source);
    const response =
      events.length > 0 ? mergeStream(events, (event) => locate(event, hint) !== undefined) : source;
    return locate(response, hint) ?? unknownUsage([]);
  } catch {
    return unknownUsage(['the usage could not be read']);
  }
}

function locate(source: unknown, hint: UsageHint): Usage | undefined {
  let empty: Usage | undefined;
  const found = findUsage(source, (candidate, parent) => {
    if (isCanonical(candidate)) return renormalize(candidate);
    const reading = parseUsage(candidate, parent, hint);
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
    typeof getField(usage, 'source') === 'string' &&
    conventions.includes(getField(usage, 'convention')) &&
    isListOfText(getField(usage, 'warnings'))
  );
}

function renormalize(usage: Fields): Usage {
  const warnings = toList(getField(usage, 'warnings')).map(String);
  const counts = parseCounts(
    { counts: Object.fromEntries(countNames.map((name) => [name, getField(usage, name)])) },
    warnings,
  );
  const convention = getField(usage, 'convention') as Usage['convention'];
  return build(
    counts,
    {
      source: String(getField(usage, 'source')),
      serviceTier: getField(usage, 'serviceTier'),
      inferenceGeo: getField(usage, 'inferenceGeo'),
      reportedCostUsd: getField(usage, 'reportedCostUsd'),
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
