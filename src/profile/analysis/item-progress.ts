/** Computes how far a batch or a loop has come, and when it will finish, from the facts of the run itself. */
import { listItems } from '../layout/span-outline.js';
import type { RunState, Span } from '../run/run-state.js';
import { computeDuration } from '../run/span-tree.js';

/** How far a batch or a loop has come. */
export type ItemProgress = Readonly<{
  /** Items that have finished, whatever their status. One whose next attempt is due has not. */
  doneItems: number;
  /** How many items there are in all; undefined if only the run will show that. */
  of: number | undefined;
  /** Items in progress, including those that wait for their next attempt. */
  running: number;
  /** How many of the finished items failed. */
  failed: number;
  /** Finished items per second of work; 0 before the first. */
  ratePerSecond: number;
  /** Estimated ms until the last item finishes; absent while there is nothing to estimate it from. */
  remainingMs?: number;
}>;

/**
 * The progress at `now` (ms since the run started) of a batch, of a node that repeats itself, or of a span that reports
 * its own; undefined for any other span.
 *
 * The estimate is the work left divided by the parallelism so far. The work left is the mean duration of a finished item
 * for every item that has not started, and what is left of that mean for every item in progress; parallelism is the sum
 * of the items' durations per elapsed time, so that waits for a rate limit or for the user prolong the estimate only if
 * they recur.
 */
export function computeItemProgress(run: RunState, span: Span, now: number): ItemProgress | undefined {
  const items = listItems(run, span);
  if (items.length > 0)
    return progressOf(groupAttempts(items), items[0]!.of, computeDuration(span, now), now);
  if (span.progress) return reportedProgress(span, now);
  const loop = findLoop(run, span);
  if (loop === undefined) return undefined;
  const rounds = listRounds(run, span);
  const elapsed = rounds.reduce((sum, round) => sum + computeDuration(round, now), 0);
  return progressOf(
    rounds.map((round) => [round]),
    roundsOf(loop),
    elapsed,
    now,
  );
}

/** The attempts of each item, in order. */
function groupAttempts(spans: readonly Span[]): Span[][] {
  const items = new Map<number, Span[]>();
  for (const [at, span] of spans.entries()) {
    const attempts = items.get(span.index ?? at);
    if (attempts) attempts.push(span);
    else items.set(span.index ?? at, [span]);
  }
  return [...items.values()];
}

function progressOf(
  items: readonly (readonly Span[])[],
  of: number | undefined,
  elapsed: number,
  now: number,
): ItemProgress {
  let doneItems = 0;
  let failed = 0;
  let doneMs = 0;
  const runningMs: number[] = [];
  for (const attempts of items) {
    const last = attempts.at(-1)!;
    const ms = attempts.reduce((sum, attempt) => sum + computeDuration(attempt, now), 0);
    if (last.status === 'running' || last.outcome?.retryReason !== undefined) {
      runningMs.push(ms);
      continue;
    }
    doneItems++;
    doneMs += ms;
    if (last.status === 'failed') failed++;
  }
  const running = runningMs.length;
  const progress = {
    doneItems,
    of,
    running,
    failed,
    ratePerSecond: elapsed > 0 ? (doneItems / elapsed) * 1000 : 0,
  };
  if (of === undefined || doneItems === 0) return progress;
  if (doneItems >= of) return { ...progress, remainingMs: 0 };
  const mean = doneMs / doneItems;
  const left = runningMs.map((ms) => Math.max(0, mean - ms));
  const notStarted = Math.max(0, of - doneItems - running);
  const work = left.reduce((sum, ms) => sum + ms, notStarted * mean);
  // Only items that take longer than the mean are left: nothing shows how much longer.
  if (work <= 0) return progress;
  const busy = runningMs.reduce((sum, ms) => sum + ms, doneMs);
  const parallelism = elapsed > 0 ? Math.max(busy / elapsed, Number.EPSILON) : 1;
  return { ...progress, remainingMs: left.reduce((most, ms) => Math.max(most, ms), work / parallelism) };
}

/** A span that reports how much of its work is done, such as a tool call. */
function reportedProgress(span: Span, now: number): ItemProgress {
  const { done, total } = span.progress!;
  const elapsed = computeDuration(span, now);
  const progress = {
    doneItems: done,
    of: total,
    running: span.status === 'running' ? 1 : 0,
    failed: 0,
    ratePerSecond: elapsed > 0 ? (done / elapsed) * 1000 : 0,
  };
  if (total === undefined || done <= 0) return progress;
  return { ...progress, remainingMs: Math.max(0, ((total - done) / done) * elapsed) };
}

/** What the plan says about how a node of the workflow itself repeats. */
function findLoop(run: RunState, span: Span): unknown {
  if (span.kind !== 'node') return undefined;
  const parent = span.parent === undefined ? undefined : run.spans.get(span.parent);
  const plan =
    parent?.kind === 'stage'
      ? run.plans.findLast((each) => each.span === undefined)
      : run.plans.findLast((each) => each.span === span.parent);
  return plan?.nodes.find(({ id }) => id === span.name)?.loop;
}

/** The rounds of a loop that started before or with a span, which is one of them. */
function listRounds(run: RunState, { parent, name, visit }: Span): readonly Span[] {
  const siblings = parent === undefined ? [] : (run.spans.get(parent)?.children ?? []);
  return siblings.flatMap((id) => {
    const each = run.spans.get(id);
    return each?.kind === 'node' && each.name === name && each.visit <= visit ? [each] : [];
  });
}

/** How many rounds a loop has; undefined if a condition decides. */
function roundsOf(loop: unknown): number | undefined {
  if (typeof loop !== 'object' || loop === null) return undefined;
  const { max, while: goOn, until } = loop as Record<string, unknown>;
  return typeof max === 'number' && goOn === undefined && until === undefined ? max : undefined;
}
