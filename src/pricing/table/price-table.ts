/** The types of the price table: rates, tiers, prices of models, terms of sellers, and the user's own entries. */
import type { CountName } from '../../usage/record/usage.js';

/** What units of one kind cost in USD: tokens per million, the rest as the name of the rate states. */
export type Rates = Readonly<{
  input?: number;
  cacheRead?: number;
  /** Writes that live 5 minutes, and those whose lifetime is not reported. */
  cacheWrite?: number;
  cacheWrite1h?: number;
  inputAudio?: number;
  inputImage?: number;
  inputVideo?: number;
  cacheReadAudio?: number;
  cacheReadImage?: number;
  output?: number;
  /** Reasoning, where it is not billed as output. */
  reasoning?: number;
  outputAudio?: number;
  outputImage?: number;
  outputVideo?: number;
  /** Tokens of cited sources that a search model read. */
  citation?: number;
  webSearchPer1k?: number;
  socialSearchPer1k?: number;
  fileSearchPer1k?: number;
  rerankPer1k?: number;
  codeCallPer1k?: number;
  perContainer?: number;
  /** A request, at the smallest search context where the fee depends on that. */
  perRequest?: number;
  perRequestMedium?: number;
  perRequestHigh?: number;
  perImage?: number;
  perSecond?: number;
  perPage?: number;
  charactersPerMillion?: number;
}>;

export type RateName = keyof Rates;

/** The rates of tokens, in the order in which they are written. */
export const tokenRates = [
  'input',
  'cacheRead',
  'cacheWrite',
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
] as const satisfies readonly RateName[];

/** The rates of everything but tokens, in the order in which they are written. */
export const unitRates = [
  'webSearchPer1k',
  'socialSearchPer1k',
  'fileSearchPer1k',
  'rerankPer1k',
  'codeCallPer1k',
  'perContainer',
  'perRequest',
  'perRequestMedium',
  'perRequestHigh',
  'perImage',
  'perSecond',
  'perPage',
  'charactersPerMillion',
] as const satisfies readonly RateName[];

/** The names of all rates, in the order in which they are written. */
export const rateNames: readonly RateName[] = [...tokenRates, ...unitRates];

/** Rates that hold for the whole call once its total input is above a number of tokens: a cliff, not a bracket. */
export type Tier = Rates & Readonly<{ above: number }>;

/** Rates, with the tiers that replace some of them in long contexts. */
export type TieredRates = Rates & Readonly<{ tiers?: readonly Tier[] }>;

/** Rates between two times of day (UTC, `HH:MM`; `from` after `to` spans midnight). */
export type HourlyRates = TieredRates & Readonly<{ from: string; to: string }>;

/** Rates that held until a date (exclusive, UTC), with those of hours of the day at that time. */
export type PastRates = TieredRates & Readonly<{ until: string; hours?: readonly HourlyRates[] }>;

/** What one model of one seller costs: the latest rates, and earlier or time-dependent ones. */
export type ModelPrice = TieredRates &
  Readonly<{
    aliases?: readonly string[];
    /** It is known to cost nothing. */
    free?: true;
    /** Rates that held before the latest, the oldest first. */
    history?: readonly PastRates[];
    /** Rates of hours of the day, while the latest rates hold. */
    hours?: readonly HourlyRates[];
    /** What a service tier (`batch`, `flex`, `priority`, `fast` …) costs: its token rates, or a factor of the standard ones. */
    serviceTiers?: Readonly<Record<string, Rates | number>>;
    /** Counts that cost more than the rates for them state, in some calls: the cost of such a call is a bound. */
    atLeast?: readonly CountName[];
    /** What another source has instead, in words. Neither is the seller, so that the price is an estimate. */
    disputed?: string;
    /** The amendments that changed what the source of the table states, by their ids. */
    amended?: readonly string[];
  }>;

/** What holds for all models of a seller that do not state it themselves. */
export type SellerTerms = Readonly<{
  /** Prices of tools and requests. */
  rates?: Rates;
  /** Parts of the input that are billed as text where a model has no rate of its own for them. */
  asText?: readonly CountName[];
  /** Where these terms are published, and the day on which they were read. */
  source: string;
  date: string;
}>;

/** A price of the user's own: its fields replace those of every model that its name, aliases or glob match. */
export type PriceOverride = Readonly<{
  name: string;
  provider: string | undefined;
  price: ModelPrice;
  /** Its line in pricing.json. */
  line: number;
}>;

/** Why a price differs from the source of the table. */
export type AmendmentNote = Readonly<{ reason: string; source: string; date: string }>;

/** A price table as it is stored: pricing.default.json, and the newer data of the user in ~/.pflow. */
export type PriceFile = Readonly<{
  source: string;
  license: string;
  /** The day that the data is of (YYYY-MM-DD), not that of the script which wrote the file. */
  date: string;
  currency: 'USD';
  unit: 'per_million';
  note: string;
  amendments: Readonly<Record<string, AmendmentNote>>;
  sellers: Readonly<Record<string, SellerTerms>>;
  models: Readonly<Record<string, ModelPrice>>;
}>;

/** One set of prices for every view of a run. */
export type PriceTable = Readonly<{
  /** By `seller/model`. */
  models: ReadonlyMap<string, ModelPrice>;
  /** From `seller/name`, in lower case, for ids and aliases alike, to the key in `models`. */
  names: ReadonlyMap<string, string>;
  sellers: ReadonlyMap<string, SellerTerms>;
  amendments: ReadonlyMap<string, AmendmentNote>;
  overrides: readonly PriceOverride[];
  /** The user's own `hosts`: from a host or a provider's name, in lower case, to the seller whose prices hold there. */
  hosts: ReadonlyMap<string, string>;
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
  /** Why the call may cost more than at these rates. */
  doubt?: string;
}>;
