/** Splits a usage into parts that have rates of their own and multiplies each by its rate. */
import type { Usage } from '../usage/usage.js';
import type { CostComponent } from './cost.js';
import type { Rates } from './table/price-table.js';

type Kind = CostComponent['kind'];

/** What a call is billed for, part by part. */
export type Bill = Readonly<{
  components: readonly CostComponent[];
  /** Sides of the call that have tokens and no rate at all: such a call has no price. */
  missing: readonly ('input' | 'output')[];
  warnings: readonly string[];
}>;

/**
 * The parts of a usage that have prices of their own: disjoint, and together the whole. A part without a rate of its own is
 * billed as what it is a part of, as providers do that do not tell it apart.
 */
export function billUsage(usage: Usage, rates: Rates): Bill {
  const warnings: string[] = [];
  const counts = splitTokens(usage, rates, warnings);
  const components: CostComponent[] = [];
  const missing: Bill['missing'][number][] = [];
  for (const [kind, count, rate] of [
    ['input', counts.input, rates.input],
    ['cacheRead', counts.cacheRead, rates.cacheRead ?? rates.input],
    ['cacheWrite5m', counts.cacheWrite5m, rates.cacheWrite ?? rates.input],
    ['cacheWrite1h', counts.cacheWrite1h, rates.cacheWrite1h ?? rates.cacheWrite ?? rates.input],
    ['inputAudio', counts.inputAudio, rates.inputAudio],
    ['output', counts.output, rates.output],
    ['outputAudio', counts.outputAudio, rates.outputAudio],
  ] as const) {
    if (count === 0) continue;
    if (rate !== undefined) components.push(component(kind, count, rate));
    else missing.push(kind === 'output' ? 'output' : 'input');
  }
  if (counts.cacheRead > 0 && rates.cacheRead === undefined) {
    warnings.push('no rate is known for cache reads: billed as plain input');
  }
  if (counts.cacheWrite1h > 0 && rates.cacheWrite1h === undefined) {
    warnings.push('no rate is known for 1-hour cache writes: billed at the lower rate that is');
  }
  return {
    components: [...components, ...otherUnits(usage, rates, warnings)],
    missing: [...new Set(missing)],
    warnings,
  };
}

/** The sum of components in USD. */
export function sumComponents(components: readonly CostComponent[]): number {
  return components.reduce((sum, { usd }) => sum + usd, 0);
}

function splitTokens(
  usage: Usage,
  rates: Rates,
  warnings: string[],
): Record<Exclude<Kind, 'webSearch' | 'request'>, number> {
  const input = usage.input ?? 0;
  const output = usage.output ?? 0;
  const cacheRead = Math.min(usage.cacheRead ?? 0, input);
  const cacheWrite = Math.min(usage.cacheWrite ?? 0, input - cacheRead);
  const cacheWrite1h = Math.min(usage.cacheWrite1h ?? 0, cacheWrite);
  const uncached = input - cacheRead - cacheWrite;
  const audio = rates.inputAudio === undefined ? 0 : (usage.inputAudio ?? 0);
  // Cached audio is counted as audio and as cached; the cache's rate is what it is billed at.
  if (audio > uncached) warnings.push(`${audio - uncached} audio tokens are billed as cached input`);
  const inputAudio = Math.min(audio, uncached);
  const outputAudio = rates.outputAudio === undefined ? 0 : Math.min(usage.outputAudio ?? 0, output);
  return {
    input: uncached - inputAudio,
    cacheRead,
    cacheWrite5m: cacheWrite - cacheWrite1h,
    cacheWrite1h,
    inputAudio,
    output: output - outputAudio,
    outputAudio,
  };
}

function otherUnits(usage: Usage, rates: Rates, warnings: string[]): CostComponent[] {
  const units: CostComponent[] = [];
  if (usage.webSearches) {
    const rate = rates.webSearchPer1k;
    if (rate === undefined)
      warnings.push(`no rate is known for web searches: ${usage.webSearches} are not in this cost`);
    else
      units.push({
        kind: 'webSearch',
        count: usage.webSearches,
        rate,
        usd: (usage.webSearches * rate) / 1000,
      });
  }
  if (rates.perRequest !== undefined) {
    const count = usage.requests ?? 1;
    units.push({ kind: 'request', count, rate: rates.perRequest, usd: count * rates.perRequest });
  }
  return units;
}

function component(kind: Kind, count: number, rate: number): CostComponent {
  return { kind, count, rate, usd: (count * rate) / 1_000_000 };
}
