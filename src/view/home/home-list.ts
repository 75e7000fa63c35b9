/** Which rows the home screen lists, and where its cursor is. */

import type { StatsGroup } from '../../ledger/stats/compute-stats.js';
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
  if (home.tab === 'Runs') return keysOfRuns(listedRuns(data, home, now));
  if (home.tab === 'Spending') return keysOfGroups(listedGroups(data, home));
  return listedWorkflows(data, home).map(({ reference }) => ({ key: reference }));
}

const keysOfGroups = memoizeLast((groups: readonly StatsGroup[]) =>
  groups.map(({ now: { keys } }) => ({ key: keys.join('\0') })),
);

/** The groups of calls whose name has the words of the filter. */
export function listedGroups(
  data: Pick<HomeData, 'spending'>,
  { by, filter }: HomeState,
): readonly StatsGroup[] {
  const spending = data.spending(by);
  return spending?.stats ? filterGroups(spending.stats.groups, filter, spending.nameSession) : [];
}

const filterGroups = memoizeLast(
  (
    groups: readonly StatsGroup[],
    filter: string,
    nameSession: (id: string) => string | undefined,
  ): readonly StatsGroup[] => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return groups;
    return groups.filter(({ now: { keys } }) => {
      const text = `${keys.join(' ')} ${nameSession(keys[0] ?? '') ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  },
);

/** The group of calls under the cursor; undefined on another tab. */
export function selectedGroup(data: HomeData, home: HomeState, now: number): StatsGroup | undefined {
  if (home.tab !== 'Spending') return undefined;
  return listedGroups(data, home)[homePosition(data, home, now, 1).cursor];
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
