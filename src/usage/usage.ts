/**
 * The canonical record of what one LLM call used. Every count is in tokens and INCLUSIVE: `input` contains cache
 * reads and writes, `output` contains reasoning. `undefined` is "not reported", which differs from a reported 0.
 */
export type Usage = Readonly<{
  /** All input tokens: uncached + cache reads + cache writes. */
  input?: number;
  /** The part of `input` that was read from a prompt cache. */
  cacheRead?: number;
  /** The part of `input` that was written to a prompt cache, whatever its lifetime. */
  cacheWrite?: number;
  /** The part of `cacheWrite` with a lifetime of 5 minutes. */
  cacheWrite5m?: number;
  /** The part of `cacheWrite` with a lifetime of 1 hour. */
  cacheWrite1h?: number;
  inputAudio?: number;
  inputImage?: number;
  /** All output tokens, reasoning included. */
  output?: number;
  /** The part of `output` that was reasoning ("thinking"). */
  reasoning?: number;
  outputAudio?: number;
  /** input + output, as reported or as summed. */
  total?: number;
  /** Web searches that the provider ran, each with a price of its own. */
  webSearches?: number;
  /** API requests this record stands for, where a provider bills by the request. */
  requests?: number;
  /** The tier that served the call, from the response: `default`, `flex`, `priority`, `batch` … */
  serviceTier?: string;
  /** Where the model ran, from the response, where that has a price of its own: `us`. */
  inferenceGeo?: string;
  /** The cost in USD that the provider itself reported. It wins over any price table. */
  reportedCostUsd?: number;
  /** The shape that was recognised, for example `openai-chat`, `anthropic`, `gemini`. */
  source: string;
  /** Which convention the counts followed before they were made inclusive, and how that is known. */
  convention: 'inclusive' | 'exclusive' | 'proved-by-total' | 'assumed';
  /** What could not be reconciled, with its evidence. Empty when all is well. */
  warnings: readonly string[];
}>;

/** Where a count of tokens comes from: the provider, our tokenizer (shown with `~`), or nowhere. */
export type UsageOrigin = 'reported' | 'estimated' | 'none';

/** The counts of a Usage in the order in which they are written. */
export const countNames = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
  'total',
  'webSearches',
  'requests',
] as const satisfies readonly (keyof Usage)[];

/** Whether any tokens were reported at all: without, a call's usage is unknown, not zero. */
export function hasCounts(usage: Usage): boolean {
  return (usage.input ?? usage.output ?? usage.total) !== undefined;
}
