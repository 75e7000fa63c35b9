/** The detail pane below the tree. */

import { formatDuration } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { laneText } from '../spans/batch-stats.js';
import { segment, spread, type Line } from '../base/frame.js';
import { formatSlack } from '../spans/critical-rows.js';
import type { Glyphs } from '../base/glyphs.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import type { Row } from '../tree/tree-row.js';
import { tabs } from '../state/ui-state.js';
import { formatValueSize } from '../content/value-preview.js';
import { attemptsText, phasesText, findPurpose, choiceText } from '../spans/span-facts.js';
import { collectCalls, modelName, speedText } from '../spans/llm-calls.js';

/** Renders the detail of the selected row in two or three lines. */
export function detailLines(
  run: RunState,
  row: Row | undefined,
  glyphs: Glyphs,
  viewport: { now: number; columns: number },
): readonly Line[] {
  if (!row) return [[segment(' Nothing has started yet.', 'dim')]];
  const { columns, now } = viewport;
  const title = titleLine(run, row, glyphs);
  const head = spread(title, columns >= 100 ? [segment(`⏎ ${tabs.join(' ')} `, 'dim')] : [], columns);
  if (!row.span) {
    const text = row.lane
      ? laneText(run, row.lane, glyphs.separator)
      : row.result
        ? `${formatValueSize(row.result.value)} ${glyphs.separator} what the run returned`
        : row.planned?.purpose;
    return [head, [segment(`   ${safeText(text ?? 'Not started.')}`, 'dim')]];
  }
  return [head, summaryLine(run, row.span, glyphs, now), secondLine(run, row.span)];
}

/** The title of a row: name, type and attempts. Also used by the inspector. */
export function titleLine(run: RunState, row: Row, glyphs: Glyphs): Line {
  const dot = ` ${glyphs.separator} `;
  const { span, planned } = row;
  const type = span ? (span.nodeType ?? (span.kind === 'node' ? undefined : span.kind)) : planned?.type;
  const attempts = span && attemptsText(run, span);
  const parts = [type, attempts === undefined ? undefined : `attempts ${attempts}`].flatMap((part) =>
    part === undefined ? [] : [part],
  );
  return [
    segment(` ${safeText(span ? formatSpanLabel(span) : row.label)}`, 'title'),
    ...parts.map((part) => segment(safeText(dot + part), 'dim')),
  ];
}

/** One line of facts of a span: its phases, first token, speed, model and slack; of a failed one, its error. */
export function summaryLine(run: RunState, span: Span, glyphs: Glyphs, now: number): Line {
  if (span.error) return [segment(`   ${safeText(span.error.message)}`, 'failed')];
  const calls = collectCalls(run, span);
  const only = calls.length === 1 ? calls[0] : undefined;
  const first =
    only?.call.firstTokenMs === undefined
      ? undefined
      : `first token ${formatDuration(only.call.firstTokenMs)}`;
  const model = only ? safeText(modelName(only.call)) : undefined;
  const parts = [
    phasesText(run, span),
    first,
    only && speedText(only, now),
    model,
    calls.length > 1 ? `${calls.length} calls` : undefined,
  ];
  const dot = ` ${glyphs.separator} `;
  const text = parts.flatMap((part) => part ?? []).join(dot) || modelLine(run, span);
  const slack = formatSlack(run, span);
  return [segment(`   ${[text, slack].filter(Boolean).join(dot)}`)];
}

function modelLine(run: RunState, span: Span): string {
  return span.kind === 'stage' ? (choiceText(run) ?? '') : '';
}

function secondLine(run: RunState, span: Span): Line {
  const text =
    span.error?.hint ?? span.outcome?.retryReason ?? findPurpose(run, span) ?? span.logs.at(-1)?.text ?? '';
  return text === '' ? [] : [segment(`   ${safeText(text)}`, 'dim')];
}
