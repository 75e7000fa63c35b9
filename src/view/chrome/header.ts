/** The header line. */

import { formatElapsed, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import { deriveWarnings } from '../../profile/analysis/warnings.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatCost, formatTokens } from '../../lib/text/format-cost.js';
import { budgetGauge, budgetUsed } from './budget.js';
import { segment, spread, type Line, type Viewport } from '../base/frame.js';
import { statusGlyph, type Glyphs } from '../base/glyphs.js';
import type { StyleName } from '../base/theme.js';
import type { Look } from '../state/ui-state.js';
import { statusStyle } from '../spans/span-style.js';
import { modelText } from '../spans/span-facts.js';
import { estimateRest, formatEta, formatExpectedCost, type RunEstimate } from '../spans/run-estimate.js';
import { formatLimit, hasRoomForEstimate, isSpendingInHeader, spendingLine } from './spending-rate.js';
import { computeElapsed } from '../../profile/run/waiting.js';

/** Renders the header: name, status, elapsed time, tokens, cost and model. */
export function headerLine(
  run: RunState,
  look: Look,
  glyphs: Glyphs,
  viewport: Pick<Viewport, 'now' | 'columns' | 'earlier'>,
): Line {
  const { now, columns } = viewport;
  const rest = look.live ? estimateRest(run, viewport.earlier, now) : {};
  const eta = hasRoomForEstimate(columns) ? formatEta(rest) : undefined;
  const cost =
    (hasRoomForEstimate(columns) ? formatExpectedCost(run, rest) : undefined) ??
    formatCost(run.totals, { none: glyphs.none });
  const { word, style, mark } = statusOf(run, look, glyphs, now);
  const simulated = run.started?.flags.simulated ? [segment(' SIMULATED ', 'simulated'), segment(' ')] : [];
  const name = truncate(
    safeText(run.started?.name ?? 'waiting for the run'),
    Math.max(8, Math.floor(columns / 3)),
  );
  const left: Line = [
    segment(' '),
    ...simulated,
    ...(columns >= 60 ? [segment('pflow', 'accent'), segment(` ${glyphs.path} `, 'dim')] : []),
    segment(name, 'title'),
  ];
  const used = budgetUsed(run, now);
  const spending = isSpendingInHeader(columns) ? spendingLine(run, now, glyphs) : [];
  const facts: Line[] = [
    [
      segment(`${mark} ${word}`, style),
      segment(` ${formatElapsed(computeElapsed(run, now))}${eta === undefined ? '' : ` ${eta}`}`),
    ],
    ...(columns >= 60 ? [[segment(`${formatTokens(run.totals, { none: glyphs.none })} tok`)]] : []),
    ...(columns >= 70 ? [[segment(`cost ${cost}`, 'money')]] : []),
    ...(spending.length > 0 ? [spending] : []),
    ...(used === undefined
      ? columns >= (spending.length > 0 ? WIDE : 100)
        ? [[segment(modelText(run), 'dim')]]
        : []
      : [gaugeLine(run, { used, rest, hasSpending: spending.length > 0 }, glyphs, viewport)]),
  ];
  const right = facts.flatMap((fact, i) => (i === 0 ? fact : [segment('   '), ...fact]));
  return spread(left, [...right, segment(' ')], columns);
}

/** From this width on the header has room for the model, or a longer gauge, besides the spending. */
const WIDE = 140;

/** The gauge of the budget, with the estimated time until a limit is reached. */
function gaugeLine(
  run: RunState,
  { used, rest, hasSpending }: Readonly<{ used: number; rest: RunEstimate; hasSpending: boolean }>,
  glyphs: Glyphs,
  { now, columns }: { now: number; columns: number },
): Line {
  const cells = columns < 110 ? 0 : hasSpending && columns < WIDE ? 6 : 14;
  const limit = isSpendingInHeader(columns) ? formatLimit(run, now, rest) : undefined;
  return [...budgetGauge(used, cells, glyphs), ...(limit === undefined ? [] : [segment(` ${limit}`, 'dim')])];
}

/** `, 2 warnings`, or nothing. */
function warningCount(run: RunState): string {
  const { length } = run.finished ? deriveWarnings(run) : [];
  return length > 0 ? `, ${plural(length, 'warning')}` : '';
}

/** The status of the run with its glyph. */
function statusOf(
  run: RunState,
  look: Look,
  glyphs: Glyphs,
  now: number,
): { word: string; style: StyleName; mark: string } {
  const mark = (status: Parameters<typeof statusGlyph>[1]) => statusGlyph(glyphs, status, now, look);
  const busy = (word: string, part: number) =>
    ({ word: `${word} ${Math.floor(part * 100)}%`, style: 'running', mark: mark('running') }) as const;
  if (look.searching !== undefined) return busy('searching', look.searching);
  switch (run.status) {
    case 'running':
      if (look.reading !== undefined) return busy('reading', look.reading);
      // A trace without an end whose writer exited will not change any more.
      if (!look.live) {
        const word = look.writerGone ? 'writer gone' : 'interrupted';
        return { word, style: 'warning', mark: mark('cancelled') };
      }
      if (run.asking) return { word: 'waiting for you', style: 'warning', mark: glyphs.bullet };
      if (run.paused) return { word: 'paused', style: 'warning', mark: glyphs.bullet };
      if (run.controls.some(({ change }) => change === 'cancel-requested'))
        return { word: 'cancelling', style: 'warning', mark: mark('running') };
      return { word: 'running', style: 'running', mark: mark('running') };
    case 'ok':
      return { word: `done${warningCount(run)}`, style: 'ok', mark: mark('ok') };
    case 'failed':
      return { word: 'failed', style: 'failed', mark: mark('failed') };
    case 'cancelled':
      return { word: 'cancelled', style: statusStyle('cancelled'), mark: mark('cancelled') };
    case 'budget':
      return { word: 'over budget', style: 'failed', mark: mark('failed') };
    default:
      return run.status satisfies never;
  }
}
