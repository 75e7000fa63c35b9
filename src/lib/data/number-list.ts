/** In numbers. */
const PIECE = 1 << 11;

/**
 * A long list of numbers that only grows. It is kept in pieces: an array of them is copied each time that it grows, and for
 * one of millions what it leaves behind is more than what it holds.
 */
export class NumberList {
  readonly #pieces: Float64Array[] = [];
  #last = new Float64Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a number and tells how many there are then. */
  push(value: number): number {
    const place = this.#length % PIECE;
    if (place === 0) this.#pieces.push((this.#last = new Float64Array(PIECE)));
    this.#last[place] = value;
    return ++this.#length;
  }

  /** The number at a place, counted from 0; undefined where there is none. */
  at(index: number): number | undefined {
    return index < this.#length ? this.#pieces[Math.floor(index / PIECE)]?.[index % PIECE] : undefined;
  }
}
