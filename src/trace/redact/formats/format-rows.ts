/** Lists all formats of secrets, each with the characters that it is found by. The build replaces this module by one that holds the list. */

import { AI_FORMATS } from './ai-formats.js';
import { CLOUD_FORMATS } from './cloud-formats.js';
import { CODE_FORMATS } from './code-formats.js';
import { HASH_FORMATS } from './hash-formats.js';
import { SERVICE_FORMATS } from './service-formats.js';
import { expandAlternatives, findAnchor, type FormatRow } from './token-format.js';

export const FORMAT_ROWS: readonly FormatRow[] = [
  ...AI_FORMATS,
  ...CLOUD_FORMATS,
  ...CODE_FORMATS,
  ...SERVICE_FORMATS,
  ...HASH_FORMATS,
];

/** A pattern without alternatives and its anchor, of which `at` is null where a token's beginning is at no fixed distance. */
export type AnchoredPattern = readonly [
  kind: string,
  pattern: string,
  at: number | null,
  part: number,
  anchors: readonly string[],
];

/** Every format. To choose the anchors of 500 patterns takes as long as the rest of what creates the first redactor of a process. */
export function listAnchoredPatterns(): readonly AnchoredPattern[] {
  return FORMAT_ROWS.flatMap(([kind, ...patterns]) =>
    patterns.flatMap(expandAlternatives).map((pattern): AnchoredPattern => {
      const { anchors, at, part } = findAnchor(pattern);
      return [kind, pattern, at ?? null, part, anchors];
    }),
  );
}
