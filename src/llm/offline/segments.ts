/**
 * The sentences, words or graphemes of a text. Intl.Segmenter takes time quadratic in the length of what it is given, so
 * a long text is given in pieces, cut behind a sentence where there is one.
 */
export function segmentsOf(text: string, segmenter: Intl.Segmenter): Intl.SegmentData[] {
  return (text.match(PIECE) ?? []).flatMap((piece) => Array.from(segmenter.segment(piece)));
}

const PIECE = /[^]{1,2000}$|[^]{1,2000}[.!?](?=\s)|[^]{1,2000}(?=\s)|[^]{1,2000}/gu;
