/** Aggregates spans into the rows of the table. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import {
  computeDuration,
  findNode,
  findNodePath,
  iterateAncestors,
  findStage,
} from '../../profile/run/span-tree.js';
import { percentile } from '../spans/batch-stats.js';
import { memoizeLast } from '../base/memo.js';
import { selfMs } from '../base/span-time.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import { addTime, addTotals, emptySum, msOf, type Sum } from '../../profile/layout/incremental-sum.js';
import { findMatchingGroups } from './table-matches.js';
import type { Grouping, Sort, TableColumn } from '../state/view-state.js';
import { modelName } from '../spans/llm-calls.js';

/** A row: all visits of a node, all calls of a model, or all nodes of a type. */
export type TableRow = Readonly<{
  key: string;
  label: string;
  /** Its position in order of first appearance, which decides between equal rows. */
  place: number;
  /** Totals: the time of its spans and its own calls. The calls of all rows add up to those of the run. */
  sum: Sum;
  total: number;
  /** Self time in ms: not waiting for a model or a nested node. */
  self: number;
  /** Over the finished spans; NaN without any. */
  p50: number;
  p95: number;
  /** Its slowest span. */
  longest: number | undefined;
}>;

/** The rows, sorted. */
export function tableRows(
  run: RunState,
  options: Readonly<{
    grouping: Grouping;
    sort: Sort<TableColumn>;
    filter: string;
    now: number;
    searching?: number | undefined;
  }>,
): readonly TableRow[] {
  const { grouping, sort, filter, now, searching } = options;
  return listRows(
    run,
    run.events,
    grouping,
    sort,
    filter.trim().toLowerCase(),
    run.finished ? run.lastAt : now,
    searching,
  );
}

/** The row of a span, of its nearest counted ancestor, or of a call inside it; undefined if none. */
export function rowOfSpan(
  run: RunState,
  rows: readonly TableRow[],
  span: Span | undefined,
  grouping: Grouping,
): TableRow | undefined {
  if (!span) return undefined;
  const { keyOf } = groupsOf[grouping](run);
  const around = [...iterateAncestors(run, span.id)].find(({ id }) => keyOf.has(id));
  const key = keyOf.get((around ?? firstInside(run, span, keyOf))?.id ?? -1);
  return rows.find((row) => row.key === key);
}

const listRows = memoizeLast(
  (
    run: RunState,
    _version: number,
    grouping: Grouping,
    sort: Sort<TableColumn>,
    filter: string,
    now: number,
    _searching: number | undefined,
  ): readonly TableRow[] => {
    const { groups, order, keyOf } = groupsOf[grouping](run);
    const matching = filter === '' ? undefined : findMatchingGroups(run, keyOf, filter);
    const rows: TableRow[] = [];
    for (const group of order) {
      const isShown = !matching || matching.has(group.key) || group.label.toLowerCase().includes(filter);
      if (isShown && group.sum.spans + group.sum.calls > 0) rows.push(rowOf(run, group, now));
    }
    rows.sort(orderOf(sort));
    // Few rows move from one frame to the next, and sorting nearly sorted rows takes a few comparisons of each.
    if (rows.length === order.length) for (const [i, { key }] of rows.entries()) order[i] = groups.get(key)!;
    return rows;
  },
);

/** Numbers descending, names ascending, unknown values last in both directions. */
function orderOf({ column, reversed }: Sort<TableColumn>): (a: TableRow, b: TableRow) => number {
  const sign = reversed ? -1 : 1;
  const byLabel = (a: TableRow, b: TableRow) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
  if (column === 'name') return (a, b) => sign * byLabel(a, b) || a.place - b.place;
  return (a, b) => {
    const [x, y] = [numberIn(a, column), numberIn(b, column)];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || byLabel(a, b) || a.place - b.place;
    return sign * (y - x) || byLabel(a, b) || a.place - b.place;
  };
}

/** The sort value of a row. */
export function numberIn(row: TableRow, column: Exclude<TableColumn, 'name'>): number {
  switch (column) {
    case 'count':
      return row.sum.spans;
    case 'tokens':
      return row.sum.tokens;
    case 'cost':
      return row.sum.usd;
    case 'total':
    case 'self':
    case 'p50':
    case 'p95':
      return row[column];
    default:
      return column satisfies never;
  }
}

type Group = {
  readonly key: string;
  readonly label: string;
  /** The number of groups that were found before this one. */
  readonly place: number;
  readonly sum: Sum;
  readonly running: Set<number>;
  /** Of the finished spans. */
  selfMs: number;
  readonly durations: number[];
  sorted: readonly number[] | undefined;
  longest: number | undefined;
  longestMs: number;
  /** The row, while the group is unchanged and none of its spans is running. */
  row: TableRow | undefined;
};

