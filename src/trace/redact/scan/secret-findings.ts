/** The secrets found in one text: where they are, and the text with them masked. */

import { TextCursor } from './text-cursor.js';

/** A stretch of a text that is secret, and the kind of secret that its mask names. */
export type Span = { start: number; end: number; kind: string };

/** How a mask begins; see `maskOf`. */
export const MASK_START = '[secret:';

/** What is known of a text while it is looked through. */
export class Findings {
  readonly cursor = new TextCursor();
  /** Whether there was a place to look at: a text without one cannot hold a secret. */
  wasLookedAt = false;
  /** Up to where names were looked for. */
  namesUntil = 0;
  /** Stretches that are percent-encoded. */
  readonly encoded: { start: number; end: number }[] = [];
  readonly #spans: Span[] = [];
  /** By rule, up to where it has looked already: what it would find from inside there is found. */
  readonly #handled = new Map<object, number>();

  /** Resets for a text. One object is reused for all texts: allocating one costs more than scanning a short text. */
  begin(text: string): this {
    this.cursor.begin(text);
    this.wasLookedAt = false;
    this.namesUntil = 0;
    // Setting the length of an array costs a call into the engine, also where it is the same.
    if (this.encoded.length > 0) this.encoded.length = 0;
    if (this.#spans.length > 0) this.#spans.length = 0;
    if (this.#handled.size > 0) this.#handled.clear();
    return this;
  }

  get isEmpty(): boolean {
    return this.#spans.length === 0;
  }

  /** Ignores empty and already masked ranges. */
  add(start: number, end: number, kind: string): void {
    if (end > start && !this.cursor.has(MASK_START, start)) this.#spans.push({ start, end, kind });
  }

  isHandled(rule: object, at: number): boolean {
    return at < (this.#handled.get(rule) ?? 0);
  }

  handle(rule: object, until: number): void {
    this.#handled.set(rule, Math.max(until, this.#handled.get(rule) ?? 0));
  }

  /**
   * The stretches to mask, in order. Of overlapping ones the longest counts, of equal ones the first that was found; where two
   * overlap partially, the remainder is masked as well.
   */
  merge(): readonly Span[] {
    const byLength = this.#spans.toSorted((a, b) => b.end - b.start - (a.end - a.start));
    const inOrder = byLength.toSorted((a, b) => a.start - b.start);
    const merged: Span[] = [];
    let longest = 0;
    for (const span of inOrder) {
      const last = merged.at(-1);
      if (!last || span.start >= last.end) {
        merged.push({ ...span });
        longest = span.end - span.start;
        continue;
      }
      const length = span.end - span.start;
      if (length > longest || (length === longest && rankKind(span.kind) > rankKind(last.kind))) {
        last.kind = span.kind;
        longest = length;
      }
      last.end = Math.max(last.end, span.end);
    }
    return merged;
  }
}

/** Precedence of a kind: lowest for a secret identified by an adjacent name, highest for a format. */
function rankKind(kind: string): number {
  if (kind === 'named-value' || kind === 'secret-parameter') return 0;
  return kind === 'bearer' ? 1 : 2;
}
