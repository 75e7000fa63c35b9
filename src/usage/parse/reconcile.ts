/** Turns what a response reports in its own convention into canonical, inclusive usage, and proves the convention by the total. */
import type { RawUsage } from '../adapters/adapter.js';
import { combineModels } from './combine.js';
import { addSafely, parseCount } from '../fields/count.js';
import type { RoleCounts } from '../fields/read-counts.js';
import { buildUsage, NO_FACTS, type Counts, type Facts } from './build.js';
import type { Convention, CountName, Usage } from '../record/usage.js';

/**
 * Which convention the counts follow is decided in this order:
 * 1. what is impossible is out: cache cannot exceed the input that contains it, nor reasoning its output;
 * 2. the reported total picks among the rest: it equals input + output plus exactly the parts that are outside;
 * 3. otherwise the provider's own convention holds, with a warning when a total contradicts it.
 */
export function reconcile(raw: RawUsage, facts: Facts): Usage {
  if (raw.parts) return reconcileParts(raw, raw.parts, facts);
  const warnings = raw.notes ? [...raw.notes] : [];
  const counts = parseCounts(raw.counts, warnings);
  const isSplit = counts.input === undefined && raw.counts.uncached !== undefined;
  if (isSplit) counts.input = parseCount(raw.counts.uncached) ?? undefined;
  counts.cacheWrite = writtenTokens(counts);
  const cached = addSafely(counts.cacheRead ?? 0, counts.cacheWrite ?? 0);
  const decision = decide(raw, counts, cached, {
    cacheOutside: isSplit || raw.cache === 'outside',
    warnings,
  });
  makeInclusive(counts, cached, decision);
  clampParts(counts, warnings);
  const { convention } = decision;
  const isGuess = convention === 'assumed' && cached > 0;
  if (isGuess) warnings.push('whether the input contains the cached tokens is not known: it is assumed to');
  const incomplete = raw.incomplete === true || decision.isShort || isGuess;
  return buildUsage(counts, { source: raw.source, convention, warnings, incomplete }, facts);
}

/** Checked counts; what is reported but not a count becomes a warning. */
export function parseCounts(reported: RoleCounts, warnings: string[]): Counts {
  const counts: Counts = {};
  const invalid: string[] = [];
  for (const name of Object.keys(reported) as (keyof RoleCounts)[]) {
    const count = parseCount(reported[name]);
    if (count === null) invalid.push(`${name}: ${describe(reported[name])} is not a count`);
    else if (name !== 'uncached' && name !== 'toolInput') counts[name] = count;
  }
  if (invalid.length > 0) warnings.push(...invalid.sort());
  return counts;
}

function reconcileParts(raw: RawUsage, parts: NonNullable<RawUsage['parts']>, facts: Facts): Usage {
  const { serviceTier, inferenceGeo } = facts;
  const sum = combineModels(
    parts.map(({ model, usage }) => ({
      model,
      usage: reconcile(usage, { ...NO_FACTS, serviceTier, inferenceGeo }),
    })),
  );
  return buildUsage(
    sum,
    {
      source: raw.source,
      convention: sum.convention,
      parts: sum.parts ?? [{ model: parts[0]!.model, usage: sum }],
      incomplete: raw.incomplete === true || sum.incomplete === true,
      warnings: [...(raw.notes ?? []), ...sum.warnings],
    },
    facts,
  );
}

type Placement = Readonly<{ cacheOutside: boolean; reasoningOutside: boolean }>;

type Decision = Readonly<{
  placement: Placement;
  convention: Convention;
  /** The total has more than all the reported parts: tokens are missing. */
  isShort: boolean;
}>;

// Some report the split by lifetime and leave the sum at 0 or out.
function writtenTokens({ cacheWrite, cacheWrite5m, cacheWrite1h }: Counts): number | undefined {
  if (cacheWrite5m === undefined && cacheWrite1h === undefined) return cacheWrite;
  return Math.max(cacheWrite ?? 0, addSafely(cacheWrite5m ?? 0, cacheWrite1h ?? 0));
}

