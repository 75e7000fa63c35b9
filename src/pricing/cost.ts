/** The cost of a call: its amount, its components, and how certain it is. */

/**
 * How much a figure can be relied on, from the most to the least: exact (rates × reported counts) · reported (the provider's own
 * figure) · estimated (from estimated counts or a rate that is not certain, `~`) · bound (the least that it was, `≥`) ·
 * borrowed (another seller's price) · unknown (no figure). n/a: no model was called, so that there is nothing to know.
 */
export type Certainty = 'exact' | 'reported' | 'estimated' | 'bound' | 'borrowed' | 'unknown' | 'n/a';

/** What a call cost, and how that is known. */
export type Cost = Readonly<{
  /** USD; null when it is not known. 0 only when it is known to be free. For a bound, the least that it was. */
  usd: number | null;
  /**
   * priced: counts × rates · reported: the provider's own figure · estimated: priced from estimated counts ·
   * free: a local server, or a price of zero · n/a: rules answered and no model · unpriced: no rate is known · unknown: no
   * usage was reported.
   */
  state: 'priced' | 'reported' | 'estimated' | 'free' | 'n/a' | 'unpriced' | 'unknown';
  certainty: Certainty;
  components: readonly CostComponent[];
  /** How the model's name found its rates, in words: `exact`, `alias`, `prefix anthropic/ stripped` … */
  matchedBy: string | undefined;
  /** The id in the price table; of several models, their ids. */
  pricedAs: string | undefined;
  /** Where the rates came from. */
  origin: 'default' | 'user' | 'provider' | undefined;
  /** The file that has them: a path with its line for the user's own, else the shipped table and its date. */
  file: string | undefined;
  /** What made them differ from the model's plain latest rates, in words: a context tier, a service tier, a date. */
  because: readonly string[];
  /** What makes the cost less than exact, in words. */
  warnings: readonly string[];
}>;

/** The cost of a call of which nothing is known. */
export const NO_COST: Cost = {
  usd: null,
  state: 'unknown',
  certainty: 'unknown',
  components: [],
  matchedBy: undefined,
  pricedAs: undefined,
  origin: undefined,
  file: undefined,
  because: [],
  warnings: [],
};

/** A part of a cost: a count at a rate. */
export type CostComponent = Readonly<{
  kind: ComponentKind;
  /** Tokens, or the units that the kind names. */
  count: number;
  /** USD per `unit`. */
  rate: number;
  usd: number;
  /** The model that it was paid for, where a call used several. */
  model?: string;
}>;

export type ComponentKind = keyof typeof componentNames;

/** The names of the components of a cost, for display. */
export const componentNames = {
  input: 'uncached input',
  cacheRead: 'cache read',
  cacheWrite5m: 'cache write 5m',
  cacheWrite1h: 'cache write 1h',
  inputAudio: 'audio in',
  inputImage: 'images in',
  inputVideo: 'video in',
  cacheReadAudio: 'cached audio',
  cacheReadImage: 'cached images',
  output: 'output',
  reasoning: 'reasoning',
  outputAudio: 'audio out',
  outputImage: 'images out',
  outputVideo: 'video out',
  citation: 'citations',
  webSearch: 'web searches',
  socialSearch: 'social searches',
  fileSearch: 'file searches',
  rerank: 'rerank searches',
  codeCall: 'code calls',
  container: 'containers',
  request: 'requests',
  image: 'images',
  second: 'seconds',
  page: 'pages',
  character: 'characters',
} as const;

/** How many units of a component its rate is for: tokens and characters are priced per million, searches per thousand. */
export function unitsPerRate(kind: ComponentKind): number {
  if (perThousand.has(kind)) return 1000;
  return perUnit.has(kind) ? 1 : 1_000_000;
}

const perThousand: ReadonlySet<ComponentKind> = new Set([
  'webSearch',
  'socialSearch',
  'fileSearch',
  'rerank',
  'codeCall',
]);

const perUnit: ReadonlySet<ComponentKind> = new Set(['container', 'request', 'image', 'second', 'page']);

/** The certainty of a sum: that of its least certain part. What is not applicable adds nothing. */
export function combineCertainty(parts: Iterable<Certainty>): Certainty {
  let worst: Certainty | undefined;
  for (const part of parts) {
    if (part !== 'n/a' && (worst === undefined || order.indexOf(part) > order.indexOf(worst))) worst = part;
  }
  return worst ?? 'n/a';
}

const order: readonly Certainty[] = ['exact', 'reported', 'estimated', 'bound', 'borrowed', 'unknown'];
