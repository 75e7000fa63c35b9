/** The flame view. */

import { formatCount, formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, textWidth } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import {
  flameOf,
  frameAt,
  framesBelow,
  spanOfFrame,
  weighFrame,
  type FlameFrame,
} from '../../profile/layout/flame-tree.js';
import { measureWallTime } from '../../profile/layout/wall-times.js';
import { flameBoxes, type FlameBox } from './flame-layout.js';
import { formatFrameValue } from './frame-values.js';
import { SANDWICH_ROWS, sandwichLines } from './sandwich.js';
import { clipLine, segment, type Line, type Segment } from '../base/frame.js';
import { statusGlyph } from '../base/glyphs.js';
import { computeScrollTop } from '../base/scroll-list.js';
import { selectedSpan } from '../tree/selected-span.js';
import { msOf, totalsOfSum } from '../../profile/layout/incremental-sum.js';
import type { StyleName } from '../base/theme.js';
import type { UiState } from '../state/ui-state.js';
import type { ViewContext, ViewParts } from '../state/view-parts.js';
import { spanBarStyle } from '../spans/span-style.js';
import { emptyLine } from '../state/empty-line.js';

/** Renders the flame view: spans merged by path, heaviest on the left. */
export function flameParts(context: ViewContext): ViewParts {
  const { run, ui, viewport, plan } = context;
  const boxes = boxesOf(run, ui, viewport);
  const selected = selectedBox(run, ui, boxes);
  const { levels, height, top } = flameWindow(boxes, selected, plan.tree);
  const list = Array.from({ length: levels - top }, (_, i) => {
    const level = boxes.filter((box) => box.level === top + i);
    return levelLines(level, selected, height, context);
  }).flat();
  const below = selected?.frame ? sandwichLines(selected.frame, context, plan.tree - list.length - 1) : [];
  return {
    head: breadcrumbLine(context),
    list: list.length > 0 ? [...list, ...(below.length > 0 ? [[], ...below] : [])] : [nothingLine(run, ui)],
    detail: selected?.frame ? frameLines(selected.frame, selected.share, context) : [],
  };
}

/** Rows that all levels need at two lines each, with the sandwich view below them. */
export function flameHeight(boxes: readonly FlameBox[]): number {
  return 2 * boxes.reduce((most, { level }) => Math.max(most, level + 1), 0) + SANDWICH_ROWS + 1;
}

/** The number of levels, the lines per level, and the first visible level in `rows` rows. */
export function flameWindow(
  boxes: readonly FlameBox[],
  selected: FlameBox | undefined,
  rows: number,
): Readonly<{ levels: number; height: number; top: number }> {
  const levels = boxes.reduce((most, { level }) => Math.max(most, level + 1), 0);
  const height = levels * 2 <= rows ? 2 : 1;
  return {
    levels,
    height,
    top: computeScrollTop(levels, Math.floor(rows / height), selected?.level ?? 0, 0),
  };
}

/** The positioned frames on the screen. */
export function boxesOf(
  run: RunState,
  ui: UiState,
  { now, columns }: { now: number; columns: number },
): readonly FlameBox[] {
  const { zoom, wall } = ui.views;
  return flameBoxes(run, { zoom, wall, metric: ui.metric, now, cells: columns - 1 });
}

/** The box of the selected span, else of its nearest ancestor with one, else the first. */
export function selectedBox(run: RunState, ui: UiState, boxes: readonly FlameBox[]): FlameBox | undefined {
  const span = selectedSpan(run, ui);
  let frame = span && flameOf(run).frameOf.get(span.id);
  for (; frame; frame = frame.parent) {
    const box = boxes.find((each) => each.frame === frame);
    if (box) return box;
  }
  return boxes[0];
}

/** The breadcrumb: the ancestors of the frame that fills the width. */
function breadcrumbLine({ run, ui, viewport, glyphs }: ViewContext): Line {
  const names = [runName(run), ...frameAt(flameOf(run), ui.views.zoom).path];
  const line = names.flatMap((name, i): Line => [
    segment(i === 0 ? ' ' : ` ${glyphs.path} `, 'dim'),
    segment(safeText(name), i === names.length - 1 ? 'title' : 'dim'),
  ]);
  return clipLine(line, viewport.columns);
}

function nothingLine(run: RunState, ui: UiState): Line {
  if (ui.metric === 'time')
    return run.spans.size > 0 ? [segment(' Nothing has taken any time.', 'dim')] : emptyLine(ui);
  const what = ui.metric === 'cost' ? 'No call has a known cost' : 'No tokens were counted';
  return [segment(` ${what}.`, 'dim')];
}

function levelLines(
  boxes: readonly FlameBox[],
  selected: FlameBox | undefined,
  height: number,
  context: ViewContext,
): Line[] {
  return Array.from({ length: height }, (_, row) => {
    let at = 0;
    const line = boxes.flatMap((box, i): Line => {
      // A frame too small for a cell shares the last cell of its neighbour.
      const to = Math.min(box.to, boxes[i + 1]?.from ?? box.to);
      const gap = ' '.repeat(Math.max(0, box.from - at));
      at = to;
      const text = boxText(
        box,
        box === selected,
        height === 1 ? 'both' : row === 0 ? 'name' : 'value',
        context,
      );
      return [segment(gap), ...boxCells(box, text, to - box.from, box === selected, context)];
    });
    return [segment(' '), ...line];
  });
}

