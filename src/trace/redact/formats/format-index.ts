/** Makes every format of secrets ready to be looked for. */

import { type AnchorIndex, type Detector } from '../scan/anchor-index.js';
import { listAnchoredPatterns } from './format-rows.js';
import { TokenFormat } from './token-format.js';

/** Adds every format to an index. */
export function addFormats(index: AnchorIndex): void {
  for (const [kind, pattern, at, part, anchors] of listAnchoredPatterns()) {
    const format = new TokenFormat(kind, pattern, { anchors, at: at ?? undefined, part });
    const detect: Detector = (found, end) => {
      const span = format.match(found.cursor, end);
      if (span) found.add(...span, kind);
    };
    for (const anchor of anchors) index.add(anchor, detect);
  }
}
