/** The canonical record of what one response used, and the names of its counts. */

/**
 * What one response used. Every count is INCLUSIVE: `input` contains cache reads and writes, `output` contains
 * reasoning. Absent means "not reported", which differs from a reported 0. Tokens unless stated otherwise.
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
  /** The part of `input` that was audio, cached or not. */
  inputAudio?: number;
  /** The part of `input` that was images, cached or not. */
  inputImage?: number;
  /** The part of `input` that was video, cached or not. */
  inputVideo?: number;
  /** The part of `cacheRead` that was audio; it is in `inputAudio` too. */
  cacheReadAudio?: number;
  /** The part of `cacheRead` that was images; it is in `inputImage` too. */
  cacheReadImage?: number;
  /** All output tokens, reasoning included. */
  output?: number;
  /** The part of `output` that was reasoning ("thinking"). */
  reasoning?: number;
  outputAudio?: number;
  outputImage?: number;
  outputVideo?: number;
  /** Tokens of cited sources that a search model read; in neither `input` nor `output`. */
  citation?: number;
  /** input + output, as reported or as summed. */
  total?: number;
  /** Web searches that the provider ran. */
  webSearches?: number;
  /** Searches of a social network that the provider ran. */
  socialSearches?: number;
  /** Searches of uploaded files (vector stores) that the provider ran. */
  fileSearches?: number;
  /** Search units of a reranker. */
  rerankSearches?: number;
  /** Code executions that the provider ran. */
  codeCalls?: number;
  /** Distinct code containers that those executions used. */
  containers?: number;
  /** API requests this record covers, where a provider bills by the request. */
  requests?: number;
  /** The input of the largest of those requests, where there are several and it is known: prices may depend on it. */
  largestInput?: number;
  /** Images that were generated. */
  images?: number;
  /** Seconds of audio or video, where a provider bills by duration. */
  seconds?: number;
  /** Document pages that were read. */
  pages?: number;
  /** Characters, where a provider bills by those (speech, translation). */
  characters?: number;
  /** The tier that served the call, from the response: `default`, `flex`, `priority`, `batch` … */
  serviceTier?: string;
  /** Where the model ran, from the response, where that has a price of its own: `us`. */
  inferenceGeo?: string;
  /** How much a search model read (`low`, `medium`, `high`), where the fee per request depends on it. */
  searchContext?: string;
  /** The cost in USD that was reported with the response. It takes precedence over any price table. */
  reportedCostUsd?: number;
  /** Who reported that cost: the provider itself, a gateway in front of it, or a tool's own calculation. */
  reportedCostSource?: CostSource;
  /**
   * Several models in one response: what each used. The counts above are then the sums over the parts, and each part is
   * priced at its own model's rates. Parts have no parts.
   */
  parts?: readonly UsagePart[];
  /** Counts that the response reported and no field above holds, by path. A price cannot include them: the cost is a bound. */
  unconsumed?: Readonly<Record<string, number>>;
  /** The response broke off, or does not show what was inside its counts: they, and the cost, are lower bounds. */
  incomplete?: true;
  /** It may count again what another usage of the same run counts: the sum of both, and its cost, are upper bounds. */
  mayOverlap?: true;
  /** The format that was recognised, for example `openai-chat`, `anthropic`, `gemini`. */
  source: string;
  /** Which convention the counts followed before they were made inclusive, and how that is known. */
  convention: Convention;
  /** What could not be reconciled, with its evidence. Empty when all is well. */
  warnings: readonly string[];
}>;

/** What one of several models used in a response. The name is empty for the model that was called, where only the caller knows it. */
export type UsagePart = Readonly<{ model: string; provider?: string; usage: Usage }>;

export type Convention = 'inclusive' | 'exclusive' | 'proved-by-total' | 'assumed';

export type CostSource = 'provider' | 'gateway' | 'tool';

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
  'inputVideo',
  'cacheReadAudio',
  'cacheReadImage',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
  'outputVideo',
  'citation',
  'total',
  'webSearches',
  'socialSearches',
  'fileSearches',
  'rerankSearches',
  'codeCalls',
  'containers',
  'requests',
  'images',
  'seconds',
  'pages',
  'characters',
] as const satisfies readonly (keyof Usage)[];

/** The name of a count of a Usage. */
export type CountName = (typeof countNames)[number];

// A request or a container accompanies other counts: alone it does not mean that the usage was reported.
const accompanying: ReadonlySet<CountName> = new Set<CountName>(['requests', 'containers']);

/** Whether anything billable was counted at all: without, a call's usage is unknown, not zero. */
export function hasCounts(usage: Usage): boolean {
  if ((usage.input ?? usage.output ?? usage.total) !== undefined) return true;
  return countNames.some((name) => usage[name] !== undefined && !accompanying.has(name));
}

/** Whether there is anything to price: counts, or a reported cost. */
export function isKnown(usage: Usage): boolean {
  return usage.reportedCostUsd !== undefined || hasCounts(usage);
}
