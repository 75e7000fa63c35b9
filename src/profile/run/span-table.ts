/** Stores the spans of a run in copy-on-write chunks. */
import type { Span, Spans } from './run-state.js';

/** Spans per chunk. */
const PIECE = 512;

/**
 * The spans of a run by id, in order of start, with the read methods of a Map. Hand-written because the timeline copies
 * it for every moment that it shows: copies share chunks until one side writes to them, while a Map of a million spans
 * would be copied entirely.
 */
export class SpanTable implements Spans {
  #pieces: Piece[] = [];
  #size = 0;
  #version = 0;
  /** Index of spans whose id does not equal index + 1, which nearly all do. */
  readonly #odd: Map<number, number>;
  /** Identifies the chunks that this table may write to. */
  #owner = {};

  constructor(odd: ReadonlyMap<number, number> = new Map()) {
    this.#odd = new Map(odd);
  }

  get version(): number {
    return this.#version;
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

  /** Replaces the span with this id, or appends it. */
  put(span: Span): void {
    let place = this.#placeOf(span.id);
    if (place === undefined) {
      place = this.#size++;
      if (span.id !== place + 1) this.#odd.set(span.id, place);
    }
    const piece = this.#ownPiece(Math.floor(place / PIECE));
    piece.spans[place % PIECE] = span;
    piece.changedAt = ++this.#version;
  }

  visitChanged(since: number, visit: (span: Span, place: number) => void): void {
    for (const [number, { changedAt, spans }] of this.#pieces.entries()) {
      if (changedAt <= since) continue;
      for (const [i, span] of spans.entries()) visit(span, number * PIECE + i);
    }
  }

  /** A copy that continues independently. */
  copy(): SpanTable {
    const copy = new SpanTable(this.#odd);
    copy.#pieces = [...this.#pieces];
    copy.#size = this.#size;
    copy.#version = this.#version;
    // The chunks are now shared: both tables copy them before they write.
    this.#owner = {};
    return copy;
  }

  values(): IterableIterator<Span> {
    return new SpanIterator(this.#pieces, (span) => span);
  }

  keys(): IterableIterator<number> {
    return new SpanIterator(this.#pieces, ({ id }) => id);
  }

  [Symbol.iterator](): IterableIterator<[number, Span]> {
    return new SpanIterator(this.#pieces, (span) => [span.id, span]);
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
    piece = { owner: this.#owner, spans: piece ? [...piece.spans] : [], changedAt: this.#version };
    this.#pieces[number] = piece;
    return piece;
  }
}

/** A chunk, with the version of the table at its last change. */
type Piece = { readonly owner: object; readonly spans: Span[]; changedAt: number };

/** Iterates over the spans, mapping each. Not a generator, which is several times slower: every frame iterates over all spans. */
class SpanIterator<Value> implements IterableIterator<Value> {
  readonly #pieces: readonly Piece[];
  readonly #map: (span: Span) => Value;
  #piece = 0;
  #place = 0;

  constructor(pieces: readonly Piece[], map: (span: Span) => Value) {
    this.#pieces = pieces;
    this.#map = map;
  }

  next(): IteratorResult<Value> {
    const spans = this.#pieces[this.#piece]?.spans;
    if (spans === undefined) return { done: true, value: undefined };
    const value = this.#map(spans[this.#place]!);
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
