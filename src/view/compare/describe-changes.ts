/** Describes in a few words what differs between two runs. */

import type { ContentChange } from '../../insights/compare/compare-contents.js';
import type { NodeDiff, NodeOutcome } from '../../insights/compare/compare-runs.js';
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { RunState } from '../../profile/run/run-state.js';
import { indexRun, nodeKey } from '../../insights/compare/run-index.js';
import type { Comparison } from './compare-rows.js';

/** A value of at most this many characters is shown itself, in place of its length. */
const SHORT = 24;

/** `+7 %`, `−28 %`; empty if the change is too small to show, or if there is nothing to compare with. */
export function formatChange(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined || before === 0) return '';
  const percent = Math.round((after / before - 1) * 100);
  if (percent === 0) return '';
  const sign = percent > 0 ? '+' : '−';
  // A share of hundreds of percent is easier to read as a factor.
  return percent >= 1000 ? `×${Math.round(after / before)}` : `${sign}${Math.abs(percent)} %`;
}

/** `+212 characters`, `changed` at the same length, `only in #2`. */
export function describeLength({ before, after }: ContentChange): string {
  if (before.length === 0) return 'only in #2';
  if (after.length === 0) return 'only in #1';
  const [one, other] = [before, after].map((lines) => lines.join('\n').length);
  return other === one ? 'changed' : signed(other! - one!, 'character');
}

/** A content that differs: short values themselves, others by their length. */
export function describeChange(change: ContentChange): string {
  const [before, after] = [change.before, change.after].map((lines) => lines.join('\n'));
  const isShort = (text: string | undefined) =>
    text !== undefined && text !== '' && text.length <= SHORT && !text.includes('\n');
  if (isShort(before) && isShort(after))
    return safeText(`${nameOf(change.what)} ${before} → ${after}`, { keepNewlines: false });
  return `${safeText(nameOf(change.what))} ${describeLength(change)}`;
}

/** What differs in a node, the causes first: status, items, parameters, prompts, answers, and how many keys of the store. */
export function describeNode(
  { before, after }: Comparison,
  node: NodeDiff,
  changes: readonly ContentChange[],
): readonly string[] {
  if (!node.before) return ['only in #2'];
  if (!node.after) return ['only in #1'];
  const [items, now] = [countItems(before, node), countItems(after, node)];
  const outputs = changes.filter(({ what }) => what.startsWith('output ')).length;
  const status = [statusText(node.before), statusText(node.after)];
  return [
    ...(status[0] === status[1] ? [] : [status.join(' → ')]),
    ...(items === now ? [] : [moreOrFewer(now - items, 'item')]),
    ...(node.before.visits === node.after.visits
      ? []
      : [moreOrFewer(node.after.visits - node.before.visits, 'visit')]),
    ...changes.filter(({ what }) => !what.startsWith('output ')).map(describeChange),
    ...(outputs === 0 ? [] : [`${plural(outputs, 'output')} changed`]),
  ];
}

/** ` ×6 → ×7`: the items of a batch, else the visits; empty for a node that ran once in both runs. */
export function countText({ before, after }: Comparison, node: NodeDiff): string {
  const countIn = (state: RunState, outcome: NodeOutcome | undefined) =>
    countItems(state, node) || outcome?.visits;
  const [one, other] = [countIn(before, node.before), countIn(after, node.after)];
  if ((one ?? 1) <= 1 && (other ?? 1) <= 1) return '';
  if (one === undefined || other === undefined || one === other) return ` ×${other ?? one}`;
  return ` ×${one} → ×${other}`;
}

/** The items of a node's batches, over all visits. */
function countItems(state: RunState, node: NodeDiff): number {
  const { spans = [] } = indexRun(state).rows.get(nodeKey(node)) ?? {};
  return spans
    .flatMap((id) => state.spans.get(id)?.children ?? [])
    .filter((id) => state.spans.get(id)?.kind === 'item').length;
}

function statusText({ status, action }: NodeOutcome): string {
  return action === undefined ? status : `${status} (${safeText(action)})`;
}

function nameOf(what: string): string {
  return what.replace(/^parameter /, '').replace(/, (?!visit ).*$/, '');
}

function signed(change: number, unit: string): string {
  return `${change > 0 ? '+' : '−'}${plural(Math.abs(change), unit)}`;
}

function moreOrFewer(change: number, unit: string): string {
  return `${plural(Math.abs(change), unit)} ${change > 0 ? 'more' : 'fewer'}`;
}
