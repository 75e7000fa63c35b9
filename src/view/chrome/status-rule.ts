/** The status line under the stage bar. */

import { formatDuration, plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { rangeText } from '../bars/time-range.js';
import { selectedSpan } from '../tree/selected-span.js';
import { formatSpanDuration } from '../base/span-time.js';
import { clipLine, lineWidth, segment, type Line, type Viewport } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { bindingsFor } from '../keys/key-bindings.js';
import { keyName } from '../keys/key-names.js';
import { computeItemProgress } from '../../profile/analysis/item-progress.js';
import { progressParts } from '../spans/item-words.js';
import { computeProgress } from '../spans/run-progress.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { computeCallHealth } from '../../profile/analysis/call-health.js';
import { estimateRest, formatEta, formatExpectedCost } from '../spans/run-estimate.js';
import { formatLimit, formatSpendingRate, hasRoomForEstimate, isSpendingInHeader } from './spending-rate.js';
import { timePlace } from './time-travel.js';
import type { UiState } from '../state/ui-state.js';

/** A run without events for this many ms is shown as quiet. */
const STALL_MS = 30_000;

/**
 * Renders the status line: during a run, the running nodes and their time, progress, spending rate and whether the run
 * is quiet; with a time cursor, its position; with a marked range, what happened in it.
 */
export function statusRule(run: RunState, ui: UiState, viewport: Viewport, glyphs: Glyphs): Line {
  const { columns, timeline } = viewport;
  if (ui.time && timeline) {
    const place = timePlace(ui.time, timeline);
    const share = timeline.count > 0 ? ui.time.now / Math.max(1, timeline.timeAt(timeline.count)) : 0;
    return timeRule(place, share, columns, glyphs);
  }
  const { range } = ui.views;
  const words: Line = range
    ? [segment(rangeText(run, range, selectedSpan(run, ui), viewport.now, glyphs), 'accent')]
    : ui.look.live && run.status === 'running'
      ? liveWords(run, ui, viewport, glyphs)
      : [];
  return ruleWith(words, columns, glyphs);
}

function liveWords(run: RunState, ui: UiState, viewport: Viewport, glyphs: Glyphs): Line {
  const { now, columns } = viewport;
  const { nodes, running } = computeProgress(run);
  const silence = now - run.lastAt;
  const parts: Line[] = [];
  const [first] = running;
  if (first) {
    const name = truncate(safeText(formatSpanLabel(first)), Math.max(8, columns >> 2), 'end');
    const others = running.length > 1 ? ` and ${plural(running.length - 1, 'other')}` : '';
    parts.push([
      segment('now ', 'dim'),
      segment(name, 'running'),
      segment(` ${formatSpanDuration(first, now)}${others}`, 'dim'),
    ]);
    const progress = computeItemProgress(run, first, now);
    if (progress)
      for (const part of progressParts(run, first, progress, glyphs)) parts.push([segment(part, 'dim')]);
  }
  if (run.paused) parts.push(...pausedParts(run, ui));
  const loop = run.controls.findLast(({ change }) => change === 'loop-warned');
  if (loop) parts.push([segment(`no progress: ${safeText(loop.reason ?? 'a loop')}`, 'warning')]);
  // Omitted first when space is short.
  if (silence >= STALL_MS && !run.paused && !run.asking)
    parts.push([segment(`nothing new for ${formatDuration(silence)}`, 'warning')]);
  if (nodes) parts.push([segment(countNodes(run, nodes, glyphs), 'dim')]);
  for (const text of restTexts(run, viewport)) parts.push([segment(text, 'dim')]);
  return parts.flatMap((part, i) => (i === 0 ? part : [segment(` ${glyphs.separator} `, 'rule'), ...part]));
}

/** `1/3 nodes ✗1 ↻2`: finished of all, failed, and attempts after the first; parts that are zero are left out. */
function countNodes(
  run: RunState,
  { done, total, failed }: Readonly<{ done: number; total: number; failed: number }>,
  glyphs: Glyphs,
): string {
  const { retries } = computeCallHealth(run);
  return [
    `${done}/${total} nodes`,
    ...(failed > 0 ? [`${glyphs.status.failed}${failed}`] : []),
    ...(retries > 0 ? [`${glyphs.repaired}${retries}`] : []),
  ].join(' ');
}

/** The estimates and rates for which the header has no room. */
function restTexts(run: RunState, { now, columns, earlier }: Viewport): string[] {
  const rest = estimateRest(run, earlier, now);
  const texts = [
    ...(hasRoomForEstimate(columns) ? [] : [formatEta(rest), formatExpectedCost(run, rest)]),
    ...(isSpendingInHeader(columns) ? [] : [formatSpendingRate(run, now, true), formatLimit(run, now, rest)]),
  ];
  return texts.flatMap((text) => text ?? []);
}

/** The position of a paused run, and the keys that resume it. */
function pausedParts({ controls }: RunState, ui: UiState): Line[] {
  const last = controls.findLast(({ change }) => change === 'paused' || change === 'breakpoint');
  const place =
    last?.change === 'breakpoint' && last.reason !== undefined
      ? `stopped at ${safeText(last.reason)}`
      : 'held before the next node';
  const keys = (['pause', 'step-run'] as const).map(
    (action) => bindingsFor(ui.look).find((binding) => binding.action === action)?.keys[0],
  );
  const does = ['resumes', 'runs one node'];
  return [
    [segment(place, 'warning')],
    ...keys.flatMap((key, i): Line[] =>
      key === undefined
        ? []
        : [[segment(keyName(key, ui.look.glyphs), 'hint-key'), segment(` ${does[i]}`, 'dim')]],
    ),
  ];
}

function ruleWith(words: Line, columns: number, glyphs: Glyphs): Line {
  if (words.length === 0) return [segment(glyphs.rule.repeat(columns), 'rule')];
  const inside = clipLine(words, columns - 6);
  const rest = columns - lineWidth(inside) - 4;
  return [
    segment(`${glyphs.rule.repeat(2)} `, 'rule'),
    ...inside,
    segment(` ${glyphs.rule.repeat(Math.max(0, rest))}`, 'rule'),
  ];
}

function timeRule(place: string, share: number, columns: number, glyphs: Glyphs): Line {
  const words = clipLine([segment(` ${place} `, 'warning')], columns);
  const cells = columns - lineWidth(words);
  if (cells < 8) return words;
  const at = Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
  return [
    segment(glyphs.rule.repeat(at), 'warning'),
    segment(glyphs.place, 'warning'),
    segment(glyphs.rule.repeat(cells - at - 1), 'rule'),
    ...words,
  ];
}
