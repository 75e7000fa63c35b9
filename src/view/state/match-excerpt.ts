/** Finds the recorded text of a span that a search matches, with its surroundings. */

import { formatCaptured, type Captured } from '../../trace/event/captured.js';
import type { RunState, Span } from '../../profile/run/run-state.js';

/** Where the text is, and the text around the match in one line. */
export type MatchExcerpt = Readonly<{ place: string; text: string }>;

/** Characters before and after a match. */
const BEFORE = 40;
const AFTER = 200;

/** The first match in what a span recorded or in a call inside it; undefined if only names match. `wanted` is in lower case. */
export function findExcerpt(run: RunState, span: Span, wanted: string): MatchExcerpt | undefined {
  if (wanted === '') return undefined;
  return excerptOf(run, span, wanted) ?? excerptInside(run, span, wanted);
}

/** Phases and attempts of a node hold its call. */
function excerptInside(run: RunState, span: Span, wanted: string): MatchExcerpt | undefined {
  for (const id of span.children) {
    const child = run.spans.get(id);
    if (!child || child.kind === 'node' || child.kind === 'item') continue;
    const found = findExcerpt(run, child, wanted);
    if (found) return found;
  }
  return undefined;
}

function excerptOf(run: RunState, span: Span, wanted: string): MatchExcerpt | undefined {
  const { call, error, logs, resolved } = span;
  const texts: [string, Captured | undefined][] = [
    ['error', error?.message],
    ['system prompt', call?.request?.system],
    ['prompt', call?.request?.prompt],
    ['answer', call?.response?.object ?? call?.response?.text],
    ...Object.entries(resolved?.params ?? {}).map(([name, { value }]): [string, Captured] => [
      `parameter ${name}`,
      value,
    ]),
    ...logs.map(({ text }): [string, Captured] => ['log', text]),
    ...run.changes
      .filter((change) => change.span === span.id)
      .flatMap(({ set }) =>
        Object.entries(set).map(([pointer, value]): [string, Captured] => [pointer, value]),
      ),
  ];
  for (const [place, value] of texts) {
    if (value === undefined) continue;
    const text = formatCaptured(value);
    const at = text.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    const from = Math.max(0, at - BEFORE);
    const part = text.slice(from, at + wanted.length + AFTER).replaceAll(/\s+/g, ' ');
    return { place, text: `${from > 0 ? '…' : ''}${part}` };
  }
  return undefined;
}
