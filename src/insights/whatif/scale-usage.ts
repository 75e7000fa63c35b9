/** Changes the counts of a usage as another model or a missing prompt cache would. */
import type { CountName, Usage } from '../../usage/record/usage.js';

/** A usage without cache reads and writes: all of its input is paid in full. */
export function withoutCache(usage: Usage): Usage {
  const rest = omit(usage, CACHE);
  return usage.parts
    ? { ...rest, parts: usage.parts.map((part) => ({ ...part, usage: withoutCache(part.usage) })) }
    : rest;
}

/** Whether anything was read from or written to a prompt cache. */
export function usesCache(usage: Usage): boolean {
  return (usage.cacheRead ?? 0) > 0 || (usage.cacheWrite ?? 0) > 0;
}

/** Without cache writes, for a seller that does not bill them: these tokens are plain input. */
export function withoutCacheWrites(usage: Usage): Usage {
  return omit(usage, ['cacheWrite', 'cacheWrite5m', 'cacheWrite1h']);
}

/** The usage as the counts of one model: what belonged to another seller or to several models is left out. */
export function toOneModel(usage: Usage, keepsTier: boolean): Usage {
  const dropped = ['parts', 'reportedCostUsd', 'reportedCostSource', 'unconsumed'] as const;
  return omit(usage, keepsTier ? dropped : [...dropped, 'serviceTier', 'inferenceGeo', 'searchContext']);
}

/** Factors of the input, of the answer, and of the reasoning before it. */
export type Factors = Readonly<{ input: number; output: number; reasoning: number }>;

/** Scales token counts; the reasoning is a part of the output. Other units stay. */
export function scaleUsage(usage: Usage, { input, output, reasoning }: Factors): Usage {
  const scaled: { -readonly [K in CountName]?: number } = {};
  const scale = (name: CountName, factor: number) => {
    const count = usage[name];
    if (count !== undefined) scaled[name] = Math.round(count * factor);
  };
  for (const name of INPUTS) scale(name, input);
  for (const name of OUTPUTS) scale(name, output);
  scale('reasoning', reasoning);
  if (usage.output !== undefined) {
    const thought = Math.min(usage.reasoning ?? 0, usage.output);
    scaled.output = Math.round((usage.output - thought) * output + thought * reasoning);
  }
  const largest =
    usage.largestInput === undefined ? {} : { largestInput: Math.round(usage.largestInput * input) };
  return { ...omit(usage, ['total']), ...scaled, ...largest };
}

const CACHE = [
  'cacheRead',
  'cacheWrite',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheReadAudio',
  'cacheReadImage',
] as const satisfies readonly CountName[];

const INPUTS = [
  'input',
  ...CACHE,
  'inputAudio',
  'inputImage',
  'inputVideo',
] as const satisfies readonly CountName[];
const OUTPUTS = ['outputAudio', 'outputImage', 'outputVideo'] as const satisfies readonly CountName[];

function omit(usage: Usage, names: readonly (keyof Usage)[]): Usage {
  const kept: Partial<Record<keyof Usage, unknown>> = { ...usage };
  for (const name of names) delete kept[name];
  return kept as Usage;
}
