/** The types of the price table: rates, tiers, prices and overrides. */

/** What units of one kind cost in USD: tokens per million, the rest as its name says. */
export type Rates = Readonly<{
  input?: number;
  cacheRead?: number;
  /** Writes that live 5 minutes, and those whose lifetime is not reported. */
  cacheWrite?: number;
  cacheWrite1h?: number;
  output?: number;
  inputAudio?: number;
  outputAudio?: number;
  webSearchPer1k?: number;
  perRequest?: number;
}>;

/** The names of rates, in the order in which they are written. */
export const rateNames = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'output',
  'inputAudio',
  'outputAudio',
  'webSearchPer1k',
  'perRequest',
] as const satisfies readonly (keyof Rates)[];

/** Rates that hold for the whole call once its total input is above a number of tokens: a cliff, not a bracket. */
export type Tier = Rates & Readonly<{ above: number }>;

/** Rates, with the tiers that replace some of them in long contexts. */
export type TieredRates = Rates & Readonly<{ tiers?: readonly Tier[] }>;

/** What one model of one provider costs: the latest rates, and beside them what held before or holds at times. */
export type ModelPrice = TieredRates &
  Readonly<{
    aliases?: readonly string[];
    /** It is known to cost nothing. */
    free?: true;
    /** Rates that held until a date (exclusive, UTC), the oldest first. */
    history?: readonly (TieredRates & Readonly<{ until: string }>)[];
    /** Rates between two times of day (UTC, `HH:MM`), while the latest rates hold. */
    hours?: readonly (TieredRates & Readonly<{ from: string; to: string }>)[];
    /** Rates of a service tier (`batch`, `flex`, `priority` …) in place of the standard ones. */
    serviceTiers?: Readonly<Record<string, Rates>>;
  }>;

/** A price of the user's own: its fields replace those of every model that its name, aliases or glob match. */
export type PriceOverride = Readonly<{
  name: string;
  provider: string | undefined;
  price: ModelPrice;
  /** The line of pricing.json that it stands on. */
  line: number;
}>;

/** One set of prices for every view of a run. */
export type PriceTable = Readonly<{
  /** By `provider/model`. */
  models: ReadonlyMap<string, ModelPrice>;
  /** From `provider/name`, in lower case, for ids and aliases alike, to the key in `models`. */
  names: ReadonlyMap<string, string>;
  overrides: readonly PriceOverride[];
  /** What the default prices were made from, with its date. */
  source: string;
  date: string;
  defaultPath: string;
  overridePath: string;
}>;

/** The rates of one call. */
export type AppliedRates = Readonly<{
  rates: Rates;
  /** What made them differ from the model's plain latest rates, in words. */
  because: readonly string[];
}>;
