/** The types of a cost: its amount, its components, and how it is known. */

/** What a call cost, and how that is known. */
export type Cost = Readonly<{
  /** USD; null when it is not known. 0 only when it is known to be free. */
  usd: number | null;
  /**
   * priced: tokens × rates · reported: the provider's own figure · estimated: priced from estimated counts ·
   * free: a local server · n/a: rules answered and no model · unpriced: no rate is known for this model · unknown: no usage was reported.
   */
  state: 'priced' | 'reported' | 'estimated' | 'free' | 'n/a' | 'unpriced' | 'unknown';
  components: readonly CostComponent[];
  /** How the model's name found its rates, in words: `exact`, `alias`, `prefix anthropic/ stripped` … */
  matchedBy: string | undefined;
  /** The id in the price table. */
  pricedAs: string | undefined;
  /** Where the rates came from. */
  origin: 'default' | 'user' | 'provider' | undefined;
  /** The file they stand in: a path with its line for the user's own, else the table that ships and its date. */
  file: string | undefined;
  /** What made them differ from the model's plain latest rates, in words: a context tier, a service tier, a date. */
  because: readonly string[];
  warnings: readonly string[];
}>;

/** The cost of a call of which nothing is known. */
export const NO_COST: Cost = {
  usd: null,
  state: 'unknown',
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
  kind:
    | 'input'
    | 'cacheRead'
    | 'cacheWrite5m'
    | 'cacheWrite1h'
    | 'output'
    | 'inputAudio'
    | 'outputAudio'
    | 'webSearch'
    | 'request';
  /** Tokens, searches or requests. */
  count: number;
  /** USD per million tokens; per 1,000 searches; per request. */
  rate: number;
  usd: number;
}>;

/** What the parts of a cost are called. */
export const componentNames: Readonly<Record<CostComponent['kind'], string>> = {
  input: 'uncached input',
  cacheRead: 'cache read',
  cacheWrite5m: 'cache write 5m',
  cacheWrite1h: 'cache write 1h',
  output: 'output',
  inputAudio: 'audio in',
  outputAudio: 'audio out',
  webSearch: 'web searches',
  request: 'requests',
};
