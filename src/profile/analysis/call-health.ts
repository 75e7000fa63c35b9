/** Counts what went wrong with the calls of a run, and how long each model took to its first token. */

import { aggregateSpans } from '../layout/incremental.js';
import type { RunState, Span } from '../run/run-state.js';
import { countFitting } from '../run/sorted.js';
import { findAnswerProblem } from './answer-problem.js';

/** The health of the calls of a run. */
export type CallHealth = Readonly<{
  /** Attempts after the first one, of requests and of nodes. */
  retries: number;
  /** Requests that were answered with HTTP status 429. */
  rateLimited: number;
  /** Answers that were a refusal or were withheld by a content filter. */
  refusals: number;
  /** Requests without a usable answer, whatever the reason. */
  failed: number;
  /** By model, in order of its first call. */
  models: ReadonlyMap<string, ModelHealth>;
  /** The failed call that finished last. */
  lastFailed: Span | undefined;
}>;

/** The calls of one model that answered: ms to the first token, ascending. */
type ModelHealth = Readonly<{ firstTokenMs: readonly number[] }>;

/** Computes the health of the calls so far, incrementally. */
export const computeCallHealth: (run: RunState) => CallHealth = aggregateSpans<Counts>(
  () => ({ retries: 0, rateLimited: 0, refusals: 0, failed: 0, models: new Map(), lastFailed: undefined }),
  (counts, { before, after }) => {
    if (before) count(counts, before, -1);
    count(counts, after, 1);
    if (isFailedCall(after) && (after.finishedAt ?? 0) >= (counts.lastFailed?.finishedAt ?? 0))
      counts.lastFailed = after;
  },
);

type Counts = {
  retries: number;
  rateLimited: number;
  refusals: number;
  failed: number;
  models: Map<string, { firstTokenMs: number[] }>;
  lastFailed: Span | undefined;
};

/** Adds a span to the counts, or with -1 removes what it added in its former state. */
function count(counts: Counts, span: Span, sign: 1 | -1): void {
  if ((span.attempt ?? 1) > 1 && span.call?.sameAs === undefined) counts.retries += sign;
  const { call } = span;
  // The other span of the same call is the one that counts.
  if (!call || call.sameAs !== undefined) return;
  if (span.outcome?.httpStatus === RATE_LIMITED) counts.rateLimited += sign;
  if (isFailedCall(span)) counts.failed += sign;
  // An answer that was not used, because another attempt followed, was refused all the same.
  const problem = findAnswerProblem({ ...call, wasted: false })?.code;
  if (problem === 'answer_refused' || problem === 'answer_filtered') counts.refusals += sign;
  if (call.firstTokenMs === undefined) return;
  const name = call.model ?? call.requestedModel;
  const model = counts.models.get(name) ?? { firstTokenMs: [] };
  counts.models.set(name, model);
  changeSorted(model.firstTokenMs, call.firstTokenMs, sign);
}

const RATE_LIMITED = 429;

function isFailedCall({ call, status }: Span): boolean {
  return call !== undefined && call.sameAs === undefined && status === 'failed';
}

/** Inserts a number into an ascending list, or removes one that is equal to it. */
function changeSorted(ascending: number[], value: number, sign: 1 | -1): void {
  const at = countFitting(ascending, (each) => each < value);
  if (sign === 1) ascending.splice(at, 0, value);
  else ascending.splice(at, 1);
}
