/** The Overview pane. */

import { formatCount, formatElapsed, plural } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { formatCost, formatShare, formatTokens } from '../../lib/text/format-cost.js';
import { formatSpanDuration } from '../base/span-time.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import { computeDuration, findNodePath } from '../../profile/run/span-tree.js';
import { callFacts } from './call-facts.js';
import { valueItems, type CallPane } from './llm-panes.js';
import { findResult } from '../../profile/store/run-result.js';
import { DEFAULT_COLLAPSE } from '../base/collapse.js';
import { formatSlack, isCritical } from '../spans/critical-rows.js';
import { factItems, headingItems, type PaneItem } from '../content/pane-item.js';
import { statusStyle } from '../spans/span-style.js';
import { phasesText, attemptsText, findPurpose, modelText, choiceText } from '../spans/span-facts.js';
import { collectCalls } from '../spans/llm-calls.js';
import { computeElapsed } from '../../profile/run/waiting.js';

/** The facts of a span: status, time and phases, calls, tokens and cost. */
export function overviewItems(
  run: RunState,
  span: Span,
  pane: Omit<CallPane, 'folds' | 'raw'> & { now: number },
): readonly PaneItem[] {
  const { width, now, glyphs } = pane;
  const calls = collectCalls(run, span);
  const fact = (label: string, value: string | undefined, style?: Parameters<typeof factItems>[3]) =>
    value === undefined ? [] : factItems(label, value, width, style);
  return [
    ...fact(
      'status',
      `${glyphs.status[span.status]} ${span.status}${span.action === undefined ? '' : `, action ${span.action}`}`,
      statusStyle(span.status),
    ),
    ...fact('purpose', findPurpose(run, span)),
    ...fact('kind', span.nodeType === undefined ? span.kind : `${span.kind} of type ${span.nodeType}`),
    ...fact(
      'time',
      `${formatSpanDuration(span, now)} (${formatShare(computeDuration(span, now), computeElapsed(run, now), glyphs.none)} % of the run), from ${formatElapsed(span.startedAt)}`,
    ),
    ...fact('critical path', isCritical(run, [span.id]) ? 'on it' : formatSlack(run, span)),
    ...fact('phases', phasesText(run, span)),
    ...fact('attempts', attemptsText(run, span)),
    ...fact('visit', span.visit > 1 ? formatCount(span.visit) : undefined),
    ...(calls.length === 0
      ? []
      : [
          ...fact('calls', plural(calls.length, 'call')),
          ...fact('tokens', formatTokens(span.totals, { none: glyphs.none })),
          ...fact('cost', formatCost(span.totals, { none: glyphs.none })),
          ...fact('unpriced', span.totals.unpriced.length > 0 ? span.totals.unpriced.join(', ') : undefined),
        ]),
    ...fact('error', span.error?.message, 'failed'),
    ...fact('sent back', span.outcome?.retryReason, 'warning'),
    ...warningsOf(run, span).flatMap((text) => fact('warning', text, 'warning')),
    ...(span.parent === undefined && span.name === 'workflow' ? resultItems(run, pane) : []),
    ...(calls.length === 1
      ? [...headingItems('call', 'call', false), ...callFacts(calls[0]!, width, now)]
      : []),
    ...(span.parent === undefined && run.started?.model
      ? [
          ...headingItems('run', 'run', false),
          ...fact('model', modelText(run)),
          ...fact('chosen', choiceText(run)),
          ...fact('started', run.started.startedAt),
          ...fact('id', run.started.run),
          ...fact('masked', run.finished?.masked ? plural(run.finished.masked, 'secret') : undefined),
        ]
      : []),
  ];
}

/** The warnings about a node; about the whole run at its workflow. They are known when the run has finished. */
function warningsOf(run: RunState, span: Span): readonly string[] {
  if (!run.finished || (span.kind !== 'node' && span.parent !== undefined)) return [];
  const warnings = deriveWarnings(run);
  if (span.parent === undefined)
    return span.id === (run.roots.at(-1) ?? span.id) ? warnings.map(formatWarning) : [];
  const path = findNodePath(run, span.id).join('/');
  return warnings.filter(({ node }) => node === path).map(({ message }) => message);
}

/** The result of the run, under a heading with the output that it is. */
function resultItems(run: RunState, pane: Omit<CallPane, 'folds' | 'raw'>): readonly PaneItem[] {
  const result = findResult(run);
  if (!result) return [];
  const { value, output } = result;
  return [
    ...headingItems('result', output === undefined ? 'result' : `result: ${output}`, false),
    ...valueItems('result', value, { ...pane, folds: DEFAULT_COLLAPSE, raw: false }),
  ];
}
