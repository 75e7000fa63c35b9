/** Defines the state of a run, which all screens, summaries and exports are made from. */
import type { EventOf, RunStatus, SpanKind, SpanStatus, TracedError } from '../../trace/event/event.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { Usage, UsageOrigin } from '../../usage/record/usage.js';
import type { CacheEffect } from '../../pricing/cache-effect.js';
import type { PriceTable } from '../../pricing/table/price-table.js';
import type { Cost } from '../../pricing/cost.js';

/**
 * The state of a run after some prefix of its events. This is the read-only view of an object that the reducer updates
 * in place; `events` is its version. Spans are replaced when they change, so their identity shows whether a row must be
 * rendered again.
 */
export type RunState = Readonly<{
  /** Number of events applied; serves as the version of this state. */
  events: number;
  /** `at` of the last event, in ms since the run started: "now" on replay. */
  lastAt: number;
  /** The first event, once applied. */
  started: EventOf<'run.started'> | undefined;
  finished: EventOf<'run.finished'> | undefined;
  /** `running` until run.finished; the state of a trace whose writer died stays `running`. */
  status: 'running' | RunStatus;
  paused: boolean;
  /** Whether the run waits for the user to approve its plan. */
  asking: boolean;
  plans: readonly EventOf<'workflow.planned'>[];
  /** All spans by id. */
  spans: Spans;
  /** Ids of the root spans (stages), in order of start. */
  roots: readonly number[];
  /** All store.changed events, in order; snapshots are computed from these. */
  changes: readonly EventOf<'store.changed'>[];
  controls: readonly EventOf<'control.changed'>[];
  /** Closed intervals in which the run waited for its user and nothing ran; disjoint and in order. */
  waits: readonly Interval[];
  /** Since when it does so now. */
  waitingSince: number | undefined;
  /** Pairs of spans that are the same call. */
  links: readonly EventOf<'call.linked'>[];
  /** Over the whole run. */
  totals: Totals;
  /** Number of events per type unknown to this version. */
  unknownEvents: ReadonlyMap<string, number>;
  /** The prices that its costs are computed from. */
  prices: PriceTable;
  /** Full values that the events show truncated; empty unless the run captured them. */
  values: BlobStore;
}>;

/** The read methods of a Map of spans, ordered by start. */
export interface Spans extends Iterable<[number, Span]> {
  readonly size: number;
  has(id: number): boolean;
  get(id: number): Span | undefined;
  values(): IterableIterator<Span>;
  keys(): IterableIterator<number>;
  /** Number of changes so far. */
  readonly version: number;
  /** Visits the spans, in order and with their position, that may have changed since a version: few of many unchanged ones. */
  visitChanged(since: number, visit: (span: Span, place: number) => void): void;
}

export type Span = Readonly<{
  id: number;
  parent: number | undefined;
  children: readonly number[];
  depth: number;
  kind: SpanKind;
  name: string;
  visit: number;
  /** ms since the run started. */
  startedAt: number;
  /** undefined while running. */
  finishedAt: number | undefined;
  startedSeq: number;
  finishedSeq: number | undefined;
  status: 'running' | SpanStatus;
  logs: readonly LogLine[];
  /** Sum over this span and its descendants; each LLM call counts once. */
  totals: Totals;
  /** Distinguishes it from its siblings: of an item, its value. */
  label?: string | undefined;
  nodeType?: string | undefined;
  attempt?: number | undefined;
  index?: number | undefined;
  of?: number | undefined;
  action?: string | undefined;
  error?: TracedError | undefined;
  /** Facts of its start that only observed and imported spans have: the event itself. */
  origin?: Pick<EventOf<'span.started'>, 'service' | 'process' | 'links' | 'provisional'> | undefined;
  /** Facts of its end besides status, action and error: the event itself. */
  outcome?:
    | Pick<EventOf<'span.finished'>, 'degraded' | 'batch' | 'retryReason' | 'httpStatus' | 'requestId'>
    | undefined;
  /** How long the run waited for its user within it, in ms, and since when it does so now. Not part of its duration. */
  waited?: Readonly<{ ms: number; since: number | undefined }> | undefined;
  /** The last progress that it reported. */
  progress?: Pick<EventOf<'progress.changed'>, 'done' | 'total' | 'message'> | undefined;
  /** Its parameters: the event itself, which for a trace file is lazy. */
  resolved?: Pick<EventOf<'params.resolved'>, 'params'> | undefined;
  /** llm spans only. */
  call?: Call | undefined;
}>;

/** An interval in ms since the run started. */
export type Interval = Readonly<{ from: number; to: number }>;

/** What a span printed: the event itself, which for a trace file is lazy. */
export type LogLine = Readonly<
  Pick<EventOf<'log.written'>, 'at' | 'stream' | 'text' | 'level' | 'source' | 'item'>
>;

/** One request to a model. */
export type Call = Readonly<{
  provider: string;
  /** The model that was requested. */
  requestedModel: string;
  /** The model that responded. */
  model: string | undefined;
  free: boolean;
  /** Request and response: the events themselves, which for a trace file are lazy. */
  request: Omit<EventOf<'llm.request'>, 'seq' | 'at' | 'type' | 'span'> | undefined;
  response: Partial<Omit<EventOf<'llm.response'>, 'seq' | 'at' | 'type' | 'span'>> | undefined;
  finishReason: string | undefined;
  firstTokenMs: number | undefined;
  usage: Usage | null;
  usageOrigin: UsageOrigin;
  /** The span of the same call, seen in another way, which counts instead of this one. */
  sameAs?: number | undefined;
  /** Estimated output tokens while streaming. */
  progressTokens: number | undefined;
  /** null until there is usage to price. */
  cost: Cost | null;
  /** What a replayed call cost when it was recorded. */
  recordedCost: Cost | null;
  /** Effect of prompt caching on the cost; null if nothing was cached or no price is known. */
  cacheEffect: CacheEffect | null;
  /** Answered from a recording, without a request. */
  replayed: boolean;
  /** The response was billed and discarded: the attempt was retried or its response was unusable. */
  wasted: boolean;
}>;

/** Sums over calls. Costs in USD; `usd` is a lower bound if `bound`, or if `unpriced` is not empty. */
export type Totals = Readonly<{
  calls: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  tokens: number;
  /** Whether any count is an estimate (shown with `~`). */
  estimated: boolean;
  /** The known part of the cost. */
  usd: number;
  /** Whether the cost of any call is a lower bound (shown with `≥`). */
  bound: boolean;
  /** Whether the price of any call is an estimate or another seller's (shown with `~`). */
  approximate: boolean;
  /** Whether any call has a price; if not, "n/a" or "free" is shown instead of $0. */
  priced: boolean;
  /** Whether any call was free, i.e. answered by a local server. */
  free: boolean;
  /** Whether any call was answered by offline rules, which have no cost. */
  byRules: boolean;
  /** Models of calls with unknown cost (no price, or no usage reported). */
  unpriced: readonly string[];
  /** USD spent on attempts whose response was discarded. */
  wastedUsd: number;
  /** USD saved by prompt cache reads. */
  cacheSavedUsd: number;
  /** Extra USD paid for prompt cache writes. */
  cachePenaltyUsd: number;
}>;
