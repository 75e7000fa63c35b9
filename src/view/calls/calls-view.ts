/** The calls view. */

import { formatCompact, formatCount, formatDuration, formatElapsed, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCallCost, formatCost } from '../../lib/text/format-cost.js';
import { callerOf, callList } from './call-list.js';
import { costPlot } from './cost-plot.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import { sortMark, statusGlyph, type Glyphs } from '../base/glyphs.js';
import { restorePosition } from '../base/scroll-list.js';
import { findNode, iterateAncestors } from '../../profile/run/span-tree.js';
import { selectedSpan } from '../tree/selected-span.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import type { CallColumn } from '../state/view-state.js';
import { statusStyle } from '../spans/span-style.js';
import { emptyLine } from '../state/empty-line.js';
import { askedName, isGuessed, modelName, computeSpeed, type CallSpan } from '../spans/llm-calls.js';

/** Columns of the list, separated by one blank cell. `node` is not sortable. */
export type ShownCallColumn = Readonly<{ column: CallColumn | 'node'; cells: number }>;

/** Renders the calls view: all calls with tokens by kind and cost, and the cumulative cost over time. */
export function callsParts(context: ViewContext): ViewParts {
  const { run, ui, viewport, plan, glyphs } = context;
  const calls = callsOfView(run, ui, viewport.now);
  const height = listHeight(plan.tree, calls.length);
  const selected = selectedCall(run, ui, calls);
  const cursorKey = selected === undefined ? undefined : String(selected.id);
  const keyed = calls.map(({ id }) => ({ key: String(id) }));
  const { cursor, top } = restorePosition(keyed, { cursor: cursorKey, anchor: ui.anchor }, height);
  const columns = shownCallColumns(viewport.columns);
  const list = calls
    .slice(top, top + height)
    .map((span, i) => callLine(span, columns, top + i === cursor, context));
  const metric = ui.metric === 'tokens' || !run.totals.priced ? 'tokens' : 'cost';
  const plot =
    plan.tree > height && calls.length > 0
      ? costPlot(run, metric, viewport, plan.tree - height - 1, glyphs)
      : [];
  const shown = list.length > 0 ? list : [run.totals.calls === 0 ? noCallLine : emptyLine(ui)];
  const gap = Array.from({ length: Math.max(0, height - shown.length) }, (): Line => []);
  const title = metric === 'cost' ? ' cost so far' : ' tokens so far';
  return {
    head: headCells(columns, ui, glyphs),
    list: plot.length > 0 ? [...shown, ...gap, [segment(title, 'dim')], ...plot] : shown,
    detail: [sumLine(context), ...(selected ? [answerLine(run, selected)] : [])],
  };
}

const noCallLine: Line = [segment(' No model was called.', 'dim')];

/** The calls in display order. */
export function callsOfView(run: RunState, ui: UiState, now: number): readonly CallSpan[] {
  return callList(run, { sort: ui.views.callSort, filter: ui.onlyMatches ? ui.filter : '', now });
}

/** The height of the plot, and of its title. */
const PLOT = 10;
const PLOT_TITLE = 1;
/** The plot is shown when list and plot share at least this many rows. */
const MIN_ROOM = 12;

/** Rows of the list when list and plot share `room` rows: the plot takes those that the list does not need. */
export function listHeight(room: number, count: number): number {
  if (room < MIN_ROOM) return room;
  const plot = Math.min(PLOT, Math.max(Math.floor(room / 3), room - PLOT_TITLE - count));
  return room - plot - PLOT_TITLE;
}

/** Rows that `count` calls and the plot need. */
export function callsHeight(count: number): number {
  return Math.max(MIN_ROOM, count + PLOT + PLOT_TITLE);
}

/** The selected call: the first one inside the selected span, else the first of all. */
export function selectedCall(run: RunState, ui: UiState, calls: readonly CallSpan[]): CallSpan | undefined {
  const span = selectedSpan(run, ui);
  if (!span) return calls[0];
  const own = calls.find(({ id }) => id === span.id);
  const inside =
    own ?? (span.totals.calls > 0 ? calls.find((call) => isInside(run, call, span.id)) : undefined);
  return inside ?? calls[0];
}

function isInside(run: RunState, call: CallSpan, id: number): boolean {
  for (const span of iterateAncestors(run, call.id)) if (span.id === id) return true;
  return false;
}

/** The columns that fit into a width. */
export function shownCallColumns(columns: number): readonly ShownCallColumn[] {
  const numbers: readonly ShownCallColumn[] = [
    { column: 'in', cells: 7 },
    { column: 'cache read', cells: 7 },
    { column: 'cache write', cells: 7 },
    { column: 'out', cells: 7 },
    { column: 'reasoning', cells: 7 },
    { column: 'cost', cells: 10 },
    { column: 'first', cells: 6 },
    { column: 'tok/s', cells: 6 },
  ];
  const narrow: readonly string[] =
    columns < 50 ? ['out', 'cost'] : ['in', 'cache read', 'out', 'cost', 'tok/s'];
  const shown = columns < 100 ? numbers.filter(({ column }) => narrow.includes(column)) : numbers;
  const time: readonly ShownCallColumn[] = columns < 60 ? [] : [{ column: 'time', cells: 7 }];
  const taken = [...time, ...shown].reduce((sum, { cells }) => sum + cells + 1, 3);
  const names = columns - taken;
  if (names < 28) return [...time, { column: 'model', cells: names - 1 }, ...shown];
  const model = Math.min(28, Math.floor(names / 2));
  const node = Math.min(24, names - model - 2);
  return [...time, { column: 'node', cells: node }, { column: 'model', cells: model }, ...shown];
}