function decide(
  raw: RawUsage,
  counts: Counts,
  cached: number,
  { cacheOutside, warnings }: { cacheOutside: boolean; warnings: string[] },
): Decision {
  const { input = 0, output = 0, reasoning = 0, total } = counts;
  const order = orders[(cacheOutside ? 2 : 0) + (raw.reasoning === 'outside' ? 1 : 0)]!;
  const fits = (placement: Placement): boolean =>
    (placement.cacheOutside || cached <= input) && (placement.reasoningOutside || reasoning <= output);
  const sumOf = (placement: Placement): number =>
    input + output + (placement.cacheOutside ? cached : 0) + (placement.reasoningOutside ? reasoning : 0);
  const likely = order.find(fits)!;
  const convention = conventionOf(raw, likely);
  const isWhole = counts.input !== undefined && counts.output !== undefined;
  if (total === undefined || !isWhole || (raw.totalIsSum === true && total === input + output)) {
    return { placement: likely, convention, isShort: false };
  }
  const proved = order.find((placement) => fits(placement) && sumOf(placement) === total);
  if (proved) return { placement: proved, convention: 'proved-by-total', isShort: false };
  const isShort = total > sumOf(likely);
  if (raw.totalHasReasoning && counts.reasoning === undefined && isShort) {
    counts.output = output + total - sumOf(likely);
    return { placement: likely, convention: 'proved-by-total', isShort: false };
  }
  warnings.push(describeMismatch(counts, cached, sumOf(likely)));
  return { placement: likely, convention, isShort };
}

const placements: readonly Placement[] = [
  { cacheOutside: false, reasoningOutside: false },
  { cacheOutside: false, reasoningOutside: true },
  { cacheOutside: true, reasoningOutside: false },
  { cacheOutside: true, reasoningOutside: true },
];

// All placements for each provider's own, in the order of their likelihood: its own, the cache elsewhere, the reasoning
// elsewhere, both. One always fits, because any part can be outside.
const orders = placements.map((_, own) => [own, own ^ 2, own ^ 1, own ^ 3].map((i) => placements[i]!));

function conventionOf(raw: RawUsage, { cacheOutside, reasoningOutside }: Placement): Convention {
  if (raw.guessed && !cacheOutside) return 'assumed';
  return cacheOutside || reasoningOutside ? 'exclusive' : 'inclusive';
}

function describeMismatch(counts: Counts, cached: number, sum: number): string {
  const parts = [`input ${counts.input}`, `output ${counts.output}`];
  if (cached > 0) parts.push(`cached ${cached}`);
  if (counts.reasoning) parts.push(`reasoning ${counts.reasoning}`);
  return `total-mismatch: ${parts.join(', ')} give ${sum}, but the reported total is ${counts.total}`;
}

// A whole that was not reported is known when its outside parts were.
function makeInclusive(counts: Counts, cached: number, { placement }: Decision): void {
  const { cacheOutside, reasoningOutside } = placement;
  const { input, output, total, cacheRead, cacheWrite, reasoning } = counts;
  if (input !== undefined || cacheRead !== undefined || cacheWrite !== undefined) {
    counts.input = addSafely(input ?? 0, cacheOutside ? cached : 0);
  }
  if (output !== undefined || reasoning !== undefined) {
    counts.output = addSafely(output ?? 0, reasoningOutside ? (reasoning ?? 0) : 0);
  }
  counts.total =
    counts.input !== undefined && counts.output !== undefined
      ? addSafely(counts.input, counts.output)
      : (total ?? counts.input ?? counts.output);
}

const parts: readonly (readonly [part: CountName, whole: CountName])[] = [
  ['inputAudio', 'input'],
  ['inputImage', 'input'],
  ['inputVideo', 'input'],
  ['cacheReadAudio', 'cacheRead'],
  ['cacheReadImage', 'cacheRead'],
  ['outputAudio', 'output'],
  ['outputImage', 'output'],
  ['outputVideo', 'output'],
];

function clampParts(counts: Counts, warnings: string[]): void {
  for (const [part, whole] of parts) {
    const all = counts[whole] ?? 0;
    const count = counts[part];
    if (count === undefined || count <= all) continue;
    warnings.push(`${part}: ${count} is more than the ${all} it is part of`);
    counts[part] = all;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'object' || typeof value === 'function'
    ? `a value of type ${typeof value}`
    : String(value);
}
