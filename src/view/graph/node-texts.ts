/** The texts of a node in the graph: its name with its state, and what it has needed. */
import { formatDuration } from '../../lib/text/format.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, textWidth, truncate } from '../../lib/text/text-width.js';
import { findSpanMark } from '../../profile/analysis/span-mark.js';
import { formatLabelWithCount } from '../../profile/layout/span-outline.js';
import type { RunState } from '../../profile/run/run-state.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { segment, type Line } from '../base/frame.js';
import { statusGlyph, type Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
import { runningCountText } from '../spans/item-words.js';
import { statusStyle } from '../spans/span-style.js';
import type { Look } from '../state/ui-state.js';
import { sumCosts, type RunNode } from './graph-model.js';

/** What the texts depend on. */
export type NodeTextContext = Readonly<{ run: RunState; now: number; look: Look; glyphs: Glyphs }>;

/** Names are truncated to this many cells. */
const MOST_NAME = 22;
/** Room after a name for the number of its items or visits. */
const COUNT = 4;
/** Room for a duration and a cost: `12.3s $0.0123`. */
const FIGURES = 14;

/** The cells that a node needs in a box, whatever it needs later. */
export function boxWidth({ id }: Pick<RunNode, 'id'>): number {
  return Math.max(2 + nameWidth(id) + COUNT, FIGURES);
}

/** The cells that a node needs on a single line. */
export function lineWidthOf({ id }: Pick<RunNode, 'id'>): number {
  return 2 + nameWidth(id) + COUNT + 1 + FIGURES;
}

/** The state and the name of a node: `✓ critique ×6`. */
export function nodeTitle(node: RunNode, context: NodeTextContext, width: number): Line {
  const { run, now, look, glyphs } = context;
  const last = node.visits.at(-1);
  const status = last?.status ?? 'pending';
  const mark = last && findSpanMark(run, last);
  const glyph =
    mark === undefined
      ? segment(statusGlyph(glyphs, status, now, look), statusStyle(status))
      : segment(glyphs[mark], 'warning');
  const count = countText(node, context);
  const name = truncate(
    safeText(node.id),
    Math.max(4, Math.min(MOST_NAME, width - 2 - textWidth(count))),
    'end',
  );
  return [glyph, segment(` ${name}`, titleStyle(node)), segment(count, 'dim')];
}

/** What a node has needed in all of its visits; of one that has not started, its type. */
export function nodeFigures(node: RunNode, { run, now, glyphs }: NodeTextContext, width: number): Line {
  const last = node.visits.at(-1);
  if (!last) return [segment(truncate(safeText(node.type ?? ''), width), 'dim')];
  const ms = node.visits.reduce((sum, visit) => sum + computeDuration(visit, now), 0);
  const parts = [
    runningCountText(run, last, now, glyphs) ?? '',
    formatDuration(ms, { running: last.finishedAt === undefined }),
    formatCost(sumCosts(node.visits), { short: true }),
  ].filter(Boolean);
  while (parts.length > 1 && textWidth(parts.join(' ')) > width) parts.pop();
  return [segment(truncate(parts.join(' '), width), last.status === 'running' ? 'running' : 'dim')];
}

/** Both on one line; with `name` cells for the names, the figures are in a column of their own. */
export function nodeLine(node: RunNode, context: NodeTextContext, name = 0): Line {
  const title = nodeTitle(node, context, name || MOST_NAME + COUNT + 2);
  const width = title.reduce((sum, { text }) => sum + textWidth(text), 0);
  return [...title, segment(fit('', Math.max(1, name - width + 1))), ...nodeFigures(node, context, FIGURES)];
}

/** The style of the border of a node. */
export function borderStyle({ visits }: RunNode): StyleName | undefined {
  const status = visits.at(-1)?.status;
  if (status === undefined) return 'rule';
  return status === 'ok' || status === 'skipped' ? undefined : statusStyle(status);
}

function titleStyle({ visits }: RunNode): StyleName | undefined {
  const status = visits.at(-1)?.status;
  if (status === undefined) return 'pending';
  return status === 'failed' || status === 'running' ? statusStyle(status) : 'bold';
}

/** ` ×6` for a batch, ` ↻3` for a node that was visited several times. */
function countText({ repeats, visits }: RunNode, { run, glyphs }: NodeTextContext): string {
  const last = visits.at(-1);
  const items = last && / ×\d+$/.exec(formatLabelWithCount(run, last))?.[0];
  if (visits.length > 1) return ` ${glyphs.repaired}${visits.length}`;
  return items ?? (repeats === 'batch' ? ' ×n' : repeats === 'loop' ? ` ${glyphs.repaired}` : '');
}

function nameWidth(id: string): number {
  return Math.min(MOST_NAME, textWidth(safeText(id)));
}
