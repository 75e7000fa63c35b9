/** Masks lists of texts: chunks of one text, arguments of a command, the lines of a key, a name with its value. */

import type { AnchorIndex } from './scan/anchor-index.js';
import { findSecrets } from './scan/encoded-text.js';
import type { Findings, Span } from './scan/secret-findings.js';

/**
 * What is secret in each text of a list, by its index; undefined where nothing is. A secret may be split across texts, as in the
 * chunks of a stream, or be identified by the previous text, as in `['--password', 'x']`.
 */
export function findInList(
  index: AnchorIndex,
  texts: readonly string[],
): ReadonlyMap<number, Findings> | undefined {
  const across = findSecrets(index, texts.join(''));
  // Whatever is looked for inside of a text is in the joined one as well: nearly all lists end here.
  if (!across.wasLookedAt) return undefined;
  const found = new Map<number, Findings>();
  const findingsOf = (i: number): Findings => {
    const known = found.get(i);
    if (known) return known;
    const text = texts[i]!;
    const own = findSecrets(index, text);
    found.set(i, own);
    return own;
  };
  for (const i of texts.keys()) findingsOf(i);
  addSpans(across.merge(), texts, 0, (i, span, isSplit) => {
    if (isSplit || span.kind === 'private-key') findingsOf(i).add(span.start, span.end, span.kind);
  });
  addSpans(findSecrets(index, texts.join(' ')).merge(), texts, 1, (i, span, isSplit) => {
    if (!isSplit) findingsOf(i).add(span.start, span.end, span.kind);
  });
  return found;
}

/** Hands out what each span of the joined text covers of each text; `gap` is the distance between two texts. */
function addSpans(
  spans: readonly Span[],
  texts: readonly string[],
  gap: number,
  add: (index: number, span: Span, isSplit: boolean) => void,
): void {
  let i = 0;
  let from = 0;
  for (const { start, end, kind } of spans) {
    while (i < texts.length && from + texts[i]!.length + gap <= start) from += texts[i++]!.length + gap;
    const first = i;
    const isSplit = end > from + texts[first]!.length;
    for (let at = from, each = first; each < texts.length && at < end; at += texts[each++]!.length + gap) {
      const { length } = texts[each]!;
      add(each, { start: Math.max(0, start - at), end: Math.min(length, end - at), kind }, isSplit);
    }
  }
}
