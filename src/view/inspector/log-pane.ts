/** The Log pane. */

import { formatElapsed } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { segment } from '../base/frame.js';
import { textItem, textItems, type PaneItem } from '../content/pane-item.js';

/** What a span and everything inside it printed, in order of time. */
export function logItems(run: RunState, span: Span, width: number): readonly PaneItem[] {
  const lines: { at: number; stream: string; text: string }[] = [];
  const visit = (each: Span) => {
    for (const line of each.logs) lines.push(line);
    for (const id of each.children) {
      const child = run.spans.get(id);
      if (child) visit(child);
    }
  };
  visit(span);
  if (lines.length === 0) return [textItem('none', [segment(' Nothing was printed.', 'dim')])];
  return lines
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, stream, text }, i) =>
      textItems(`log${i}`, text.replace(/\n$/, ''), width - 19, { indent: 0 }).map((item, j) =>
        textItem(item.key, [
          segment(
            j === 0 ? ` ${formatElapsed(at)} ${stream.padEnd(8)}` : ' '.repeat(18),
            stream === 'stdout' ? 'dim' : 'warning',
          ),
          ...item.draw(),
        ]),
      ),
    );
}
