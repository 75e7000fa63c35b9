import type { EventOf, RunStatus, SpanKind, SpanStatus, TracedError } from '../../trace/event/event.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { Usage, UsageOrigin } from '../../usage/usage.js';
import type { CacheEffect } from '../../pricing/cache-effect.js';
import type { Cost } from '../../pricing/cost.js';

/**
 * What a run looks like after some prefix of its events: the fold that every screen, summary and export is made from.
 * Span objects are replaced when they change, so that their identity tells whether a row must be drawn again.
 */
export type RunState = Readonly<{
  /** Events folded so far; also the version of this state. */
  events: number;
  /** `at` of the last event, in ms since the run began: "now" on replay. */
  lastAt: number;
  /** The first event, once it was seen. */
  started: EventOf<'run.started'> | undefined;
  finished: EventOf<'run.finished'> | undefined;
  /** `running` until run.finished; a trace whose writer died stays `running` and the reader says so. */
  status: 'running' | RunStatus;
  paused: boolean;
  /** Whether it waits for a person to agree to its plan. */
  asking: boolean;
  plans: readonly EventOf<'workflow.planned'>[];
  /** All spans by id. */
  spans: Spans;
  /** The outermost spans in order of start: the stages. */
  roots: readonly number[];
  /** All store.changed events in order: snapshots are folds of these. */
  changes: readonly EventOf<'store.changed'>[];
  controls: readonly EventOf<'control.changed'>[];
  /** Over the whole run. */
  totals: Totals;
  /** Types of events this version does not know, counted. */
  unknownEvents: ReadonlyMap<string, number>;
  /** The wholes of what the events show in part; none unless the run kept them. */
  values: BlobStore;
}>;

/** What a Map of them is read by, in the order in which they began. */
export interface Spans extends Iterable<[number, Span]> {
  readonly size: number;
  has(id: number): boolean;
  get(id: number): Span | undefined;
  values(): IterableIterator<Span>;
  keys(): IterableIterator<number>;
}

export type Span = Readonly<{
  id: number;
  parent: number | undefined;
  children: readonly number[];
  depth: number;
  kind: SpanKind;
  name: string;
  visit: number;
  /** ms since the run began. */
  startedAt: number;
  /** undefined while it runs. */
  finishedAt: number | undefined;
  startedSeq: number;
  finishedSeq: number | undefined;
  status: 'running' | SpanStatus;
  logs: readonly Readonly<{ at: number; stream: 'stdout' | 'stderr' | 'warning'; text: string }>[];
  /** Of this span and everything below it; an llm call is counted exactly once. */
  totals: Totals;
  nodeType?: string | undefined;
  attempt?: number | undefined;
  index?: number | undefined;
  of?: number | undefined;
  action?: string | undefined;
  error?: TracedError | undefined;
  /** Its parameters. The event itself: of a trace in a file, it reads them from there. */
  resolved?: Pick<EventOf<'params.resolved'>, 'params'> | undefined;
  /** llm spans only. */
  call?: Call | undefined;
}>;

/** One request to a model. */
export type Call = Readonly<{
  provider: string;
  /** The model that was asked. */
  requestedModel: string;
  /** The model that answered. */
  model: string | undefined;
  free: boolean;
  /** What was asked, and what was answered. The events themselves: of a trace in a file, they read their long values from it. */
  request: Pick<EventOf<'llm.request'>, 'prompt' | 'system' | 'settings'> | undefined;
  response: Pick<EventOf<'llm.response'>, 'text' | 'object'> | undefined;
  finishReason: string | undefined;
  firstTokenMs: number | undefined;
  usage: Usage | null;
  usageOrigin: UsageOrigin;
  /** Estimated output tokens while it streams. */
  progressTokens: number | undefined;
  /** null until there is something to price. */
  cost: Cost | null;
  /** What prompt caching did to the cost; null where nothing was cached or no price is known. */
  cacheEffect: CacheEffect | null;
  /** The answer was paid for and thrown away: the attempt was retried or could not be used. */
  wasted: boolean;
}>;

/** Sums over calls. Money in USD; `usd` is a lower bound when `unpriced` is not empty. */
export type Totals = Readonly<{
  calls: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  tokens: number;
  /** Whether any of the counts is an estimate (shown with `~`). */
  estimated: boolean;
  /** The part of the cost that is known. */
  usd: number;
  /** Whether any call has a price at all: false means that "n/a" or "free" is the honest word, not $0. */
  priced: boolean;
  /** Whether any call was free: a local server answered. */
  free: boolean;
  /** Whether any call was answered by rules and no model: a cost does not apply to it. */
  byRules: boolean;
  /** Models of calls whose cost is not known (no price, or no usage reported): the total is then a lower bound. */
  unpriced: readonly string[];
  /** USD spent on attempts whose answer was thrown away. */
  wastedUsd: number;
  /** USD that reading from prompt caches saved. */
  cacheSavedUsd: number;
  /** USD that writing to prompt caches cost on top. */
  cachePenaltyUsd: number;
}>;
