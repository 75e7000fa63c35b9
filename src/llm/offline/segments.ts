/** Segments text into sentences, words or graphemes in linear time. */

/** Segments a text. Intl.Segmenter is quadratic in its input, so a long text is segmented in chunks that end at a sentence where possible. */
export function segmentsOf(text: string, segmenter: Pick<Intl.Segmenter, 'segment'>): Intl.SegmentData[] {
  return (text.match(PIECE) ?? []).flatMap((piece) => Array.from(segmenter.segment(piece)));
}

const PIECE = /[^]{1,2000}$|[^]{1,2000}[.!?](?=\s)|[^]{1,2000}(?=\s)|[^]{1,2000}/gu;
