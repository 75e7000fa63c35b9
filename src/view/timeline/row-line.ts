/** Renders rows of the tree. */

import { formatCompact, formatDuration, formatUsd } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, textWidth, truncate } from '../../lib/text/text-width.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { formatCost, formatShare, formatTokens } from '../../lib/text/format-cost.js';
import { formatSpanDuration } from '../base/span-time.js';
import { findSpanMark } from '../../profile/analysis/span-mark.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { placeOn, rulerLine, type Axis } from '../bars/axis.js';
import type { Bar } from '../bars/bar.js';
import { drawBands, type Band } from '../bars/waiting-band.js';
import { barsLine, labelledBar, windowedBar } from '../bars/bars.js';
import { isCritical } from '../spans/critical-rows.js';
import { runningCountText } from '../spans/item-words.js';
import { batchText } from '../spans/batch-stats.js';
import { segment, type Line, type Segment } from '../base/frame.js';
import { statusGlyph, type Glyphs } from '../base/glyphs.js';
import type { TableColumns } from '../base/layout.js';
import type { RunResult } from '../../profile/store/run-result.js';
import { formatValueSize, previewValue } from '../content/value-preview.js';
import type { Row } from '../tree/tree-row.js';
import { msOf, sumOf, totalsOfSum } from '../../profile/layout/incremental-sum.js';
import { type StyleName } from '../base/theme.js';
import { timeAxis } from '../bars/time-window.js';
import type { Look, Metric, UiState } from '../state/ui-state.js';
import { getNodeId } from '../tree/tree-row.js';
import { statusStyle, spanBarStyle } from '../spans/span-style.js';

/** The inputs shared by all rows of a frame. */
export type TableContext = Readonly<{
  run: RunState;
  now: number;
  columns: TableColumns;
  metric: Metric;
  axis: Axis;
  /** Where the run waited for its user; none for tokens and cost. */
  bands: readonly Band[];
  /** The time of the run without waiting, in ms; shares are of it. */
  elapsed: number;
  glyphs: Glyphs;
  look: Look;
  /** Breakpoints by node id. */
  breakpoints: ReadonlySet<string>;
  /** Whether search matches are marked among non-matching rows. */
  marksMatches: boolean;
}>;

/** The axis of the bars for a metric. */
export function axisFor(
  run: RunState,
  now: number,
  { metric, views }: Pick<UiState, 'metric' | 'views'>,
): Axis {
  if (metric === 'cost') return { start: 0, end: run.totals.usd, format: formatUsd };
  if (metric === 'tokens') return { start: 0, end: run.totals.tokens, format: formatCompact };
  return timeAxis(run, now, views.window);
}

/** Renders the column headings and the ruler. */
export function headLine({ columns, axis, bands, glyphs }: TableContext): Line {
  const line: Segment[] = [segment(fit('   node', columns.name), 'dim')];
  const right = (text: string, width: number) => {
    if (width > 0) line.push(segment(' ' + fit(text, width, 'right'), 'dim'));
  };
  right('time', columns.time);
  right('%', columns.share);
  right('tok', columns.tokens);
  right('cost', columns.cost);
  if (columns.bar > 0) {
    const ruler = rulerLine(axis, columns.bar);
    line.push(segment('  '), ...drawBands(ruler, bands, glyphs, { labels: true }));
  }
  return line;
}

/** Renders a row: expander, status, name, time, share, tokens, cost and bar. */
export function rowLine(row: Row, isSelected: boolean, context: TableContext): Line {
  const { columns, glyphs } = context;
  const line: Segment[] = nameCells(row, isSelected, context);
  if (row.result) return resultLine(row.result, line, isSelected, context);
  const values = cellTexts(row, context);
  const right = (text: string, width: number, style?: StyleName) => {
    if (width > 0) line.push(segment(' ' + fit(text, width, 'right'), text === glyphs.none ? 'dim' : style));
  };
  right(values.time, columns.time);
  right(values.share, columns.share, 'dim');
  right(values.tokens, columns.tokens);
  right(values.cost, columns.cost, 'money');
  const text = isSelected ? line.map((each): Segment => ({ ...each, selected: true })) : line;
  if (columns.bar === 0) return text;
  const bars = barCells(row, context);
  if (bars.length === 0) return text;
  const mark = context.metric === 'time' && isCritical(context.run, spansOf(row)) ? glyphs.critical : ' ';
  const waited = row.span?.waited === undefined ? [] : context.bands;
  return [...text, segment(' '), segment(mark, 'accent'), ...drawBands(bars, waited, glyphs)];
}

/** The row of the result: its size and its beginning, across all columns. */
function resultLine(
  { value, output }: RunResult,
  name: readonly Segment[],
  isSelected: boolean,
  { columns, glyphs }: TableContext,
): Line {
  const room =
    Object.values(columns).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 0) - columns.name;
  const size = [output, formatValueSize(value)].flatMap((part) => part ?? []).join(` ${glyphs.separator} `);
  const text = segment(fit(` ${safeText(`${size}  ${previewValue(value, room)}`)}`, Math.max(1, room - 1)));
  const line = [...name, text];
  return isSelected ? line.map((each): Segment => ({ ...each, selected: true })) : line;
}

function spansOf({ span, lane }: Row): readonly number[] {
  return lane ?? (span ? [span.id] : []);
}

