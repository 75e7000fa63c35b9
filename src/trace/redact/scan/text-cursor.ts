/** A text with lookups whose total cost stays linear however often and wherever they are made. */

import { isOfClass, type CharClass } from './char-class.js';

/**
 * Rules look at the same stretch of text from many places. Runs of a class and the next place of a needle are cached, so that
 * looking again from inside a run, or before a place that was found, costs nothing: without that, `eyJeyJeyJ…` is quadratic.
 */
export class TextCursor {
  text = '';
  /** By class, the runs that were measured last, as pairs of begin and end. */
  readonly #runs = new Map<CharClass, Run[]>();
  readonly #places = new Map<string, Place>();

  begin(text: string): void {
    this.text = text;
    if (this.#runs.size > 0) this.#runs.clear();
    if (this.#places.size > 0) this.#places.clear();
  }

  is(at: number, charClass: CharClass): boolean {
    return isOfClass(this.text.charCodeAt(at), charClass);
  }

  /** The end of the run of a class at `from`; `from` itself without a run. */
  runEnd(charClass: CharClass, from: number): number {
    return this.is(from, charClass) ? this.#run(charClass, from).end : from;
  }

  /** The start of the run of a class that ends before `to`; `to` itself without a run. */
  runStart(charClass: CharClass, to: number): number {
    return to > 0 && this.is(to - 1, charClass) ? this.#run(charClass, to - 1).start : to;
  }

  /** The first index of `needle` from `from` on; the length of the text if absent. */
  next(needle: string, from: number): number {
    const known = this.#places.get(needle);
    if (known && known.from <= from && from <= known.at) return known.at;
    const found = this.text.indexOf(needle, from);
    const at = found < 0 ? this.text.length : found;
    this.#places.set(needle, { from, at });
    return at;
  }

  has(literal: string, at: number): boolean {
    return this.text.startsWith(literal, at);
  }

  #run(charClass: CharClass, inside: number): Run {
    const runs = this.#runs.get(charClass) ?? [];
    for (const run of runs) if (run.start <= inside && inside < run.end) return run;
    let start = inside;
    while (start > 0 && this.is(start - 1, charClass)) start--;
    let end = inside + 1;
    while (this.is(end, charClass)) end++;
    const run = { start, end };
    if (runs.length === 0) this.#runs.set(charClass, runs);
    // A format has at most four runs of one class, so alternating lookups hit the cache.
    if (runs.length >= KEPT_RUNS) runs.shift();
    runs.push(run);
    return run;
  }
}

type Run = { start: number; end: number };
/** The needle is nowhere from `from` up to `at`. */
type Place = { from: number; at: number };

const KEPT_RUNS = 6;
