/** Compares the usage that a node reports with the calls that were observed of it. */

import { sumUsages } from '../../usage/parse/combine.js';
import type { Usage } from '../../usage/record/usage.js';
import type { TrackedCall } from '../spans/tracked-call.js';

/** One usage that a node reports; the model is absent where it does not name one. */
export type ReportedUsage = Readonly<{
  model: string | undefined;
  provider: string | undefined;
  usage: Usage;
  raw: unknown;
}>;

/**
 * What a reported usage is:
 * - `observed`: that of an observed call, reported or estimated, or the sum of its model's observed calls: it is counted already;
 * - `missing`: that of an observed call whose provider reported none;
 * - `unseen`: that of a call that was not observed, as none of its model was;
 * - `conflict`: neither equal to what was observed of its model nor to the sum.
 */
export type UsageMatch =
  Readonly<{ kind: 'observed' | 'unseen' | 'conflict' }> | Readonly<{ kind: 'missing'; call: TrackedCall }>;

/** Matches reported usages with observed calls, each of which matches once. */
export function matchUsages(
  reported: readonly ReportedUsage[],
  calls: readonly TrackedCall[],
): { part: ReportedUsage; match: UsageMatch }[] {
  const left = new Set(calls.filter(({ hasResponse }) => hasResponse));
  return reported.map((part) => ({ part, match: matchOne(part, left) }));
}

function matchOne({ model, usage }: ReportedUsage, left: Set<TrackedCall>): UsageMatch {
  const candidates = [...left].filter((call) => model === undefined || call.isOf(model));
  if (candidates.length === 0) return { kind: left.size > 0 && model === undefined ? 'conflict' : 'unseen' };
  // What a node reports of a call of ours may be our own estimate.
  const known = candidates.filter((call) => call.usage !== null);
  // Also an estimate: a node that passes it on does not make it a report.
  const isSame = (observed: Usage) => isEqual(observed, usage) || isEqual(observed, includeCacheOnce(usage));
  const equal = candidates.find((call) => call.usage !== null && isSame(call.usage));
  if (equal) {
    left.delete(equal);
    return { kind: 'observed' };
  }
  if (known.length > 1 && isSame(sumUsages(known.map((call) => call.usage!)))) {
    for (const call of known) left.delete(call);
    return { kind: 'observed' };
  }
  const [missing, ...others] = candidates.filter(({ isReported }) => !isReported);
  if (!missing || others.length > 0) return { kind: 'conflict' };
  left.delete(missing);
  return { kind: 'missing', call: missing };
}

/**
 * The usage as if its input had contained the cached tokens. Nodes write the fields of Anthropic, whose input leaves them out,
 * with counts from SDKs that include them; only the observed call decides between the two.
 */
function includeCacheOnce(usage: Usage): Usage {
  const { input, total, cacheRead = 0, cacheWrite = 0 } = usage;
  const cached = cacheRead + cacheWrite;
  return {
    ...usage,
    ...(input === undefined ? {} : { input: input - cached }),
    ...(total === undefined ? {} : { total: total - cached }),
  };
}

/** Counts that both state must be equal; one that only one of them states decides nothing. */
function isEqual(observed: Usage, reported: Usage): boolean {
  const names = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'total'] as const;
  const shared = names.filter((name) => observed[name] !== undefined && reported[name] !== undefined);
  return shared.length > 0 && shared.every((name) => observed[name] === reported[name]);
}
