/** The rows of the tree, updated incrementally. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { findResult } from '../../profile/store/run-result.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { lanesOf } from './lane-rows.js';
import { isSameRow, RESULT_KEY, type PlannedNode, type Row } from './tree-row.js';
import {
  hasVisibleChildren,
  formatLabelWithCount,
  listVisibleChildren,
} from '../../profile/layout/span-outline.js';
import { spanMatches } from '../state/search.js';
import { aggregateSpans, type SpanChange } from '../../profile/layout/incremental.js';
import type { UiState } from '../state/ui-state.js';

/** The visible rows, top to bottom. A row keeps its identity while its content is unchanged. */
export function listRows(
  run: RunState,
  ui: Pick<UiState, 'folds' | 'filter' | 'onlyMatches'> & { look?: Pick<UiState['look'], 'searching'> },
): readonly Row[] {
  const tree = treeOf(run);
  const filter = ui.filter.trim().toLowerCase();
  const { folds, onlyMatches, look } = ui;
  const isCurrent =
    !tree.stale &&
    !(tree.unsure && look?.searching === undefined) &&
    tree.folds === folds &&
    tree.filter === filter &&
    tree.onlyMatches === onlyMatches &&
    tree.plans === run.plans.length &&
    tree.finished === (run.finished !== undefined);
  if (!isCurrent) {
    Object.assign(tree, {
      stale: false,
      unsure: false,
      changed: true,
      folds,
      filter,
      onlyMatches,
      plans: run.plans.length,
      finished: run.finished !== undefined,
    });
    rebuildRows(tree, run);
  }
  if (tree.changed) {
    tree.shown = [...tree.rows];
    tree.changed = false;
    tree.inserted = 0;
  }
  return tree.shown;
}

type Tree = {
  rows: Row[];
  byKey: Map<string, Row>;
  /** The rows as last returned. */
  shown: readonly Row[];
  changed: boolean;
  /** Whether a full rebuild is needed because a change affects many rows. */
  stale: boolean;
  /** Whether the filter result of some rows was still pending. */
  unsure: boolean;
  /** Rows inserted since the last return. */
  inserted: number;
  folds: CollapseState;
  filter: string;
  onlyMatches: boolean;
  plans: number;
  finished: boolean;
};

const treeOf = aggregateSpans<Tree>(
  () => ({
    rows: [],
    byKey: new Map(),
    shown: [],
    changed: true,
    stale: true,
    unsure: false,
    inserted: 0,
    folds: { all: undefined, toggled: new Set() },
    filter: '',
    onlyMatches: false,
    plans: 0,
    finished: false,
  }),
  (tree, change, run) => {
    if (!tree.stale) tree.stale = !follow(tree, change, run);
  },
);

/** A full rebuild costs as much as a few hundred single insertions. */
const MOST_INSERTED = 256;

/** Updates the rows for one span; false if that needs more than inserting or replacing a row. */
function follow(tree: Tree, { before, after }: SpanChange, run: RunState): boolean {
  if (tree.filter !== '' || tree.inserted > MOST_INSERTED) return false;
  const known = tree.byKey.get(String(after.id));
  if (known) {
    const row = spanRow(tree, run, after, known.depth);
    // A former leaf may now be expanded; its descendants update their own rows.
    replaceRow(tree, known, row);
    return true;
  }
  if (before !== undefined) return true;
  if (after.parent === undefined || after.kind === 'workflow') return false;
  if (isBeforeOlder(after, run.spans.get(after.parent)?.children ?? [])) return false;
  const place = shownParent(tree, run, after.parent);
  if (after.kind === 'attempt' || after.kind === 'item') {
    if (place.row?.fold === 'open') return false;
    // The count is shown on the row of the node.
    const span = place.row?.span;
    if (place.row && span) replaceRow(tree, place.row, spanRow(tree, run, span, place.row.depth));
    return true;
  }
  if (!place.isDirect || place.row?.fold !== 'open') return true;
  if (tree.byKey.has(`plan:${after.name}`)) return false;
  insertRow(tree, place.row, spanRow(tree, run, after, place.row.depth + 1));
  return true;
}

/** Whether a span became known after a sibling that began later. */
function isBeforeOlder({ id }: Span, siblings: readonly number[]): boolean {
  const next = siblings[siblings.lastIndexOf(id) + 1];
  return next !== undefined && next < id;
}

/** The innermost visible ancestor of a span, and whether the span is its direct child. */
function shownParent(tree: Tree, run: RunState, id: number): { row: Row | undefined; isDirect: boolean } {
  let isDirect = true;
  for (let span = run.spans.get(id); span;) {
    const row = tree.byKey.get(String(span.id));
    if (row) return { row, isDirect };
    const parent: Span | undefined = span.parent === undefined ? undefined : run.spans.get(span.parent);
    // A single attempt has no row; its children take its place.
    if (span.kind !== 'attempt' || parent?.children.at(-1) !== span.id) isDirect = false;
    span = parent;
  }
  return { row: undefined, isDirect: false };
}

function replaceRow(tree: Tree, old: Row, row: Row): void {
  tree.rows[tree.rows.lastIndexOf(old)] = row;
  tree.byKey.set(row.key, row);
  tree.changed = true;
}

/** Inserts a row after the last descendant of `parent`, before planned nodes. */
function insertRow(tree: Tree, parent: Row, row: Row): void {
  const { rows } = tree;
  let end = rows.lastIndexOf(parent) + 1;
  while (end < rows.length && rows[end]!.depth > parent.depth) end++;
  while (rows[end - 1]!.planned) end--;
  rows.splice(end, 0, row);
  tree.inserted++;
  tree.byKey.set(row.key, row);
  tree.changed = true;
}

