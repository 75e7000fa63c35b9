/** Adds usages up: several requests of one model, and several models in one response. */
import { buildUsage, type Counts } from './build.js';
import { addSafely } from '../fields/count.js';
import { countNames, type Usage, type UsagePart } from '../record/usage.js';

/** The sum of usages. A cost is reported for the sum only where one was reported for each. */
export function sumUsages(usages: readonly Usage[]): Usage {
  const first = usages[0]!;
  if (usages.length === 1) return first;
  const warnings = [...new Set(usages.flatMap((each) => each.warnings))];
  const tiers = new Set(usages.map(({ serviceTier }) => serviceTier));
  if (tiers.size > 1)
    warnings.push(`service tiers differ: ${[...tiers].map((tier) => tier ?? 'none').join(', ')}`);
  const costs = usages.flatMap(({ reportedCostUsd }) => reportedCostUsd ?? []);
  return buildUsage(
    sumCounts(usages),
    {
      source: usages.every(({ source }) => source === first.source) ? first.source : 'several',
      convention: usages.find(({ convention }) => convention === 'assumed')?.convention ?? first.convention,
      warnings,
      incomplete: usages.some(({ incomplete }) => incomplete),
    },
    {
      serviceTier: tiers.size === 1 ? first.serviceTier : undefined,
      inferenceGeo: shared(usages, 'inferenceGeo'),
      searchContext: shared(usages, 'searchContext'),
      cost:
        costs.length < usages.length
          ? undefined
          : { usd: costs.reduce((a, b) => a + b), source: first.reportedCostSource ?? 'provider' },
      unconsumed: sumUnconsumed(usages),
      largestInput: findLargestInput(usages),
    },
  );
}

function findLargestInput(usages: readonly Usage[]): number | undefined {
  const inputs = usages.map(({ largestInput, requests = 1, input = 0 }) =>
    requests > 1 ? largestInput : (largestInput ?? input),
  );
  return inputs.includes(undefined) ? undefined : Math.max(...(inputs as number[]));
}

/** The sum of what several models used, with a part for each model; without parts where it is only one. */
export function combineModels(parts: readonly UsagePart[]): Usage {
  const flat = parts.flatMap((part) => part.usage.parts ?? [part]);
  const groups = new Map<string, UsagePart[]>();
  for (const part of flat) {
    const key = `${part.provider ?? ''}/${part.model}`;
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const byModel = Array.from(groups.values(), (group): UsagePart => ({
    ...group[0]!,
    usage: sumUsages(group.map(({ usage }) => usage)),
  }));
  const sum = sumUsages(byModel.map(({ usage }) => usage));
  return byModel.length === 1 ? sum : { ...sum, parts: byModel };
}

function sumCounts(usages: readonly Usage[]): Counts {
  const sums: Counts = {};
  for (const name of countNames) {
    for (const { [name]: count } of usages) {
      if (count !== undefined) sums[name] = addSafely(sums[name] ?? 0, count);
    }
  }
  return sums;
}

function sumUnconsumed(usages: readonly Usage[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of usages.flatMap(({ unconsumed }) => Object.entries(unconsumed ?? {}))) {
    sums.set(name, addSafely(sums.get(name) ?? 0, count));
  }
  return Object.fromEntries(sums);
}

function shared(usages: readonly Usage[], name: 'inferenceGeo' | 'searchContext'): string | undefined {
  const [first, ...rest] = usages.map((each) => each[name]);
  return rest.every((each) => each === first) ? first : undefined;
}
