/** The contract of an adapter: how one provider, SDK or tool reports usage, and which convention its counts follow. */
import type { Fields } from '../fields/fields.js';
import type { ReportedCounts, RoleCounts } from '../fields/read-counts.js';

/** What the caller knows about where a usage came from. */
export type UsageHint = Readonly<{
  provider?: string;
  /** The API that was called, by its name or path: `messages`, `responses`, `embeddings` … */
  api?: string;
  model?: string;
  /** The response is known to have broken off: what it reported until then is a lower bound. */
  incomplete?: boolean;
}>;

/** An object that may be a usage, with where it was found. */
export type Candidate = Readonly<{
  usage: Fields;
  /** What the table of synonyms reads in it. */
  reported: ReportedCounts;
  /** The object that held it; the usage itself when it was given bare. */
  parent: Fields;
  /** All objects around it, the nearest first. */
  parents: readonly Fields[];
  /** The field it was found under; undefined when it was given bare. */
  key: string | undefined;
  /** The provider's canonical name (`openai`, `anthropic`, `google`, `bedrock`, `xai` …), where known. */
  provider: string | undefined;
  api: string | undefined;
  model: string | undefined;
}>;

/** What a response reports in its own convention, before that is proved and the counts are made inclusive. */
export type RawUsage = Readonly<{
  source: string;
  counts: RoleCounts;
  /** Whether this provider counts cached tokens inside its input. */
  cache: 'inside' | 'outside';
  /** Whether this provider counts reasoning inside its output. */
  reasoning: 'inside' | 'outside';
  /** The total is a sum that a wrapper made of input and output, so finding that sum proves nothing. */
  totalIsSum?: boolean;
  /** The total is the provider's and contains reasoning that is not reported: what it has more is output. */
  totalHasReasoning?: boolean;
  /** The conventions above are a guess, because the format belongs to no known provider. */
  guessed?: boolean;
  serviceTier?: unknown;
  unconsumed?: Readonly<Record<string, number>>;
  /** What each of several models used: their sums take the place of `counts`. */
  parts?: readonly RawPart[];
  incomplete?: boolean;
  notes?: readonly string[];
}>;

/** What one of several models used in a response. */
export type RawPart = Readonly<{ model: string; usage: RawUsage }>;

/** Parses the usage of one provider, SDK or tool. */
export type UsageAdapter = Readonly<{
  /** Whether a candidate is in this format. */
  matches(candidate: Candidate): boolean;
  /** The candidate's counts are those of the table of synonyms unless the adapter knows better. */
  parse(candidate: Candidate): RawUsage;
}>;

/** An adapter for a format that the table of synonyms reads completely: only its name and its conventions are special. */
export function defineAdapter(
  rule: Pick<RawUsage, 'source' | 'cache' | 'reasoning' | 'totalIsSum' | 'totalHasReasoning'>,
  matches: (candidate: Candidate) => boolean,
): UsageAdapter {
  return { matches, parse: ({ reported }) => ({ ...rule, counts: reported.counts }) };
}

/** Whether the candidate's usage has any of these fields with a value. */
export function hasField({ reported }: Candidate, ...names: readonly string[]): boolean {
  for (const name of names) if (reported.names.has(name)) return true;
  return false;
}
