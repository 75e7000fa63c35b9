/** Compares two texts word by word. */
import { align } from './align.js';

/** A piece of two texts: in both, or in the second only (`added`), or in the first only (`removed`). */
export type TextPart = Readonly<{ kind: 'same' | 'added' | 'removed'; text: string }>;

/**
 * What changed between two texts, word by word; what was removed comes before what replaced it. Joined, `same` and `removed`
 * are the first text, `same` and `added` the second.
 */
export function diffWords(before: string, after: string): TextPart[] {
  const [a, b] = [splitWords(before), splitWords(after)];
  return align(a, b).flatMap((stretch): TextPart[] => {
    const removed = a.slice(...stretch.before).join('');
    if (stretch.isSame) return [{ kind: 'same', text: removed }];
    const added = b.slice(...stretch.after).join('');
    return [
      ...(removed === '' ? [] : [{ kind: 'removed', text: removed } as const]),
      ...(added === '' ? [] : [{ kind: 'added', text: added } as const]),
    ];
  });
}

/** Words, runs of spaces, and every other character by itself; joined, they are the text. Unicode, unlike the library's own words. */
function splitWords(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gsu) ?? [];
}