function boxText(
  { frame, hidden, share, from, to, value: amount }: FlameBox,
  isSelected: boolean,
  what: 'name' | 'value' | 'both',
  { run, ui, viewport, glyphs }: ViewContext,
): string {
  if (!frame) return what === 'value' ? '' : `+${formatCount(hidden)}`;
  const { sum } = frame;
  const status = sum.running > 0 ? 'running' : sum.failed > 0 ? 'failed' : undefined;
  const mark = status ? `${statusGlyph(glyphs, status, viewport.now, ui.look)} ` : '';
  const count = sum.spans > 1 && frame.parent ? ` ×${formatCount(sum.spans)}` : '';
  const name = `${isSelected ? glyphs.selected : ' '}${mark}${safeText(frame.parent ? frame.label : runName(run))}${count}`;
  const share100 = `${Math.round(share * 100)}%`;
  const value = `${formatFrameValue(frame, amount, ui, glyphs.none)} ${share100}`;
  const short =
    ui.metric === 'time' ? formatDuration(amount) : formatFrameValue(frame, amount, ui, glyphs.none);
  if (what === 'value') {
    const other = otherTime(frame, amount, run, ui, viewport.now);
    const texts = [
      ...(other === undefined ? [] : [`${value} ${glyphs.separator} ${other}`]),
      value,
      `${short} ${share100}`,
    ];
    // The edge of the box and the margin take a cell each.
    return ` ${texts.find((text) => textWidth(text) + 2 <= to - from) ?? short}`;
  }
  if (what === 'name') return name;
  const texts = [`${name} ${value}`, `${name} ${short} ${share100}`, `${name} ${short}`];
  return texts.find((text) => textWidth(text) < to - from) ?? name;
}

/** Renders a box, an eighth short on the right so that adjacent boxes stay distinct. */
function boxCells(
  box: FlameBox,
  text: string,
  cells: number,
  isSelected: boolean,
  { run, glyphs }: ViewContext,
): Segment[] {
  if (cells <= 0) return [];
  const style = boxStyle(run, box);
  const marks = isSelected ? { selected: true } : {};
  if (!glyphs.eighths) {
    const inner = cells > 2 ? `[${fit(text.trim(), cells - 2)}]` : '|'.repeat(cells);
    return [{ text: inner, style, ...marks }];
  }
  const body: Segment = { text: fit(text, cells - 1), style, inverse: true, ...marks };
  // A one-cell box has no room for a marker.
  const edge = isSelected && cells === 1 ? glyphs.selected : '▉';
  return [body, { text: edge, style, ...marks }];
}

function boxStyle(run: RunState, { frame }: FlameBox): StyleName {
  const id = frame && spanOfFrame(flameOf(run), frame);
  const span = id === undefined ? undefined : run.spans.get(id);
  if (!span || !frame?.parent) return 'bar-stage';
  return spanBarStyle(run, span);
}

/** The other of busy and wall time, where it differs visibly. */
function otherTime(
  frame: FlameFrame,
  value: number,
  run: RunState,
  ui: UiState,
  now: number,
): string | undefined {
  if (ui.metric !== 'time') return undefined;
  const moment = run.finished ? run.lastAt : now;
  const other = ui.views.wall ? weighFrame(frame, 'time', moment) : measureWallTime(run, frame, moment);
  const text = formatDuration(other);
  return text === formatDuration(value) ? undefined : `${text} ${ui.views.wall ? 'busy' : 'wall'}`;
}

/** Renders the detail of the selected frame. */
function frameLines(frame: FlameFrame, share: number, context: ViewContext): readonly Line[] {
  const { run, viewport, glyphs } = context;
  const { now } = viewport;
  const totals = totalsOfSum(frame.sum);
  const inside = framesBelow(frame).reduce((sum, child) => sum + msOf(child.sum, now), 0);
  const dot = ` ${glyphs.separator} `;
  const facts = [
    ...timeFacts(frame, run, now),
    // Concurrent children exceed the time of their parent, whose self time is then zero.
    ...(inside <= msOf(frame.sum, now) ? [`self ${formatDuration(msOf(frame.sum, now) - inside)}`] : []),
    ...(frame.parent && frame.sum.spans > 1 ? [`${formatCount(frame.sum.spans)} times`] : []),
    ...(frame.sum.failed > 0 ? [`${formatCount(frame.sum.failed)} failed`] : []),
    `${Math.round(share * 100)} % of the width`,
    ...(totals.calls > 0
      ? [`${formatTokens(totals, { none: glyphs.none })} tok`, formatCost(totals, { none: glyphs.none })]
      : []),
  ];
  const path = [runName(run), ...frame.path].map((name) => safeText(name)).join(` ${glyphs.path} `);

  return [[segment(` ${path}`, 'title')], [segment(`   ${facts.join(dot)}`)]];
}

/** `busy 16.3s, wall 2.8s, 5.9× parallel`; one time where both are the same. */
function timeFacts(frame: FlameFrame, run: RunState, now: number): string[] {
  const moment = run.finished ? run.lastAt : now;
  const [busy, wall] = [weighFrame(frame, 'time', moment), measureWallTime(run, frame, moment)];
  if (formatDuration(busy) === formatDuration(wall)) return [`total ${formatDuration(wall)}`];
  return [
    `busy ${formatDuration(busy)}`,
    `wall ${formatDuration(wall)}`,
    ...(wall > 0 && busy >= 1.1 * wall ? [`${(busy / wall).toFixed(1)}× parallel`] : []),
  ];
}

function runName(run: RunState): string {
  return run.started?.name ?? 'run';
}