function barCells(row: Row, context: TableContext): Line {
  const { run, columns, glyphs, metric } = context;
  if (row.lane) return barsLine(laneBars(row.lane, context), columns.bar, glyphs);
  const bar = row.span && barOf(row.span, context);
  if (!row.span || !bar) return [];
  const text = row.fold === 'folded' && metric === 'time' && batchText(run, row.span, glyphs.separator);
  return text ? labelledBar(bar, ` ${text} `, columns.bar, glyphs) : windowedBar(bar, columns.bar, glyphs);
}

/** The bars of the items of a lane: consecutive in time; tokens and cost have no such order. */
function laneBars(lane: readonly number[], context: TableContext): readonly Bar[] {
  if (context.metric !== 'time') return [];
  return lane.flatMap((id) => {
    const item = context.run.spans.get(id);
    return (item && barOf(item, context)) ?? [];
  });
}

function nameCells(row: Row, isSelected: boolean, context: TableContext): Segment[] {
  const { run, columns, glyphs } = context;
  const fold = row.fold === 'leaf' ? ' ' : row.fold === 'open' ? glyphs.open : glyphs.folded;
  const status = row.lane ? laneStatus(row.lane, run) : (row.span?.status ?? (row.result ? 'ok' : 'pending'));
  const before = (isSelected ? glyphs.selected : ' ') + '  '.repeat(Math.min(row.depth, 6)) + fold;
  const room = Math.max(1, columns.name - textWidth(before) - 2);
  // Truncate at the start: the end of a name such as `summarize-chapter-12` is more specific.
  const mark = context.breakpoints.has(getNodeId(row) ?? '') ? ` ${glyphs.breakpoint}` : '';
  const name = truncate(safeText(row.label) + mark, room, 'end');
  const note = row.span && noteOf(row.span, context);
  const left = room - textWidth(name) - 1;
  const style = context.marksMatches && row.matched ? 'match' : nameStyle(row);
  return [
    segment(before),
    statusCell(row, status, context),
    ...(note === undefined || left < 4
      ? [segment(fit(' ' + name, room + 1), style)]
      : [segment(' ' + name, style), segment(fit(' ' + safeText(note), left + 1), 'dim')]),
  ];
}

/** The glyph of a row: that of its status, or that it succeeded with a warning or sent its work back. */
function statusCell(
  { span }: Row,
  status: Parameters<typeof statusGlyph>[1],
  { run, glyphs, look, now }: TableContext,
): Segment {
  const mark = span && findSpanMark(run, span);
  return mark === undefined
    ? segment(statusGlyph(glyphs, status, now, look), statusStyle(status))
    : segment(glyphs[mark], 'warning');
}

/**
 * The note after the name of a row where it fits: how far a batch or loop has come, how many items succeeded, the value of an
 * item, or why the work was sent back.
 */
function noteOf(span: Span, { run, now, glyphs }: TableContext): string | undefined {
  const { outcome, kind, label } = span;
  const batch = outcome?.batch;
  if (batch && batch.failed > 0) return `${batch.ok} of ${batch.of}`;
  if (kind === 'item') return label;
  return kind === 'node' ? (outcome?.retryReason ?? runningCountText(run, span, now, glyphs)) : undefined;
}

/** A lane is running while an item is, and failed if an item failed. */
function laneStatus(lane: readonly number[], run: RunState): Span['status'] {
  const sum = sumOf(run, lane);
  return sum.running > 0 ? 'running' : sum.failed > 0 ? 'failed' : 'ok';
}

function nameStyle(row: Row): StyleName | undefined {
  if (row.lane) return 'dim';
  if (row.result) return 'title';
  if (row.span === undefined) return 'pending';
  if (row.span.kind === 'stage') return 'title';
  if (row.span.kind === 'phase') return 'dim';
  return row.span.status === 'failed' ? 'failed' : undefined;
}

function cellTexts(row: Row, { run, now, elapsed, metric, glyphs, columns }: TableContext) {
  const { none } = glyphs;
  const { span, lane } = row;
  if (!span && !lane) return { time: none, share: none, tokens: none, cost: none };
  const sum = lane && sumOf(run, lane);
  const totals = span?.totals ?? totalsOfSum(sum!);
  const ms = span ? computeDuration(span, now) : msOf(sum!, now);
  const [part, whole] = {
    time: [ms, elapsed],
    cost: [totals.usd, run.totals.usd],
    tokens: [totals.tokens, run.totals.tokens],
  }[metric] as [number, number];
  return {
    time: span ? formatSpanDuration(span, now) : formatDuration(ms),
    share: formatShare(part, whole, none),
    tokens: formatTokens(totals, { none, compact: columns.tokens < 8 }),
    cost: formatCost(totals, { none, short: true }),
  };
}

function barOf(span: Span, { run, now, metric, axis, look }: TableContext): Bar | undefined {
  const texture = span.status === 'running' ? 'running' : span.status === 'failed' ? 'failed' : 'done';
  const phase = look.reducedMotion || texture !== 'running' ? 0 : Math.floor(now / 500);
  const shape = { style: spanBarStyle(run, span), texture, phase } as const;
  if (metric === 'time')
    return { from: placeOn(axis, span.startedAt), to: placeOn(axis, span.finishedAt ?? now), ...shape };
  const value = metric === 'cost' ? span.totals.usd : span.totals.tokens;
  return value === 0 ? undefined : { from: 0, to: placeOn(axis, value), ...shape };
}
