/** The pane about the selected run or workflow of the home screen. */

import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { formatDuration, formatUsd, plural } from '../../lib/text/format.js';
import { formatAge } from '../../lib/text/format-age.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fit, wrap } from '../../lib/text/text-width.js';
import { ZERO_TOTALS } from '../../profile/run/totals.js';
import { barLine } from '../bars/bar.js';
import { clipLine, lineWidth, segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { formatSpanDuration } from '../base/span-time.js';
import type { StyleName } from '../base/theme.js';
import { factItems } from '../content/pane-item.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { computeProgress } from '../spans/run-progress.js';
import { runsOfWorkflow, sumWorkflow, type WorkflowFigures } from './home-figures.js';
import {
  runClock,
  runMs,
  runTotals,
  workflowOf,
  type HomeData,
  type HomeRun,
  type HomeWorkflow,
} from './home-run.js';
import { progressText, statusMark, statusStyleOf } from './home-rows.js';

/** The pane's size without its title, and the moment. */
export type PaneShape = Readonly<{ columns: number; rows: number; now: number; glyphs: Glyphs }>;

/** The pane about a run: its request, its result, and the earlier runs of its workflow. */
export function runPane(run: HomeRun, data: HomeData, pane: PaneShape): readonly Line[] {
  const { columns, rows, glyphs, now } = pane;
  const name = workflowOf(run);
  const figures = sumWorkflow(data.runs, name);
  const facts: [string, string | undefined, StyleName?][] = run.live
    ? liveFacts(run, now)
    : finishedFacts(run, data, glyphs);
  const lines = facts.flatMap(([label, text, style]) =>
    text === undefined || text === ''
      ? []
      : factItems(label, text, columns, style, label === 'trace' ? run.trace : undefined).map((item) =>
          item.draw(),
        ),
  );
  const result = run.live ? undefined : data.detail(run).result;
  const room = rows - lines.length - 1;
  const text =
    result === undefined || room < 1 ? [] : resultLines(result, columns - 4, Math.min(room, RESULT_ROWS));
  const shown = [
    titleLine(name, figures, pane),
    ...lines,
    ...(text.length > 0 ? [[], ...text.map((line): Line => [segment(`   ${line}`)])] : []),
  ];
  return [...shown, ...historyLines(data.runs, name, { ...pane, rows: rows - shown.length })];
}

/** A longer result is opened with the run. */
const RESULT_ROWS = 12;

/** The pane about a workflow: what it needs, and how its runs were. */
export function workflowPane(workflow: HomeWorkflow, data: HomeData, pane: PaneShape): readonly Line[] {
  const { reference, name, description, origin, required } = workflow;
  const figures = sumWorkflow(data.runs, name);
  const facts: [string, string | undefined][] = [
    ['workflow', reference],
    ['does', description],
    ['origin', origin],
    ['inputs', required.length === 0 ? 'none required' : required.join(', ')],
    ['last run', figures.last === undefined ? 'never' : formatAge(figures.last, pane.now)],
  ];
  const shown = [
    titleLine(name, figures, pane),
    ...facts.flatMap(([label, text]) =>
      text === undefined || text === ''
        ? []
        : factItems(label, safeText(text), pane.columns).map((item) => item.draw()),
    ),
  ];
  return [...shown, ...historyLines(data.runs, name, { ...pane, rows: pane.rows - shown.length })];
}

/** The newest runs of a workflow with their times as bars, in the rows that are left; nothing for a single run. */
function historyLines(runs: readonly HomeRun[], workflow: string, pane: PaneShape): readonly Line[] {
  const { columns, rows, now, glyphs } = pane;
  if (rows < 4 || columns < 50) return [];
  const shown = runsOfWorkflow(runs, workflow).slice(0, rows - 1);
  if (shown.length < 2) return [];
  const longest = Math.max(1, ...shown.map((run) => runMs(run, now) ?? 0));
  const cells = columns - 4 - 10 - 9 - 10 - 2;
  return [
    [],
    ...shown.map((run): Line => {
      const ms = runMs(run, now);
      const to = (ms ?? 0) / longest;
      const totals = { ...ZERO_TOTALS, ...runTotals(run) };
      const style = run.status === 'ok' ? 'bar-stage' : run.status === 'running' ? 'bar-llm' : 'bar-failed';
      return [
        segment(` ${statusMark(run, pane)} `, statusStyleOf(run)),
        segment(fit(run.status === 'running' ? 'now' : formatAge(run.at, now), 10, 'right'), 'dim'),
        segment(fit(ms === null ? glyphs.none : formatDuration(ms), 9, 'right')),
        segment(fit(formatCost(totals, { none: '', short: true }), 10, 'right'), 'money'),
        segment(' '),
        ...barLine({ from: 0, to, style, texture: 'done', phase: 0 }, Math.max(1, cells), glyphs),
      ];
    }),
  ];
}

function finishedFacts(
  run: HomeRun,
  data: HomeData,
  glyphs: Glyphs,
): [string, string | undefined, StyleName?][] {
  const { request, error } = data.detail(run);
  const dot = ` ${glyphs.separator} `;
  const totals = run.totals && { ...ZERO_TOTALS, ...run.totals };
  return [
    ['request', request === undefined ? undefined : safeText(request)],
    ['started', `${new Date(run.at).toLocaleString('sv-SE')}${dot}run ${run.run}`],
    [
      'models',
      run.models && run.models.length > 0
        ? [
            run.models.map((model) => safeText(model)).join(', '),
            ...(totals && totals.calls > 0
              ? [plural(totals.calls, 'call'), `${formatTokens(totals)} tok`, formatCost(totals)]
              : []),
          ].join(dot)
        : undefined,
    ],
    [
      'tags',
      Object.entries(run.tags)
        .map(([key, value]) => safeText(`${key}=${value}`))
        .join(' '),
    ],
    ['error', error === undefined ? undefined : safeText(error, { keepNewlines: true }), 'failed'],
    [
      'trace',
      run.trace === undefined ? 'none: it was not kept, or it was removed' : safeText(run.trace),
      'dim',
    ],
  ];
}

function liveFacts({ live }: HomeRun, now: number): [string, string | undefined, StyleName?][] {
  const state = live!;
  const at = runClock(state, now);
  const { running } = computeProgress(state);
  return [
    ['now', progressText(state), 'running'],
    ...running
      .slice(0, 8)
      .map((span, i): [string, string] => [
        i === 0 ? 'nodes' : '',
        `${safeText(formatSpanLabel(span))} ${formatSpanDuration(span, at)}`,
      ]),
    [
      'so far',
      state.totals.calls === 0
        ? undefined
        : `${plural(state.totals.calls, 'call')}, ${formatTokens(state.totals)} tok, ${formatCost(state.totals)}`,
    ],
    ['started', formatAge(now - at, now)],
  ];
}

/** `── critique-file · 5 runs · p50 24s p95 31s · $0.0098 a run ▂▃▂▂▁ ──`. */
function titleLine(name: string, figures: WorkflowFigures, { columns, glyphs }: PaneShape): Line {
  const dot: Line = [segment(` ${glyphs.separator} `, 'rule')];
  const parts: Line[] = [[segment(safeText(name), 'title')]];
  if (figures.runs > 0) {
    const failed = figures.failed > 0 ? `, ${figures.failed} failed` : '';
    parts.push([segment(`${plural(figures.runs, 'run')}${failed}`, 'dim')]);
  }
  if (!Number.isNaN(figures.p50))
    parts.push([segment(`p50 ${formatDuration(figures.p50)} p95 ${formatDuration(figures.p95)}`, 'dim')]);
  if (figures.usd !== undefined) parts.push([segment(`${formatUsd(figures.usd)} a run`, 'money')]);
  const spark = figures.times.length < 2 ? [] : [segment(` ${sparkline(figures.times, glyphs)}`, 'accent')];
  const inside = clipLine(
    [...parts.flatMap((part, i) => (i === 0 ? part : [...dot, ...part])), ...spark],
    columns - 6,
  );
  return [
    segment(`${glyphs.rule.repeat(2)} `, 'rule'),
    ...inside,
    segment(` ${glyphs.rule.repeat(Math.max(0, columns - lineWidth(inside) - 4))}`, 'rule'),
  ];
}

/** One column per value; the greatest is the highest. */
export function sparkline(values: readonly number[], { heights, none }: Glyphs): string {
  const most = Math.max(...values, Number.MIN_VALUE);
  return values
    .map((value) =>
      value <= 0
        ? heights.length > 1
          ? heights[0]!
          : none
        : heights[Math.ceil((value / most) * heights.length) - 1]!,
    )
    .join('');
}

function resultLines(result: string, width: number, room: number): string[] {
  // A long result is not wrapped as a whole for a pane of a few rows.
  const shown = result.slice(0, width * room * 2);
  const lines = shown.split('\n').flatMap((line) => wrap(safeText(line), width));
  return lines.slice(0, room);
}
