/** All formats of secrets, ready to be looked for. */

import { type AnchorIndex, type Detector } from '../scan/anchor-index.js';
import { AI_FORMATS } from './ai-formats.js';
import { CLOUD_FORMATS } from './cloud-formats.js';
import { CODE_FORMATS } from './code-formats.js';
import { HASH_FORMATS } from './hash-formats.js';
import { SERVICE_FORMATS } from './service-formats.js';
import { expandAlternatives, TokenFormat, type FormatRow } from './token-format.js';

export const FORMAT_ROWS: readonly FormatRow[] = [
  ...AI_FORMATS,
  ...CLOUD_FORMATS,
  ...CODE_FORMATS,
  ...SERVICE_FORMATS,
  ...HASH_FORMATS,
];

/** Adds every format to an index. */
export function addFormats(index: AnchorIndex): void {
  for (const [kind, ...patterns] of FORMAT_ROWS) {
    for (const pattern of patterns.flatMap(expandAlternatives))
      addFormat(index, new TokenFormat(kind, pattern));
  }
}

function addFormat(index: AnchorIndex, format: TokenFormat): void {
  const detect: Detector = (found, end) => {
    const span = format.match(found.cursor, end);
    if (span) found.add(...span, format.kind);
  };
  for (const anchor of format.anchors) index.add(anchor, detect);
}
