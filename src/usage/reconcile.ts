/** Turns what a response reports in its own convention into canonical, inclusive usage, and proves the convention by the total. */
import type { RawUsage } from './adapters/adapter.js';
import { combineModels } from './combine.js';
import { addSafely, parseCount } from './fields/count.js';
import type { RoleCounts } from './fields/read-counts.js';
import { buildUsage, type Counts } from './build.js';
import { countNames, type Convention, type CountName, type Usage } from './usage.js';

/**
 * Which convention the counts follow is decided in this order:
 * 1. what is impossible is out: cache cannot exceed the input that contains it, nor reasoning its output;
 * 2. the reported total picks among the rest: it equals input + output plus exactly the parts that are outside;
 * 3. otherwise the provider's own convention holds, with a warning when a total contradicts it.
 */
export function reconcile(raw: RawUsage): Usage {
  if (raw.parts) return reconcileParts(raw, raw.parts);
  const warnings = [...(raw.notes ?? [])];
  const counts = parseCounts(raw.counts, warnings);
  counts.cacheWrite = writtenTokens(counts);
  const cached = addSafely(counts.cacheRead ?? 0, counts.cacheWrite ?? 0);
  const decision = decide(raw, counts, cached, warnings);
  makeInclusive(counts, cached, decision);
  clampParts(counts, warnings);
  const isGuess = decision.convention === 'assumed' && cached > 0;
  if (isGuess) warnings.push('whether the input contains the cached tokens is not known: it is assumed to');
  const incomplete = raw.incomplete === true || decision.isShort || isGuess;
  return buildUsage(counts, {
    ...raw,
    parts: undefined,
    incomplete,
    convention: decision.convention,
    warnings,
  });
}

/** Checked counts; what is reported but not a count becomes a warning. */
export function parseCounts(reported: RoleCounts, warnings: string[]): Counts {
  const counts: Counts = {};
  for (const name of countNames) {
    const count = parseCount(reported[name]);
    if (count === null) warnings.push(`${name}: ${describe(reported[name])} is not a count`);
    else if (count !== undefined) counts[name] = count;
  }
  return counts;
}

function reconcileParts(raw: RawUsage, parts: NonNullable<RawUsage['parts']>): Usage {
  const { serviceTier, inferenceGeo } = raw;
  const sum = combineModels(
    parts.map(({ model, usage }) => ({ model, usage: reconcile({ serviceTier, inferenceGeo, ...usage }) })),
  );
  return buildUsage(sum, {
    ...raw,
    parts: sum.parts,
    convention: sum.convention,
    incomplete: raw.incomplete === true || sum.incomplete === true,
    warnings: [...(raw.notes ?? []), ...sum.warnings],
  });
}

type Placement = Readonly<{ cacheOutside: boolean; reasoningOutside: boolean }>;

type Decision = Placement &
  Readonly<{
    convention: Convention;
    /** The total has more than all the reported parts: tokens are missing. */
    isShort: boolean;
  }>;

// Some report the split by lifetime and leave the sum at 0 or out.
function writtenTokens({ cacheWrite, cacheWrite5m, cacheWrite1h }: Counts): number | undefined {
  if (cacheWrite5m === undefined && cacheWrite1h === undefined) return cacheWrite;
  return Math.max(cacheWrite ?? 0, addSafely(cacheWrite5m ?? 0, cacheWrite1h ?? 0));
}

function decide(raw: RawUsage, counts: Counts, cached: number, warnings: string[]): Decision {
  const input = counts.input ?? 0;
  const output = counts.output ?? 0;
  const reasoning = counts.reasoning ?? 0;
  const possible = orderByLikelihood(raw).filter(
    ({ cacheOutside, reasoningOutside }) =>
      (cacheOutside || cached <= input) && (reasoningOutside || reasoning <= output),
  );
  const likely = possible[0]!;
  const sumOf = ({ cacheOutside, reasoningOutside }: Placement): number =>
    input + output + (cacheOutside ? cached : 0) + (reasoningOutside ? reasoning : 0);

  const { total } = counts;
  const assumed: Decision = { ...likely, convention: conventionOf(raw, likely), isShort: false };
  if (total === undefined || counts.input === undefined || counts.output === undefined) return assumed;
  if (raw.totalIsSum === true && total === input + output) return assumed;
  const proved = possible.find((placement) => sumOf(placement) === total);
  if (proved) return { ...proved, convention: 'proved-by-total', isShort: false };
  if (raw.totalHasReasoning && counts.reasoning === undefined && total > sumOf(likely)) {
    const hidden = total - sumOf(likely);
    counts.output = output + hidden;
    return { ...likely, convention: 'proved-by-total', isShort: false };
  }
  warnings.push(describeMismatch(counts, cached, sumOf(likely)));
  return { ...assumed, isShort: total > sumOf(likely) };
}

// All four placements, the provider's own first; every one is possible when the parts are outside.
function orderByLikelihood({ cache, reasoning }: RawUsage): Placement[] {
  const cacheOutside = cache === 'outside';
  const reasoningOutside = reasoning === 'outside';
  return [
    { cacheOutside, reasoningOutside },
    { cacheOutside: !cacheOutside, reasoningOutside },
    { cacheOutside, reasoningOutside: !reasoningOutside },
    { cacheOutside: !cacheOutside, reasoningOutside: !reasoningOutside },
  ];
}

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
function makeInclusive(counts: Counts, cached: number, { cacheOutside, reasoningOutside }: Decision): void {
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
