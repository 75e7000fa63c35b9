/** The calls view. */

import { formatCompact, formatCount, formatDuration, formatElapsed, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCallCost, formatCost } from '../../lib/text/format-cost.js';
import { callerOf, callList } from './call-list.js';
import { costPlot } from './cost-plot.js';
import { fillRows, segment, type Line, type Segment } from '../base/frame.js';
import { statusGlyph } from '../base/glyphs.js';
import { restorePosition } from '../base/scroll-list.js';
import { headCells, isTextColumn, shownCallColumns, type ShownCallColumn } from './calls-columns.js';
import { divideCallsRows, type CallsRows } from './calls-layout.js';
import { countHealthLines, healthLines } from './health-lines.js';
import { findNode } from '../../profile/run/span-tree.js';
import { selectedSpan } from '../tree/selected-span.js';
import { flameOf } from '../../profile/layout/flame-tree.js';
import { memoizeLast } from '../base/memo.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import type { CallColumn } from '../state/view-state.js';
import { statusStyle } from '../spans/span-style.js';
import { emptyLine } from '../state/empty-line.js';
import { askedName, isGuessed, modelName, computeSpeed, type CallSpan } from '../spans/llm-calls.js';

/** Renders the calls view: all calls with tokens by kind and cost, and the cumulative cost over time. */
export function callsParts(context: ViewContext): ViewParts {
  const { run, ui, viewport, plan, glyphs } = context;
  const calls = callsOfView(run, ui, viewport.now);
  const rows = callsRows(run, plan.tree, calls.length);
  const selected = selectedCall(run, ui, calls);
  const cursorKey = selected === undefined ? undefined : String(selected.id);
  const { cursor, top } = restorePosition(
    keyCalls(calls),
    { cursor: cursorKey, anchor: ui.anchor },
    rows.list,
  );
  const columns = shownCallColumns(viewport.columns);
  const list = calls
    .slice(top, top + rows.list)
    .map((span, i) => callLine(span, columns, top + i === cursor, context));
  const metric = ui.metric === 'tokens' || !run.totals.priced ? 'tokens' : 'cost';
  const plot =
    rows.plot > 0 && calls.length > 0 ? costPlot(run, metric, viewport, rows.plot - 1, glyphs) : [];
  const shown = list.length > 0 ? list : [run.totals.calls === 0 ? noCallLine : emptyLine(ui)];
  const title = metric === 'cost' ? ' cost so far' : ' tokens so far';
  return {
    head: headCells(columns, ui, glyphs),
    list: [
      ...(rows.health + rows.plot > 0 ? fillRows(shown, rows.list) : shown),
      ...(rows.health > 0 ? healthLines(run, viewport.columns, glyphs).slice(0, rows.health) : []),
      ...(plot.length > 0 ? [[segment(title, 'dim')], ...plot] : []),
    ],
    detail: [sumLine(context), ...(selected ? [answerLine(run, selected)] : [])],
  };
}

const keyCalls = memoizeLast((calls: readonly CallSpan[]) => calls.map(({ id }) => ({ key: String(id) })));

/** How the list, the health of the calls and the plot share `room` rows. */
export function callsRows(run: RunState, room: number, count: number): CallsRows {
  return divideCallsRows(room, count, countHealthLines(run));
}

const noCallLine: Line = [segment(' No model was called.', 'dim')];

/** The calls in display order. */
export function callsOfView(run: RunState, ui: UiState, now: number): readonly CallSpan[] {
  const filter = ui.onlyMatches ? ui.filter : '';
  const calls = callList(run, { sort: ui.views.callSort, filter, now, searching: ui.look.searching });
  const { callsOf } = ui.views;
  return callsOf === undefined ? calls : callsInside(run, calls, callsOf);
}

/** The calls whose frame in the flame graph has this path, or is inside it. */
const callsInside = memoizeLast(
  (run: RunState, calls: readonly CallSpan[], path: readonly string[]): readonly CallSpan[] => {
    const { frameOf } = flameOf(run);
    return calls.filter(({ id }) => path.every((name, i) => frameOf.get(id)?.path[i] === name));
  },
);

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
  for (let span = run.spans.get(call.id); span; span = run.spans.get(span.parent ?? -1))
    if (span.id === id) return true;
  return false;
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
    if (isTextColumn(column)) return segment(` ${fit(truncate(text, cells, 'end'), cells)}`);
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
