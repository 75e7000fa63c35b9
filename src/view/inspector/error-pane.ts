/** The Error pane. */

import { formatElapsed } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { describeFailure } from '../../profile/analysis/describe-failure.js';
import { explainFailure, type FailureExplanation } from '../../profile/analysis/explain-failure.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import type { CollapseState } from '../base/collapse.js';
import { segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { stackItems } from './stack-items.js';
import { factItems, headingItems, textItem, textItems, type PaneItem } from '../content/pane-item.js';

/** Layout of the pane, and the run that the failed one is compared with. */
export type ErrorPane = Readonly<{
  width: number;
  glyphs: Glyphs;
  folds: CollapseState;
  earlier?: RunState | undefined;
  /** Whether what the node printed is shown elsewhere. */
  hasLog?: boolean;
}>;

/** Renders the error of a span, where it originated and what to do about it. */
export function errorItems(run: RunState, span: Span, pane: ErrorPane): readonly PaneItem[] {
  const { width, glyphs, earlier } = pane;
  const { error: own } = span;
  const origin = originOf(run, span);
  // A stage has the error of the node that failed, wrapped: the stack of the wrapper does not lead there.
  const error = origin.error?.message === own?.message ? { ...own, ...origin.error } : own;
  const explanation = explainFailure(run, span, earlier);
  const why = explanation ? whyItems(explanation, pane) : [];
  if (!error)
    return explanation
      ? [...textItems('message', explanation.message, width, { style: 'warning' }), ...why]
      : [textItem('none', [segment(' No error.', 'dim')])];
  return [
    ...textItems('message', `${error.name}: ${error.message}`, width, { style: 'failed' }),
    ...factItems('where', whereText(run, origin, glyphs), width),
    ...(error.code === undefined ? [] : factItems('code', error.code, width)),
    ...(error.hint === undefined ? [] : factItems('hint', error.hint, width)),
    ...why,
    ...(error.stack === undefined
      ? []
      : [
          ...headingItems('stack', 'stack', false),
          ...stackItems(error.stack, `${error.name}: ${error.message}`, pane),
        ]),
  ];
}

/** The parameters of the failed node, where they came from, and what an earlier run that succeeded had otherwise. */
function whyItems(
  explanation: FailureExplanation,
  { width, earlier, hasLog }: ErrorPane,
): readonly PaneItem[] {
  const facts = describeFailure(explanation).filter(({ label }) => !hasLog || label !== 'stderr');
  if (facts.length === 0) return [];
  const since = earlier?.started && `, compared with run ${earlier.started.run.slice(0, 8)}`;
  return [
    ...headingItems('why', `why: ${explanation.path}${since ?? ''}`, false),
    ...facts.flatMap(({ label, text, pointer }, i) =>
      factItems(label, text, width, label.endsWith('stderr') ? 'warning' : undefined).map((item, j) => ({
        ...item,
        key: `why/${i}/${j}`,
        ...(pointer === undefined ? {} : { pointer }),
      })),
    ),
  ];
}

/** The innermost span of a chain of failed spans: the origin of the error. */
function originOf(run: RunState, span: Span): Span {
  const failed = span.children
    .flatMap((id) => run.spans.get(id) ?? [])
    .findLast(({ status }) => status === 'failed');
  return failed ? originOf(run, failed) : span;
}

/** The path to a span from the root, and when it failed. */
function whereText(run: RunState, span: Span, glyphs: Glyphs): string {
  const path = Array.from(iterateAncestors(run, span.id), formatSpanLabel)
    .toReversed()
    .join(` ${glyphs.path} `);
  return span.finishedAt === undefined ? path : `${path}, at ${formatElapsed(span.finishedAt)}`;
}
