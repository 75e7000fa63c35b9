/** The split-text node. */

import { createSegmenter } from '../../lib/text/segmenter.js';
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';

/** Splits text into chunks. */
export const splitText = defineNode({
  type: 'split-text',
  description:
    'Splits text into chunks by characters, lines, sentences or a separator, to process them in a batch.',
  params: z.object({
    text: z.string().describe('Text to split'),
    by: z
      .enum(['characters', 'lines', 'sentences', 'separator'])
      .default('characters')
      .describe('Unit of size and overlap'),
    size: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Maximum chunk size (default 2000 characters, 100 lines, 10 sentences or 1 part)'),
    overlap: z.number().int().nonnegative().default(0).describe('Overlap between consecutive chunks'),
    separator: z.string().min(1).default('\n\n').describe('Separator between parts, with by: separator'),
  }),
  outputs: z.object({
    chunks: z.array(z.string()).describe('Chunks in order'),
    count: z.number().describe('Number of chunks'),
    error: errorOutput,
  }),
  actions: ['error'],
  exec: ({ params: { text, by, size = SIZES[by], overlap, separator } }) => {
    if (overlap >= size)
      throw new PflowError(
        'node_failed',
        `An overlap of ${overlap} leaves nothing new in a chunk of ${size}.`,
      );
    const joint = by === 'separator' ? separator : '';
    const chunks = windows(partsOf(text, by, separator), size, overlap).map((parts) => parts.join(joint));
    return { chunks, count: chunks.length };
  },
});

type Unit = 'characters' | 'lines' | 'sentences' | 'separator';

const SIZES: Readonly<Record<Unit, number>> = { characters: 2000, lines: 100, sentences: 10, separator: 1 };

/** The smallest units, which concatenate to the text without separators. */
function partsOf(text: string, by: Unit, separator: string): string[] {
  switch (by) {
    case 'characters':
      // Split by code point, never inside a surrogate pair.
      return [...text];
    case 'lines':
      return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    case 'sentences':
      return Array.from(sentences.segment(text), ({ segment }) => segment);
    case 'separator':
      return text.split(separator).filter((part) => part.trim() !== '');
  }
}

const sentences = createSegmenter('sentence');

function windows(parts: readonly string[], size: number, overlap: number): string[][] {
  const chunks: string[][] = [];
  for (let from = 0; from < parts.length; from += size - overlap) {
    chunks.push(parts.slice(from, from + size));
    // The remainder would only repeat the end of this chunk.
    if (from + size >= parts.length) break;
  }
  return chunks;
}