function rebuildRows(tree: Tree, run: RunState): void {
  const rows: Row[] = [];
  for (const id of run.roots) {
    const root = run.spans.get(id);
    if (root) placeSpan({ tree, run, rows }, root, 0);
  }
  placeResult({ tree, run, rows });
  tree.rows = rows;
  tree.byKey = new Map(rows.map((row) => [row.key, row]));
}

type Listing = Readonly<{ tree: Tree; run: RunState; rows: Row[] }>;

/** Appends the row of a span and its descendants; false if the filter hides all of them. */
function placeSpan(listing: Listing, span: Span, depth: number): boolean {
  const { tree, run, rows } = listing;
  const row = spanRow(tree, run, span, depth);
  const at = rows.push(row) - 1;
  let found = row.matched || !tree.onlyMatches;
  if (row.fold === 'open') {
    const children = listVisibleChildren(run, span);
    const lanes = tree.filter === '' ? lanesOf(children) : undefined;
    lanes?.forEach((lane, i) => placeLane(listing, span, lane, i, depth + 1));
    if (!lanes) for (const child of children) found = placeSpan(listing, child, depth + 1) || found;
    for (const planned of waitingUnder(run, span)) found = placePlanned(listing, planned, depth + 1) || found;
  }
  if (!found) rows.length = at;
  return found;
}

/** Appends a lane, and its items when it is expanded. */
function placeLane(
  listing: Listing,
  parent: Span,
  lane: readonly number[],
  index: number,
  depth: number,
): void {
  const { tree, run, rows } = listing;
  const key = `lane:${parent.id}/${index}`;
  const fold = isExpanded(tree.folds, key, false) ? 'open' : 'folded';
  const label = `lane ${index + 1} ×${lane.length}`;
  rows.push({ key, depth, label, fold, span: undefined, lane, planned: undefined, matched: true });
  if (fold === 'open') for (const id of lane) placeSpan(listing, run.spans.get(id)!, depth + 1);
}

function placePlanned({ tree, rows }: Listing, planned: PlannedNode, depth: number): boolean {
  const { filter } = tree;
  const matched = filter === '' || `${planned.id} ${planned.type}`.toLowerCase().includes(filter);
  const isShown = matched || !tree.onlyMatches;
  if (isShown)
    rows.push({
      key: `plan:${planned.id}`,
      depth,
      label: planned.id,
      fold: 'leaf',
      span: undefined,
      lane: undefined,
      planned,
      matched,
    });
  return isShown;
}

/** The result is the last row: what the run was started for. */
function placeResult({ tree, run, rows }: Listing): void {
  const result = findResult(run);
  const matched = tree.filter === '' || RESULT_KEY.includes(tree.filter);
  if (!result || (!matched && tree.onlyMatches)) return;
  rows.push({
    key: RESULT_KEY,
    depth: 0,
    label: RESULT_KEY,
    fold: 'leaf',
    span: undefined,
    lane: undefined,
    planned: undefined,
    result,
    matched,
  });
}

function spanRow(tree: Tree, run: RunState, span: Span, depth: number): Row {
  const key = String(span.id);
  const known = tree.byKey.get(key);
  // The label of a finished span never changes, so it is cached.
  const isOver = known?.span === span && span.status !== 'running';
  const label = isOver ? known.label : formatLabelWithCount(run, span);
  const isEmpty = !hasVisibleChildren(run, span) && waitingUnder(run, span).length === 0;
  const matched = tree.filter === '' ? true : spanMatches(run, span, label, tree.filter);
  tree.unsure ||= matched === undefined;
  const row: Row = {
    key,
    depth,
    label,
    fold: isEmpty ? 'leaf' : foldOf(tree, span, key),
    span,
    lane: undefined,
    planned: undefined,
    matched: matched === true,
  };
  return known && isSameRow(known, row) ? known : row;
}

function foldOf({ folds, filter, onlyMatches }: Tree, span: Span, key: string): 'open' | 'folded' {
  // A filter expands everything, so that no match stays hidden.
  const byDefault = opensByDefault(span) || (filter !== '' && onlyMatches);
  // Stages stay expanded when everything is collapsed: their nodes are the content.
  const open =
    span.parent === undefined
      ? isExpanded({ ...folds, all: undefined }, key, true)
      : isExpanded(folds, key, byDefault);
  return open ? 'open' : 'folded';
}

/** What may have many spans inside is collapsed by default: nodes, items, and the parts of other programs. */
function opensByDefault(span: Span): boolean {
  return !collapsedKinds.has(span.kind);
}

const collapsedKinds: ReadonlySet<string> = new Set([
  'node',
  'item',
  'program',
  'agent',
  'step',
  'tool',
  'retrieval',
]);

/** The planned nodes of this stage or nested workflow that have not started, in plan order. */
function waitingUnder(run: RunState, span: Span): readonly PlannedNode[] {
  if (span.kind !== 'stage' && span.kind !== 'workflow') return [];
  const plan = run.plans.findLast((each) => stageOfPlan(run, each) === span.id);
  if (!plan) return [];
  const started = new Set(span.children.map((id) => run.spans.get(id)?.name));
  return plan.nodes.filter(({ id }) => !started.has(id));
}

/** The plan of the run belongs to the workflow stage even if the planner recorded it; other plans name their span. */
function stageOfPlan(run: RunState, { span }: RunState['plans'][number]): number | undefined {
  const owner = span === undefined ? undefined : run.spans.get(span);
  if (span !== undefined && (owner?.kind !== 'stage' || owner.name !== 'planner')) return span;
  return run.roots.find((id) => run.spans.get(id)?.name === 'workflow');
}
