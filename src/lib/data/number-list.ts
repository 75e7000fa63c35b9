/** An append-only list of numbers in fixed-size chunks, for lists of millions. */

/** Numbers per chunk. */
const CHUNK = 1 << 11;

/**
 * An append-only list of numbers. A growing array is reallocated and copied; for millions of numbers the garbage that this
 * leaves exceeds the list itself, so numbers are kept in fixed-size chunks.
 */
export class NumberList {
  readonly #chunks: Float64Array[] = [];
  #last = new Float64Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a number and returns the new length. */
  push(value: number): number {
    const place = this.#length % CHUNK;
    if (place === 0) this.#chunks.push((this.#last = new Float64Array(CHUNK)));
    this.#last[place] = value;
    return ++this.#length;
  }

  /** The number at a 0-based index; undefined when out of range. */
  at(index: number): number | undefined {
    return index < this.#length ? this.#chunks[Math.floor(index / CHUNK)]?.[index % CHUNK] : undefined;
  }
}