/** The groups, the key of the group of each span, and the groups in the order in which they were listed last. */
type Groups = Readonly<{ groups: Map<string, Group>; keyOf: Map<number, string>; order: Group[] }>;

/** The group of a span: a key and a display name. */
type Place = Readonly<{ key: string; label: string }>;

const groupsOf: Readonly<Record<Grouping, (run: RunState) => Groups>> = {
  node: groupSpans('node', (run, span) => {
    const path = findNodePath(run, span.id);
    const stage = findStage(run, span.id)?.name;
    if (path.length === 0)
      return { key: JSON.stringify([stage]), label: `${stage ?? 'run'} (outside of nodes)` };
    return { key: JSON.stringify([stage, ...path]), label: path.join(' ▸ ') };
  }),
  type: groupSpans('node', (run, span) => {
    const node = findNode(run, span.id);
    const label = node?.nodeType ?? (node ? 'no type' : 'outside of nodes');
    return { key: label, label };
  }),
  model: groupSpans('llm', (_run, { call }) => {
    const label = call
      ? call.provider === 'offline'
        ? modelName(call)
        : `${call.provider}/${modelName(call)}`
      : 'unknown';
    return { key: label, label };
  }),
};

/** Groups that sum the time of spans of a kind. Calls are always counted where they were made. */
function groupSpans(
  timed: Span['kind'],
  placeOf: (run: RunState, span: Span) => Place,
): (run: RunState) => Groups {
  return aggregateSpans<Groups>(
    () => ({ groups: new Map(), keyOf: new Map(), order: [] }),
    ({ groups, keyOf, order }, { before, after }, run) => {
      if (after.kind !== timed && !after.call) return;
      const place = placeOf(run, after);
      let group = groups.get(place.key);
      if (!group) {
        group = createGroup(place, order.length);
        groups.set(place.key, group);
        order.push(group);
      }
      const previous = before && groups.get(keyOf.get(after.id)!);
      keyOf.set(after.id, place.key);
      if (before && previous) count(previous, before, timed, run, -1);
      count(group, after, timed, run, 1);
    },
  );
}

function createGroup({ key, label }: Place, place: number): Group {
  return {
    key,
    label,
    place,
    sum: emptySum(),
    running: new Set(),
    selfMs: 0,
    durations: [],
    sorted: undefined,
    longest: undefined,
    longestMs: -1,
    row: undefined,
  };
}

function count(group: Group, span: Span, timed: Span['kind'], run: RunState, sign: 1 | -1): void {
  group.row = undefined;
  if (span.call) addTotals(group.sum, span.totals, sign);
  if (span.kind !== timed) return;
  addTime(group.sum, span, sign);
  if (span.finishedAt === undefined) {
    if (sign === 1) group.running.add(span.id);
    else group.running.delete(span.id);
    if (sign === 1) remember(group, span.id, -1);
    return;
  }
  const ms = computeDuration(span, span.finishedAt);
  group.selfMs += sign * selfMs(run, span, span.finishedAt);
  group.sorted = undefined;
  if (sign === 1) {
    group.durations.push(ms);
    remember(group, span.id, ms);
  } else {
    group.durations.splice(group.durations.indexOf(ms), 1);
  }
}

function remember(group: Group, id: number, ms: number): void {
  const { longest, longestMs } = group;
  if (longest !== undefined && (ms < longestMs || (ms === longestMs && id >= longest))) return;
  group.longest = id;
  group.longestMs = ms;
}

function rowOf(run: RunState, group: Group, now: number): TableRow {
  const row = group.row ?? createRow(run, group, now);
  if (group.running.size === 0) group.row = row;
  return row;
}

function createRow(run: RunState, group: Group, now: number): TableRow {
  const { key, label, place, sum, running, longest } = group;
  const sorted = (group.sorted ??= group.durations.toSorted((a, b) => a - b));
  const runningSelf = [...running].reduce((ms, id) => ms + selfMs(run, run.spans.get(id)!, now), 0);
  return {
    key,
    label,
    place,
    sum: { ...sum },
    total: msOf(sum, now),
    self: group.selfMs + runningSelf,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    longest,
  };
}

function firstInside(run: RunState, span: Span, keyOf: ReadonlyMap<number, string>): Span | undefined {
  for (const id of span.children) {
    const child = run.spans.get(id);
    if (!child) continue;
    if (keyOf.has(id)) return child;
    const inside = firstInside(run, child, keyOf);
    if (inside) return inside;
  }
  return undefined;
}
