import { parseCount, plus } from './count.js';
import type { RawUsage } from './adapter.js';
import { countNames, type CountName, type Usage } from './usage.js';

/**
 * A reading as canonical, inclusive usage. Which convention its counts follow is decided in this order:
 * 1. what is impossible is out: cache cannot exceed the input that contains it, nor reasoning its output;
 * 2. the reported total picks among the rest: it equals input + output plus exactly the parts that stand outside;
 * 3. else the provider's own convention holds, with a warning when a total contradicts it.
 */
export function reconcile(reading: RawUsage): Usage {
  const warnings = [...(reading.notes ?? [])];
  const counts = parseCounts(reading, warnings);
  const cacheWrite = writtenTokens(counts);
  const cached = plus(counts.cacheRead ?? 0, cacheWrite ?? 0);
  const { convention, cacheOutside, reasoningOutside } = decide(reading, counts, cached, warnings);

  counts.cacheWrite = cacheWrite;
  const input = whole(counts.input, cacheOutside ? cached : 0, counts.cacheRead ?? cacheWrite);
  const output = whole(counts.output, reasoningOutside ? (counts.reasoning ?? 0) : 0, counts.reasoning);
  counts.input = input;
  counts.output = output;
  counts.total =
    input !== undefined && output !== undefined ? plus(input, output) : (counts.total ?? input ?? output);
  counts.inputAudio = within('inputAudio', counts.inputAudio, input, warnings);
  counts.inputImage = within('inputImage', counts.inputImage, input, warnings);
  counts.outputAudio = within('outputAudio', counts.outputAudio, output, warnings);
  return build(counts, reading, convention, warnings);
}

/** The counts of a reading, checked; what is reported but not a count becomes a warning. */
export function parseCounts(reading: Pick<RawUsage, 'counts'>, warnings: string[]): Counts {
  const counts: Counts = {};
  for (const name of countNames) {
    const count = parseCount(reading.counts[name]);
    if (count === null) warnings.push(`${name}: ${describe(reading.counts[name])} is not a count`);
    else if (count !== undefined) counts[name] = count;
  }
  return counts;
}

/** Puts a Usage together, with counts in their documented order and nothing that is undefined. */
export function build(
  counts: Counts,
  extra: Pick<RawUsage, 'source' | 'serviceTier' | 'inferenceGeo' | 'reportedCostUsd'>,
  convention: Usage['convention'],
  warnings: string[],
): Usage {
  const cost = parseCount(extra.reportedCostUsd);
  if (cost === null) warnings.push(`reportedCostUsd: ${describe(extra.reportedCostUsd)} is not an amount`);
  const usage: { -readonly [Name in keyof Usage]: Usage[Name] } = {
    source: extra.source,
    convention,
    warnings,
  };
  for (const name of countNames) {
    const count = counts[name];
    if (count !== undefined) usage[name] = count;
  }
  if (typeof extra.serviceTier === 'string' && extra.serviceTier) usage.serviceTier = extra.serviceTier;
  if (typeof extra.inferenceGeo === 'string' && extra.inferenceGeo) usage.inferenceGeo = extra.inferenceGeo;
  if (typeof cost === 'number') usage.reportedCostUsd = cost;
  return usage;
}

type Counts = { [Name in CountName]?: number | undefined };

type Placement = { cacheOutside: boolean; reasoningOutside: boolean };

// Some report the split by lifetime and leave the sum at 0 or out.
function writtenTokens({ cacheWrite, cacheWrite5m, cacheWrite1h }: Counts): number | undefined {
  if (cacheWrite5m === undefined && cacheWrite1h === undefined) return cacheWrite;
  return Math.max(cacheWrite ?? 0, plus(cacheWrite5m ?? 0, cacheWrite1h ?? 0));
}

function decide(
  reading: RawUsage,
  counts: Counts,
  cached: number,
  warnings: string[],
): Placement & { convention: Usage['convention'] } {
  const input = counts.input ?? 0;
  const output = counts.output ?? 0;
  const reasoning = counts.reasoning ?? 0;
  const usual: Placement = {
    cacheOutside: reading.cache === 'outside',
    reasoningOutside: reading.reasoning === 'outside',
  };
  const possible = byLikeness(usual).filter(
    (placement) =>
      (placement.cacheOutside || cached <= input) && (placement.reasoningOutside || reasoning <= output),
  );
  const likely = possible[0]!;
  const sumOf = ({ cacheOutside, reasoningOutside }: Placement): number =>
    input + output + (cacheOutside ? cached : 0) + (reasoningOutside ? reasoning : 0);

  const { total } = counts;
  const provable = total !== undefined && counts.input !== undefined && counts.output !== undefined;
  const provesNothing = reading.totalIsSum === true && total === input + output;
  if (provable && !provesNothing) {
    const proved = possible.find((placement) => sumOf(placement) === total);
    if (proved) return { ...proved, convention: 'proved-by-total' };
    warnings.push(mismatch(counts, cached, sumOf(likely)));
  }
  return { ...likely, convention: conventionOf(reading, likely) };
}

// All four placements, the provider's own first; every one is possible when the parts stand outside.
function byLikeness({ cacheOutside, reasoningOutside }: Placement): Placement[] {
  return [
    { cacheOutside, reasoningOutside },
    { cacheOutside: !cacheOutside, reasoningOutside },
    { cacheOutside, reasoningOutside: !reasoningOutside },
    { cacheOutside: !cacheOutside, reasoningOutside: !reasoningOutside },
  ];
}

function conventionOf(reading: RawUsage, { cacheOutside, reasoningOutside }: Placement): Usage['convention'] {
  if (reading.guessed) return 'assumed';
  return cacheOutside || reasoningOutside ? 'exclusive' : 'inclusive';
}

function mismatch(counts: Counts, cached: number, sum: number): string {
  const parts = [`input ${counts.input}`, `output ${counts.output}`];
  if (cached > 0) parts.push(`cached ${cached}`);
  if (counts.reasoning) parts.push(`reasoning ${counts.reasoning}`);
  return `total-mismatch: ${parts.join(', ')} give ${sum}, but the reported total is ${counts.total}`;
}

// A whole that was not reported is known when its outside parts were.
function whole(reported: number | undefined, outside: number, part: number | undefined): number | undefined {
  if (reported === undefined && part === undefined) return undefined;
  return plus(reported ?? 0, outside);
}

function within(
  name: CountName,
  part: number | undefined,
  all: number | undefined,
  warnings: string[],
): number | undefined {
  if (part === undefined || part <= (all ?? 0)) return part;
  warnings.push(`${name}: ${part} is more than the ${all ?? 0} it is part of`);
  return all ?? 0;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'object' || typeof value === 'function'
    ? `a value of type ${typeof value}`
    : String(value);
}
