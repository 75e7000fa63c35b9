/** Which rows the home screen lists, and where its cursor is. */

import { memoizeLast } from '../base/memo.js';
import { restorePosition, type ListPosition } from '../base/scroll-list.js';
import { runKey, type HomeData, type HomeRun, type HomeWorkflow } from './home-run.js';
import type { HomeState } from './home-state.js';
import { filterRuns } from './run-query.js';

/** The runs that the filter selects: those in progress first, then the newest. */
export function listedRuns(
  { runs }: Pick<HomeData, 'runs'>,
  { filter }: HomeState,
  now: number,
): readonly HomeRun[] {
  return liveFirst(filterRuns(runs, filter, Math.floor(now / 60_000)));
}

const liveFirst = memoizeLast((runs: readonly HomeRun[]): readonly HomeRun[] => {
  const live = runs.filter(({ status }) => status === 'running');
  return live.length === 0 ? runs : [...live, ...runs.filter(({ status }) => status !== 'running')];
});

/** The workflows whose name or description has the words of the filter. */
export function listedWorkflows(
  { workflows }: Pick<HomeData, 'workflows'>,
  { filter }: HomeState,
): readonly HomeWorkflow[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !/[:<>]/.test(word));
  if (words.length === 0) return workflows;
  return workflows.filter(({ reference, description }) =>
    words.every((word) => `${reference} ${description}`.toLowerCase().includes(word)),
  );
}

/** The keys of the rows of the tab that is shown. */
export function listKeys(data: HomeData, home: HomeState, now: number): readonly Readonly<{ key: string }>[] {
  return home.tab === 'Runs'
    ? keysOfRuns(listedRuns(data, home, now))
    : listedWorkflows(data, home).map(({ reference }) => ({ key: reference }));
}

const keysOfRuns = memoizeLast((runs: readonly HomeRun[]) => runs.map((run) => ({ key: runKey(run) })));

/** The row under the cursor and the first visible one, in a list of `height` rows. */
export function homePosition(data: HomeData, home: HomeState, now: number, height: number): ListPosition {
  return restorePosition(listKeys(data, home, now), home.lists[home.tab], height);
}

/** The run under the cursor; undefined on another tab. */
export function selectedRun(data: HomeData, home: HomeState, now: number): HomeRun | undefined {
  if (home.tab !== 'Runs') return undefined;
  return listedRuns(data, home, now)[homePosition(data, home, now, 1).cursor];
}

/** The workflow under the cursor; undefined on another tab. */
export function selectedWorkflow(data: HomeData, home: HomeState, now: number): HomeWorkflow | undefined {
  if (home.tab !== 'Workflows') return undefined;
  return listedWorkflows(data, home)[homePosition(data, home, now, 1).cursor];
}
