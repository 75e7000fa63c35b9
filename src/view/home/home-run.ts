/** What the home screen lists: runs and workflows. */

import type { SpendingData, SpendingDimension } from './spending-data.js';
import type { RunState, Totals } from '../../profile/run/run-state.js';

/** A run in the list. */
export type HomeRun = Readonly<{
  /** The first eight characters of its id. */
  run: string;
  /** Start, in ms since 1970. */
  at: number;
  name: string;
  workflow: string | undefined;
  status: 'running' | 'ok' | 'failed' | 'cancelled' | 'budget' | 'killed';
  /** Duration; null if it is not known. */
  ms: number | null;
  /** `provider/model`; undefined if not known. */
  models: readonly string[] | undefined;
  /** undefined if not known. */
  totals: Partial<Totals> | undefined;
  tags: Readonly<Record<string, string>>;
  /** The path of the trace; undefined if it was never written or has been removed. */
  trace: string | undefined;
  /** The node that failed. */
  failed?: string | undefined;
  /** The state of a run in progress that is being followed. */
  live?: RunState;
}>;

/** A workflow that can be run by its name or path. */
export type HomeWorkflow = Readonly<{
  /** The saved name, or the path of the file. */
  reference: string;
  /** The name that its runs have. */
  name: string;
  description: string;
  /** `saved`, `file` or `ships with pflow`. */
  origin: string;
  /** Its inputs that have no default. */
  required: readonly string[];
}>;

/** The ends of a run's trace: its request and its result. */
export type RunDetail = Readonly<{
  request?: string | undefined;
  result?: string | undefined;
  error?: string | undefined;
}>;

/** Everything that the home screen shows. */
export type HomeData = Readonly<{
  runs: readonly HomeRun[];
  workflows: readonly HomeWorkflow[];
  /** Whether older runs are still being read. */
  loading: boolean;
  /** The model that a request would be planned with, and why. */
  model: string | undefined;
  /** The spending, by a dimension. It is computed once it is shown. */
  spending(by: SpendingDimension): SpendingData | undefined;
  /** Reads the ends of a run's trace. */
  detail(run: HomeRun): RunDetail;
}>;

/** The key of a run in the list. */
export function runKey({ run, at }: HomeRun): string {
  return `${run} ${at}`;
}

/** Duration of a run; of one in progress up to now. */
export function runMs({ ms, status, at, live }: HomeRun, now: number): number | null {
  if (live) return runClock(live, now);
  return status === 'running' ? Math.max(0, now - at) : ms;
}

/** The time since a run began, in ms; `now` is in ms since 1970. */
export function runClock({ started, finished, lastAt }: RunState, now: number): number {
  return finished || !started ? lastAt : Math.max(lastAt, now - Date.parse(started.startedAt));
}

/** The sums of a run; those of a run in progress as far as it is followed. */
export function runTotals({ totals, live }: HomeRun): Partial<Totals> | undefined {
  return live ? live.totals : totals;
}

/** The name under which the runs of one workflow are summed up. */
export function workflowOf({ workflow, name }: HomeRun): string {
  return workflow ?? name;
}
