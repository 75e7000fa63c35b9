/** The stage bar. */

import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth } from '../../lib/text/text-width.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { formatSpanDuration } from '../base/span-time.js';
import { computeDuration } from '../../profile/run/span-tree.js';
import { barLine } from '../bars/bar.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import type { Look } from '../state/ui-state.js';
import { spanBarStyle } from '../spans/span-style.js';

/** Renders the stage bar: stages side by side, sized by their share of time, labelled with time and cost. */
export function flameBarLine(
  run: RunState,
  look: Look,
  glyphs: Glyphs,
  viewport: { now: number; columns: number },
): Line {
  const stages = run.roots.flatMap((id) => run.spans.get(id) ?? []).slice(-4);
  if (stages.length === 0) return [];
  const { now, columns } = viewport;
  const labels = stages.map((stage) => labelOf(run, stage, now, glyphs, columns));
  const room = columns - 3 - labels.reduce((sum, label) => sum + textWidth(label) + 2, 0);
  if (room < stages.length * 2) return stageList(labels);
  const widths = shares(
    stages.map((stage) => computeDuration(stage, now)),
    room,
  );
  const line = stages.flatMap((stage, i): Line => {
    const texture = stage.status === 'running' ? 'running' : stage.status === 'failed' ? 'failed' : 'done';
    const phase = look.reducedMotion || texture !== 'running' ? 0 : Math.floor(now / 500);
    const bar = { from: 0, to: 1, style: spanBarStyle(run, stage), texture, phase } as const;
    return [segment(` ${labels[i]!} `, 'bold'), ...barLine(bar, widths[i]!, glyphs)];
  });
  return [segment(' '), segment(glyphs.tick, 'dim'), ...line, segment(glyphs.tick, 'dim')];
}

function labelOf(run: RunState, stage: Span, now: number, glyphs: Glyphs, columns: number): string {
  const cost = formatCost(stage.totals, { none: '', short: true });
  const time =
    stage.finishedAt === undefined
      ? formatSpanDuration(stage, now)
      : formatDuration(computeDuration(stage, now));
  return [
    safeText(stage.name),
    time,
    ...(columns >= 80 && cost !== '' && cost !== glyphs.none ? [cost] : []),
  ].join(' ');
}

function stageList(labels: readonly string[]): Line {
  return [segment(' ' + labels.join('   '), 'bold')];
}

/** Divides `room` cells in proportion to `values`, at least one cell each. */
function shares(values: readonly number[], room: number): readonly number[] {
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const spare = room - values.length;
  let before = 0;
  return values.map((value) => {
    const from = Math.round((before / total) * spare);
    before += value;
    return 1 + Math.round((before / total) * spare) - from;
  });
}
