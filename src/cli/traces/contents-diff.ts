/** Formats the contents that differ between two runs as text. */
import { diffLines, type ContentChange } from '../../insights/compare/compare-contents.js';
import { plural } from '../../lib/text/format.js';

/** Lines of one content; the JSON output has all of them. */
const MOST_LINES = 12;

/** A paragraph for each content: its node, what it is, how its length changed, and the lines that differ. */
export function contentsDiff(changes: readonly ContentChange[]): string {
  return changes.map(paragraph).join('\n\n');
}

function paragraph(change: ContentChange): string {
  const lines = diffLines(change).map(({ mark, text }) => `  ${mark} ${text}`);
  const more = lines.length - MOST_LINES;
  return [
    `${change.node}: ${change.what} ${describeLength(change)}`,
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`  … ${plural(more, 'more line')}`] : []),
  ].join('\n');
}

function describeLength({ before, after }: ContentChange): string {
  if (before.length === 0) return '(only in the second run)';
  if (after.length === 0) return '(only in the first run)';
  const [one, other] = [before, after].map((lines) => lines.join('\n').length);
  const change = other! - one!;
  return `(${change === 0 ? 'same length' : `${change > 0 ? '+' : '−'}${plural(Math.abs(change), 'character')}`})`;
}
