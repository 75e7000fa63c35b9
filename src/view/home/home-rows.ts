/** The rows of the lists of the home screen. */

import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatAge } from '../../lib/text/format-age.js';
import { formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { ZERO_TOTALS } from '../../profile/run/totals.js';
import { cellsToLine, type Cell } from '../base/cells.js';
import { segment, type Line } from '../base/frame.js';
import { statusGlyph, type Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
import { computeProgress } from '../spans/run-progress.js';
import { statusStyle } from '../spans/span-style.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import type { WorkflowFigures } from './home-figures.js';
import { runMs, runTotals, type HomeRun, type HomeWorkflow } from './home-run.js';

/** What the rows of a list have in common. */
export type RowShape = Readonly<{
  columns: number;
  now: number;
  glyphs: Glyphs;
  reducedMotion: boolean;
}>;

/** Widths of the columns of the runs; 0 hides one. Columns are dropped from the right on a narrow screen. */
function runWidths(columns: number) {
  const tokens = columns >= 64 ? 9 : 0;
  const cost = columns >= 72 ? 10 : 0;
  const model = columns >= 130 ? 24 : 0;
  const time = 8;
  const when = 10;
  const used = 4 + when + time + tokens + cost + model;
  const status = columns >= 78 ? Math.max(16, Math.floor((columns - used) * 0.45)) : 0;
  return { name: Math.max(10, columns - used - status - 1), when, time, tokens, cost, model, status };
}

/** The headings above the runs. */
export function runHeadings({ columns }: RowShape): Line {
  const at = runWidths(columns);
  return headings([
    { text: 'run', width: at.name },
    { text: 'when', width: at.when, align: 'right' },
    { text: 'time', width: at.time, align: 'right' },
    { text: 'tok', width: at.tokens, align: 'right' },
    { text: 'cost', width: at.cost, align: 'right' },
    { text: '  model', width: at.model },
    { text: '  status', width: at.status },
  ]);
}

/** The row of a run. */
export function runLine(run: HomeRun, isMarked: boolean, shape: RowShape): Line {
  const { columns, now, glyphs } = shape;
  const at = runWidths(columns);
  const ms = runMs(run, now);
  const totals = { ...ZERO_TOTALS, ...runTotals(run) };
  const isKnown = runTotals(run) !== undefined;
  const isRunning = run.status === 'running';
  const [first = '', ...others] = (run.models ?? []).map((model) => model.slice(model.indexOf('/') + 1));
  const cells: Cell[] = [
    {
      text: truncate(safeText(run.name), at.name - 1, 'end'),
      width: at.name,
      style: run.trace === undefined && !isRunning ? 'dim' : undefined,
    },
    {
      text: isRunning ? 'now' : formatAge(run.at, now),
      width: at.when,
      align: 'right',
      style: isRunning ? 'running' : 'dim',
    },
    {
      text: ms === null ? glyphs.none : formatDuration(ms, { running: isRunning }),
      width: at.time,
      align: 'right',
    },
    {
      text: isKnown ? formatTokens(totals, { none: glyphs.none, compact: at.tokens < 9 }) : glyphs.none,
      width: at.tokens,
      align: 'right',
    },
    {
      text: isKnown ? formatCost(totals, { none: glyphs.none, short: true }) : glyphs.none,
      width: at.cost,
      align: 'right',
      style: 'money',
    },
    {
      text: `  ${truncate(safeText(first), at.model - 6)}${others.length > 0 ? ` +${others.length}` : ''}`,
      width: at.model,
      style: 'dim',
    },
    {
      text: `  ${truncate(statusText(run), Math.max(1, at.status - 2))}`,
      width: at.status,
      style: statusStyleOf(run),
    },
  ];
  const mark = isMarked ? glyphs.place : ' ';
  return [
    segment(`${mark} `, 'accent'),
    segment(`${statusMark(run, shape)} `, statusStyleOf(run)),
    ...cellsToLine(cells),
  ];
}

/** The headings above the workflows. */
export function workflowHeadings({ columns }: RowShape): Line {
  const at = workflowWidths(columns);
  return headings([
    { text: 'workflow', width: at.name },
    { text: 'runs', width: at.runs, align: 'right' },
    { text: 'median', width: at.time, align: 'right' },
    { text: 'a run', width: at.cost, align: 'right' },
    { text: '  what it does', width: at.description },
  ]);
}

/** The row of a workflow. */
export function workflowLine(
  { reference, description, origin }: HomeWorkflow,
  { runs, failed, p50, usd }: WorkflowFigures,
  { columns, glyphs }: RowShape,
): Line {
  const at = workflowWidths(columns);
  const style: StyleName | undefined = origin === 'ships with pflow' ? 'dim' : undefined;
  return [
    segment('    '),
    ...cellsToLine([
      { text: truncate(safeText(reference), at.name - 1, 'end'), width: at.name, style },
      {
        text: runs === 0 ? glyphs.none : `${runs}${failed > 0 ? ` ${glyphs.status.failed}${failed}` : ''}`,
        width: at.runs,
        align: 'right',
      },
      { text: Number.isNaN(p50) ? glyphs.none : formatDuration(p50), width: at.time, align: 'right' },
      {
        text: usd === undefined ? glyphs.none : formatUsd(usd),
        width: at.cost,
        align: 'right',
        style: 'money',
      },
      {
        text: `  ${truncate(safeText(description), Math.max(1, at.description - 2))}`,
        width: at.description,
        style: 'dim',
      },
    ]),
  ];
}

function workflowWidths(columns: number) {
  const runs = columns >= 60 ? 9 : 0;
  const time = columns >= 60 ? 8 : 0;
  const cost = columns >= 72 ? 10 : 0;
  const name = Math.max(16, Math.min(40, Math.floor((columns - 4) * 0.36)));
  return { name, runs, time, cost, description: Math.max(0, columns - 5 - name - runs - time - cost) };
}

/** What a run in progress does, where one failed, and how one ended otherwise. */
function statusText(run: HomeRun): string {
  switch (run.status) {
    case 'running':
      return run.live ? progressText(run.live) : 'running';
    case 'failed':
      return run.failed === undefined ? 'failed' : `failed at ${safeText(run.failed)}`;
    case 'ok':
      return run.trace === undefined ? 'no trace' : '';
    case 'budget':
      return 'over budget';
    case 'killed':
      return 'killed';
    case 'cancelled':
      return 'cancelled';
    default:
      return run.status satisfies never;
  }
}

/** `three 2/6`: the node that runs, and how many are finished. */
export function progressText(state: RunState): string {
  if (state.asking) return 'waiting for you';
  if (state.paused) return 'paused';
  const { nodes, running } = computeProgress(state);
  const [first] = running;
  const others = running.length > 1 ? ` and ${plural(running.length - 1, 'other')}` : '';
  const name = first ? `${safeText(formatSpanLabel(first))}${others}` : 'starting';
  return nodes ? `${name} ${nodes.done}/${nodes.total}` : name;
}

/** The glyph of a run's status. */
export function statusMark(
  run: HomeRun,
  { glyphs, now, reducedMotion = false }: Readonly<{ glyphs: Glyphs; now: number; reducedMotion?: boolean }>,
): string {
  return statusGlyph(glyphs, GLYPH_OF[run.status], now, { reducedMotion, live: true });
}

const GLYPH_OF = {
  running: 'running',
  ok: 'ok',
  failed: 'failed',
  budget: 'failed',
  killed: 'cancelled',
  cancelled: 'cancelled',
} as const;

/** The style of a run's status. */
export function statusStyleOf({ status, live }: HomeRun): StyleName | undefined {
  if (live?.asking) return 'warning';
  return statusStyle(GLYPH_OF[status]);
}

function headings(cells: readonly Cell[]): Line {
  return [segment('    '), ...cellsToLine(cells.map((cell) => ({ ...cell, style: 'heading' as const })))];
}
