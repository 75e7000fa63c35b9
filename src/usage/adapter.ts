import type { Fields } from './fields.js';
import type { CountName } from './usage.js';

/** What the caller knows about where a usage came from. */
export type UsageHint = Readonly<{ provider?: string; api?: string }>;

/** What a response says in its own convention, before it is proved and made inclusive. Values are not checked yet. */
export type RawUsage = Readonly<{
  source: string;
  counts: Readonly<Partial<Record<CountName, unknown>>>;
  /** Whether this provider counts cached tokens inside its input. */
  cache: 'inside' | 'outside';
  /** Whether this provider counts reasoning inside its output. */
  reasoning: 'inside' | 'outside';
  /** The total is the sum of input and output that an SDK made, so finding that sum proves nothing. */
  totalIsSum?: boolean;
  /** The conventions above are a guess, because the shape belongs to no known provider. */
  guessed?: boolean;
  serviceTier?: unknown;
  inferenceGeo?: unknown;
  reportedCostUsd?: unknown;
  notes?: readonly string[];
}>;

/** Where a usage was found. */
export type Candidate = Readonly<{
  usage: Fields;
  /** The object that held it; the usage itself when it was handed over bare. */
  parent: Fields;
  /** The provider's canonical name (`openai`, `anthropic`, `google`, `bedrock`, `xai` …) and API, where known. */
  provider: string | undefined;
  api: string | undefined;
}>;

/** One provider family's way of writing usage. */
export type UsageAdapter = Readonly<{
  matches(found: Candidate): boolean;
  read(found: Candidate): RawUsage;
}>;
