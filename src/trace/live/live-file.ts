/** The file next to a trace with the text of calls in progress, for those who follow the run from another process. */

import { readFileSync, rmSync, statSync } from 'node:fs';
import { writeAtomically } from '../../lib/private-files.js';
import type { LiveTexts } from './live-texts.js';

/** Path of the file that belongs to a trace. */
export function toLivePath(tracePath: string): string {
  return `${tracePath.replace(/\.jsonl$/, '')}.live`;
}

/** How often the file is written, and read, at most. */
const WRITE_EVERY_MS = 250;
const READ_EVERY_MS = 100;

/**
 * Writes the texts to a file while there are any, readable for its owner only. A disk that fails is no reason to disturb the run:
 * the file is only a view of it, and what was streamed is in the trace in the end.
 */
export class LiveFile {
  readonly #path: string;
  readonly #texts: LiveTexts;
  #timer: NodeJS.Timeout | undefined;
  #written = 0;

  constructor(path: string, texts: LiveTexts) {
    this.#path = path;
    this.#texts = texts;
  }

  /** Writes the changed texts a moment later. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, WRITE_EVERY_MS).unref();
  }

  /** Deletes the file. */
  close(): void {
    clearTimeout(this.#timer);
    this.#remove();
  }

  #write(): void {
    if (this.#written === this.#texts.version) return;
    this.#written = this.#texts.version;
    const json = JSON.stringify(this.#texts);
    if (json === '{}') return this.#remove();
    try {
      writeAtomically(this.#path, json);
    } catch {
      // See the class.
    }
  }

  #remove(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // See the class.
    }
  }
}

/** Reads the texts of a run that another process writes. They are untrusted, like everything in a trace. */
export function openLiveFile(path: string): Readonly<{ textOf(span: number): string | undefined }> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let modifiedAt = -1;
  let texts: Readonly<Record<string, unknown>> = {};
  const refresh = (): void => {
    checkedAt = performance.now();
    const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (mtime === modifiedAt) return;
    modifiedAt = mtime ?? -1;
    texts = mtime === undefined ? {} : parseTexts(path);
  };
  return {
    textOf(span) {
      if (performance.now() - checkedAt >= READ_EVERY_MS) refresh();
      const text = Object.hasOwn(texts, String(span)) ? texts[String(span)] : undefined;
      return typeof text === 'string' ? text : undefined;
    },
  };
}

function parseTexts(path: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    return {};
  }
}
