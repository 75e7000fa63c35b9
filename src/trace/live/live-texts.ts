/** Keeps the text that calls in progress have produced so far, for the screen; it is never an event. */

import type { Redactor } from '../redact/redact.js';

/** Characters kept of all spans together, and shown of one. */
const MAX_KEPT = 1 << 16;
const MAX_SHOWN = 1 << 14;

/** How long a text that grows is shown as it was: redacting it for every frame would take a tenth of a core. */
const REFRESH_MS = 200;

type Kept = { text: string; shown: string | undefined; shownAt: number };

/**
 * A ring buffer with the end of the text of each span in progress; above 64 kB, the text that has not grown for longest is dropped.
 * What it returns is redacted as one text, however it arrived in chunks, and without an unfinished last word, which may be the
 * beginning of a secret.
 */
export class LiveTexts {
  readonly #createRedactor: () => Pick<Redactor, 'text'>;
  readonly #refreshMs: number;
  #redactor: Pick<Redactor, 'text'> | undefined;
  /** In the order in which they last grew. */
  readonly #texts = new Map<number, Kept>();
  #length = 0;
  #version = 0;

  /** The redactor is created for the first text that is shown. It is not the run's, which would count parts of a secret as secrets. */
  constructor(createRedactor: () => Pick<Redactor, 'text'>, refreshMs = REFRESH_MS) {
    this.#createRedactor = createRedactor;
    this.#refreshMs = refreshMs;
  }

  /** Changes with every text. */
  get version(): number {
    return this.#version;
  }

  /** Replaces the text of a span; undefined once it is in an event. */
  set(span: number, textSoFar: string | undefined): void {
    const known = this.#texts.get(span);
    if (!known && textSoFar === undefined) return;
    this.#version++;
    this.#drop(span);
    if (textSoFar === undefined) return;
    const text = textSoFar.slice(-MAX_KEPT);
    this.#texts.set(span, { text, shown: known?.shown, shownAt: known?.shownAt ?? Number.NEGATIVE_INFINITY });
    this.#length += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#length <= MAX_KEPT) break;
      this.#drop(oldest);
    }
  }

  /** The end of a span's text as it may be shown; undefined where nothing has arrived. Computed when asked for. */
  textOf(span: number): string | undefined {
    const kept = this.#texts.get(span);
    if (!kept) return undefined;
    const now = performance.now();
    if (kept.shown !== undefined && now - kept.shownAt < this.#refreshMs) return kept.shown;
    this.#redactor ??= this.#createRedactor();
    kept.shown = holdBack(this.#redactor.text(kept.text)).slice(-MAX_SHOWN);
    kept.shownAt = now;
    return kept.shown;
  }

  /** All texts by span. */
  toJSON(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#texts.keys()].map((span) => [String(span), this.textOf(span) ?? '']));
  }

  #drop(span: number): void {
    this.#length -= this.#texts.get(span)?.text.length ?? 0;
    this.#texts.delete(span);
  }
}

/** Removes the last word: the characters of which keys and tokens consist. */
function holdBack(text: string): string {
  let end = text.length;
  while (end > 0 && SECRET_CHARACTER.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

const SECRET_CHARACTER = /[\w+/=.~@%-]/;
