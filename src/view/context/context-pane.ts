/** The context pane: its title and its visible lines. */

import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { markMatches } from '../content/highlight-match.js';
import { memoizeLast } from '../base/memo.js';
import { findExcerpt } from '../state/match-excerpt.js';
import { clipLine, fillRows, lineWidth, safeLine, segment, type Line } from '../base/frame.js';
import { bindingsOf } from '../keys/key-bindings.js';
import { keyName } from '../keys/key-names.js';
import type { ViewContext } from '../state/view-parts.js';
import { renderContext } from './context-content.js';
import { summaryLine } from '../timeline/detail.js';
import { MIN_OVERVIEW, overviewLines, type OverviewPane } from './run-overview.js';
import { findContextSubject } from './context-subject.js';

/**
 * Renders the pane: its title as a rule, and exactly as many lines as it has rows, none wider than the pane. With `isAlone` the
 * overview of the run fills the rows that the content does not need.
 */
export function contextLines(
  { run, ui, viewport, plan, glyphs }: ViewContext,
  isAlone: boolean,
): readonly Line[] {
  const { columns, rows } = plan.context;
  const subject = findContextSubject(run, ui);
  const { title, items, keep } = renderContext(run, subject, {
    columns,
    rows,
    now: viewport.now,
    glyphs,
    raw: ui.raw,
    texts: ui.time ? undefined : viewport.texts,
    earlier: viewport.earlier,
  });
  const shown = keep === 'start' ? items.slice(0, rows) : items.slice(-rows);
  const hidden = items.length - shown.length;
  const notes = [
    hidden > 0 ? `${plural(hidden, 'more line')}${keep === 'end' ? ' above' : ''}` : '',
    ...(subject.kind === 'result'
      ? [hintOf('yank-value', 'copy', ui.look), hintOf('open-value', 'open', ui.look)]
      : []),
  ].filter(Boolean);
  const facts =
    plan.detail === 0 && subject.kind === 'span' && !subject.span.error
      ? summaryLine(run, subject.span, glyphs, viewport.now)
      : [];
  // Without a detail pane, its facts are the first line here.
  const excerpt = subject.kind === 'span' ? matchLines(run, subject.span, ui.filter) : [];
  const lines = [
    ...excerpt,
    ...(facts.some(({ text }) => text.trim() !== '') ? [facts.map((each) => segment(each.text, 'dim'))] : []),
    ...shown.map((item) => item.draw()),
  ].map((line) => clipLine(safeLine(line), columns));
  // At the bottom, so that it stays in place while the content above it changes.
  const room = rows - lines.length - 1;
  const rest = isAlone ? titledOverview(run, { columns, rows: room, now: viewport.now, glyphs }) : [];
  return [
    titleRule([title, ...notes], columns, glyphs.rule),
    ...fillRows(lines, rows - rest.length),
    ...rest,
  ];
}

/** The overview of the run with its title; nothing without the rows for it. */
export function titledOverview(run: RunState, pane: OverviewPane): readonly Line[] {
  const rows = pane.rows - 1;
  const lines = rows < MIN_OVERVIEW ? [] : overviewLines(run, { ...pane, rows });
  return lines.length === 0 ? [] : [titleRule(['this run'], pane.columns, pane.glyphs.rule), ...lines];
}

/** The text that the search on the screen found in the selected row. */
function matchLines(run: RunState, span: Span, filter: string): readonly Line[] {
  const found = findMemoized(run, span, filter.trim().toLowerCase());
  if (!found) return [];
  return [
    [
      segment(` match in ${safeText(found.place)}: `, 'dim'),
      ...markMatches([segment(safeText(found.text))], filter.trim()),
    ],
  ];
}

/** A frame every tenth of a second does not read the recorded texts again. */
const findMemoized = memoizeLast(findExcerpt);

function hintOf(action: 'yank-value' | 'open-value', does: string, look: ViewContext['ui']['look']): string {
  const key = bindingsOf(look.keys).find((binding) => binding.action === action)?.keys[0];
  return key === undefined
    ? ''
    : `${key
        .split(' ')
        .map((each) => keyName(each, look.glyphs))
        .join('')} ${does}`;
}

function titleRule(words: readonly string[], columns: number, rule: string): Line {
  const line: Line = [
    segment(`${rule.repeat(2)} `, 'rule'),
    ...words.flatMap((word, i): Line => [
      ...(i === 0 ? [] : [segment(` ${rule.repeat(2)} `, 'rule')]),
      segment(word, i === 0 ? 'heading' : 'dim'),
    ]),
    segment(' '),
  ];
  const clipped = clipLine(safeLine(line), columns);
  return [...clipped, segment(rule.repeat(Math.max(0, columns - lineWidth(clipped))), 'rule')];
}