const heads: Partial<Record<CallColumn | 'node', string>> = {
  'cache read': 'cached',
  'cache write': 'written',
  reasoning: 'reason',
  time: 'at',
};

function headCells(columns: readonly ShownCallColumn[], ui: UiState, glyphs: Glyphs): Line {
  const { column: sorted, reversed } = ui.views.callSort;
  const cells = columns.map(({ column, cells }): Segment => {
    const isSorted = column === sorted;
    const text = `${isSorted ? sortMark({ reversed }, column === 'time' || column === 'model', glyphs) : ''}${heads[column] ?? column}`;
    return segment(` ${fit(text, cells, isText(column) ? 'left' : 'right')}`, isSorted ? 'bold' : 'dim');
  });
  return [segment('  ', 'dim'), ...cells];
}

function isText(column: CallColumn | 'node'): boolean {
  return column === 'node' || column === 'model';
}

function callLine(
  span: CallSpan,
  columns: readonly ShownCallColumn[],
  isSelected: boolean,
  context: ViewContext,
): Line {
  const { ui, viewport, glyphs } = context;
  const status = statusGlyph(glyphs, span.status, viewport.now, ui.look);
  const cells = columns.map(({ column, cells }): Segment => {
    const text = cellText(span, column, context);
    if (column === 'cost')
      return segment(
        ` ${fit(span.call.wasted ? `${glyphs.wasted}${text}` : text, cells, 'right')}`,
        span.call.wasted ? 'warning' : 'money',
      );
    if (isText(column)) return segment(` ${fit(truncate(text, cells, 'end'), cells)}`);
    return segment(` ${fit(text, cells, 'right')}`, text === glyphs.none ? 'dim' : undefined);
  });
  const line = [
    segment(isSelected ? glyphs.selected : ' '),
    segment(status, statusStyle(span.status)),
    ...cells,
  ];
  return isSelected ? line.map((each) => ({ ...each, selected: true })) : line;
}

function cellText(
  span: CallSpan,
  column: CallColumn | 'node',
  { run, viewport, glyphs }: ViewContext,
): string {
  const { call } = span;
  const { usage } = call;
  const estimate = call.usageOrigin === 'reported' ? '' : '~';
  const count = (value: number | undefined) =>
    value === undefined ? glyphs.none : (call.usageOrigin === 'estimated' ? '~' : '') + formatCompact(value);
  switch (column) {
    case 'time':
      return formatElapsed(span.startedAt);
    case 'node':
      return safeText(callerOf(run, span)) + (isGuessed(call) ? ' ?' : '');
    case 'model':
      return safeText(modelName(span.call));
    case 'in':
      return count(usage?.input);
    case 'cache read':
      return count(usage?.cacheRead);
    case 'cache write':
      return count(usage?.cacheWrite);
    case 'out':
      return usage === null && call.progressTokens !== undefined
        ? `~${formatCompact(call.progressTokens)}`
        : count(usage?.output);
    case 'reasoning':
      return count(usage?.reasoning);
    case 'cost':
      return formatCallCost(call.cost, glyphs.none);
    case 'first':
      return call.firstTokenMs === undefined ? glyphs.none : formatDuration(call.firstTokenMs);
    case 'tok/s': {
      const speed = computeSpeed(span, viewport.now);
      return Number.isNaN(speed) ? glyphs.none : estimate + formatCompact(Math.round(speed));
    }
    default:
      return column satisfies never;
  }
}

/** Summarizes all calls: count, tokens by kind, cost and waste. */
function sumLine({ run, glyphs }: ViewContext): Line {
  const { calls, input, cacheRead, cacheWrite, output, reasoning, wastedUsd } = run.totals;
  const mark = run.totals.estimated ? '~' : '';
  const of = (count: number, word: string) => (count > 0 ? [`${formatCount(count)} ${word}`] : []);
  const parts = (each: readonly string[]) => (each.length > 0 ? ` (${each.join(', ')})` : '');
  const facts = [
    plural(calls, 'call'),
    `${mark}${formatCount(input)} in${parts([...of(cacheRead, 'cached'), ...of(cacheWrite, 'written')])}`,
    `${mark}${formatCount(output)} out${parts(of(reasoning, 'reasoning'))}`,
    `cost ${formatCost(run.totals, { none: glyphs.none })}`,
  ];
  const wasted =
    wastedUsd > 0
      ? [
          segment(
            ` ${glyphs.separator} ${glyphs.wasted} ${formatCost({ ...run.totals, usd: wastedUsd }, { none: '', short: true })} wasted`,
            'warning',
          ),
        ]
      : [];
  return [segment(` ${facts.join(` ${glyphs.separator} `)}`), ...wasted];
}

/** Describes the selected call. */
function answerLine(run: RunState, span: CallSpan): Line {
  const { call, error } = span;
  if (error) return [segment(`   ${safeText(error.message)}`, 'failed')];
  const node = findNode(run, span.id);
  const words = [
    ...(node ? [node.name] : []),
    `${askedName(call)}${call.model && call.model !== call.requestedModel ? ` answered by ${call.model}` : ''}`,
    ...(call.finishReason === undefined ? [] : [`finished with ${call.finishReason}`]),
    ...calledTools(call),
    ...(isGuessed(call) ? ['perhaps made by another node'] : []),
    ...(call.wasted ? ['wasted'] : []),
  ];
  return [segment(`   ${safeText(words.join(', '))}`, 'dim')];
}

function calledTools({ response }: CallSpan['call']): string[] {
  const names = new Set(response?.toolCalls?.map(({ name }) => name));
  return names.size === 0 ? [] : [`calls ${[...names].join(' and ')}`];
}
