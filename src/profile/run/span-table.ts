import type { Span, Spans } from './run-state.js';

/** In spans. */
const PIECE = 512;

/**
 * The spans of a run by id, in the order in which they began, read like a Map. A copy shares what neither it nor the
 * original changes afterwards: a moment of a run of a million spans has most of them in common with the moment before.
 */
export class SpanTable implements Spans {
  #pieces: Piece[] = [];
  #size = 0;
  /** Where a span is whose id does not say it: nearly all have the ids 1, 2, 3 … in that order. */
  readonly #odd: Map<number, number>;
  /** Whose pieces may be changed. */
  #owner = {};

  constructor(odd: ReadonlyMap<number, number> = new Map()) {
    this.#odd = new Map(odd);
  }

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return this.#placeOf(id) !== undefined;
  }

  get(id: number): Span | undefined {
    const place = this.#placeOf(id);
    return place === undefined ? undefined : this.#spanAt(place);
  }

  /** Puts a span in the place of the one with its id, or after all others. */
  put(span: Span): void {
    let place = this.#placeOf(span.id);
    if (place === undefined) {
      place = this.#size++;
      if (span.id !== place + 1) this.#odd.set(span.id, place);
    }
    this.#ownPiece(Math.floor(place / PIECE)).spans[place % PIECE] = span;
  }

  /** Another table that goes on by itself. */
  copy(): SpanTable {
    const copy = new SpanTable(this.#odd);
    copy.#pieces = [...this.#pieces];
    copy.#size = this.#size;
    // From now on the pieces are nobody's.
    this.#owner = {};
    return copy;
  }

  values(): IterableIterator<Span> {
    return new Walk(this.#pieces, (span) => span);
  }

  keys(): IterableIterator<number> {
    return new Walk(this.#pieces, ({ id }) => id);
  }

  [Symbol.iterator](): IterableIterator<[number, Span]> {
    return new Walk(this.#pieces, (span) => [span.id, span]);
  }

  #placeOf(id: number): number | undefined {
    return this.#spanAt(id - 1)?.id === id ? id - 1 : this.#odd.get(id);
  }

  #spanAt(place: number): Span | undefined {
    return this.#pieces[Math.floor(place / PIECE)]?.spans[place % PIECE];
  }

  #ownPiece(number: number): Piece {
    let piece = this.#pieces[number];
    if (piece?.owner === this.#owner) return piece;
    piece = { owner: this.#owner, spans: piece ? [...piece.spans] : [] };
    this.#pieces[number] = piece;
    return piece;
  }
}

type Piece = Readonly<{ owner: object; spans: Span[] }>;

/** Something of each span in turn. A generator would take several times as long, and every frame walks through all spans. */
class Walk<Told> implements IterableIterator<Told> {
  readonly #pieces: readonly Piece[];
  readonly #tell: (span: Span) => Told;
  #piece = 0;
  #place = 0;

  constructor(pieces: readonly Piece[], tell: (span: Span) => Told) {
    this.#pieces = pieces;
    this.#tell = tell;
  }

  next(): IteratorResult<Told> {
    const spans = this.#pieces[this.#piece]?.spans;
    if (spans === undefined) return { done: true, value: undefined };
    const value = this.#tell(spans[this.#place]!);
    if (++this.#place === PIECE || this.#place === spans.length) {
      this.#place = 0;
      this.#piece++;
    }
    return { done: false, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
