/** Sums over the runs of the home screen: today, this week, and the runs of one workflow. */

import { ZERO_TOTALS } from '../../profile/run/totals.js';
import type { CostSum } from '../../lib/text/format-cost.js';
import { memoizeLast } from '../base/memo.js';
import { percentile } from '../spans/batch-stats.js';
import { workflowOf, type HomeRun } from './home-run.js';

/** What the header has: costs of today and of seven days, and the cost of each of these days. */
export type Spending = Readonly<{
  today: CostSum;
  week: CostSum;
  runs: number;
  failed: number;
  /** USD by day, the oldest first. */
  days: readonly number[];
}>;

const DAYS = 7;

/** Sums up the runs of the last seven days; `midnight` is the start of today in ms since 1970. */
export const sumSpending = memoizeLast((runs: readonly HomeRun[], midnight: number): Spending => {
  const first = midnight - (DAYS - 1) * DAY_MS;
  const recent = runs.filter(({ at }) => at >= first);
  const days = Array.from({ length: DAYS }, () => 0);
  for (const { at, totals } of recent) {
    const day = Math.min(DAYS - 1, Math.floor((at - first) / DAY_MS));
    days[day]! += totals?.usd ?? 0;
  }
  return {
    today: sumCosts(recent.filter(({ at }) => at >= midnight)),
    week: sumCosts(recent),
    runs: recent.length,
    failed: recent.filter(({ status }) => FAILED.has(status)).length,
    days,
  };
});

/** The runs of one day, which began at `at`, in ms since 1970. */
export type DayFigures = Readonly<{ at: number; runs: number; failed: number; usd: number }>;

/** The last seven days, today first; `midnight` is the start of today in ms since 1970. */
export const listDays = memoizeLast((runs: readonly HomeRun[], midnight: number): readonly DayFigures[] =>
  Array.from({ length: DAYS }, (_, i) => {
    // Noon of the day, so that a change of the clocks does not move it to another one.
    const at = midnightOf(midnight - i * DAY_MS + DAY_MS / 2);
    const next = midnightOf(midnight - (i - 1) * DAY_MS + DAY_MS / 2);
    const within = runs.filter((run) => run.at >= at && run.at < next);
    return {
      at,
      runs: within.length,
      failed: within.filter(({ status }) => FAILED.has(status)).length,
      usd: within.reduce((sum, { totals }) => sum + (totals?.usd ?? 0), 0),
    };
  }),
);

/** The workflows that have run, with the figures of their runs; the one with the most runs first. */
export const listWorkflowFigures = memoizeLast(
  (runs: readonly HomeRun[]): readonly (readonly [string, WorkflowFigures])[] =>
    [...figuresOf(runs)].toSorted(([, a], [, b]) => b.runs - a.runs),
);

const DAY_MS = 86_400_000;
const FAILED: ReadonlySet<HomeRun['status']> = new Set(['failed', 'budget', 'killed']);

/** The start of the day, local time. */
export function midnightOf(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

/** The sum with the worst certainty of its parts. */
function sumCosts(runs: readonly HomeRun[]): CostSum {
  const all = runs.map(({ totals }) => ({ ...ZERO_TOTALS, ...totals }));
  return {
    usd: all.reduce((sum, { usd }) => sum + usd, 0),
    estimated: all.some(({ estimated }) => estimated),
    bound: all.some(({ bound }) => bound),
    approximate: all.some(({ approximate }) => approximate),
    priced: all.some(({ priced }) => priced),
    free: all.some(({ free }) => free),
    byRules: all.some(({ byRules }) => byRules),
    unpriced: [...new Set(all.flatMap(({ unpriced }) => unpriced))],
  };
}

/** The finished runs of one workflow. */
export type WorkflowFigures = Readonly<{
  runs: number;
  failed: number;
  /** Of the runs that succeeded, in ms; NaN without one. */
  p50: number;
  p95: number;
  /** The mean cost of a run in USD; undefined if no run has a price. */
  usd: number | undefined;
  /** Durations of the newest successful runs in ms, the oldest first. */
  times: readonly number[];
  last: number | undefined;
}>;

/** How many durations the sparkline shows. */
const SHOWN_TIMES = 20;

/** Sums up the finished runs of a workflow. */
export function sumWorkflow(runs: readonly HomeRun[], workflow: string): WorkflowFigures {
  return figuresOf(runs).get(workflow) ?? NO_RUNS;
}

const NO_RUNS: WorkflowFigures = {
  runs: 0,
  failed: 0,
  p50: Number.NaN,
  p95: Number.NaN,
  usd: undefined,
  times: [],
  last: undefined,
};

/** The runs of a workflow, the newest first. */
export const runsOfWorkflow = memoizeLast((runs: readonly HomeRun[], workflow: string): readonly HomeRun[] =>
  runs.filter((run) => workflowOf(run) === workflow),
);

const figuresOf = memoizeLast((runs: readonly HomeRun[]): ReadonlyMap<string, WorkflowFigures> => {
  const groups = new Map<string, HomeRun[]>();
  for (const run of runs) {
    if (run.status === 'running') continue;
    const name = workflowOf(run);
    const group = groups.get(name);
    if (group) group.push(run);
    else groups.set(name, [run]);
  }
  return new Map([...groups].map(([name, group]) => [name, computeFigures(group)]));
});

function computeFigures(runs: readonly HomeRun[]): WorkflowFigures {
  const times = runs.flatMap(({ status, ms }) => (status === 'ok' && ms !== null ? [ms] : []));
  const ascending = times.toSorted((a, b) => a - b);
  const priced = runs.filter(({ totals }) => totals?.priced);
  return {
    runs: runs.length,
    failed: runs.filter(({ status }) => FAILED.has(status)).length,
    p50: percentile(ascending, 0.5),
    p95: percentile(ascending, 0.95),
    usd:
      priced.length === 0
        ? undefined
        : priced.reduce((sum, { totals }) => sum + (totals?.usd ?? 0), 0) / priced.length,
    times: times.slice(0, SHOWN_TIMES).toReversed(),
    last: runs[0]?.at,
  };
}
