/** The Error pane. */

import { formatElapsed } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import type { CollapseState } from '../base/collapse.js';
import { segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { formatSpanLabel } from '../../profile/layout/span-outline.js';
import { stackItems } from './stack-items.js';
import { factItems, headingItems, textItem, textItems, type PaneItem } from '../content/pane-item.js';

/** Renders the error of a span, where it originated and what to do about it. */
export function errorItems(
  run: RunState,
  span: Span,
  pane: Readonly<{ width: number; glyphs: Glyphs; folds: CollapseState }>,
): readonly PaneItem[] {
  const { width, glyphs } = pane;
  const { error } = span;
  if (!error) return [textItem('none', [segment(' No error.', 'dim')])];
  return [
    ...textItems('message', `${error.name}: ${error.message}`, width, { style: 'failed' }),
    ...factItems('where', whereText(run, originOf(run, span), glyphs), width),
    ...(error.code === undefined ? [] : factItems('code', error.code, width)),
    ...(error.hint === undefined ? [] : factItems('hint', error.hint, width)),
    ...(error.stack === undefined
      ? []
      : [
          ...headingItems('stack', 'stack', false),
          ...stackItems(error.stack, `${error.name}: ${error.message}`, pane),
        ]),
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
