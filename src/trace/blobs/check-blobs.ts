/** Checks that a trace's blob file contains every value that its events refer to. */
import type { Captured } from '../event/captured.js';
import { BlobIndex, type BlobLocation } from './blob-reader.js';
import { listBlobReferences } from './blob-store.js';

/** Collects the blob references of a trace and checks them against the blob file and its hashes. */
export class BlobCheck {
  readonly #path: string;
  readonly #lines: BlobIndex;
  readonly #isComplete: boolean;
  /** Per hash, the first place that refers to it. */
  readonly #wanted = new Map<string, string>();

  /** `isComplete` if every truncated value was kept; a default capture keeps those of up to 256 kB. */
  constructor(path: string, { isComplete }: { isComplete: boolean }) {
    this.#isComplete = isComplete;
    this.#path = path;
    this.#lines = new BlobIndex(path);
  }

  /** Adds the references of a value; `from` names the event for messages. */
  addReferences(from: string, value: Captured): void {
    for (const sha256 of listBlobReferences(value))
      if (!this.#wanted.has(sha256)) this.#wanted.set(sha256, from);
  }

  /** All problems found, to be called after every event was added. */
  findProblems(): string[] {
    const problems: string[] = [];
    const places: (BlobLocation | undefined)[] = [];
    this.#lines.scan((place) => places.push(place));
    const whole = new Set<string>();
    for (const [i, place] of places.entries()) {
      const at = `values line ${i + 1}`;
      const value = place && this.#lines.read(place);
      if (value === undefined) {
        problems.push(`${at}: ${place ? 'the value does not match its hash' : 'not a valid entry'}`);
        continue;
      }
      whole.add(place!.sha256);
      this.addReferences(at, value);
    }
    if (this.#lines.torn) problems.push('values: the last line is torn');
    if (!this.#isComplete) return problems;
    const missing = [...this.#wanted].filter(([sha256]) => !whole.has(sha256));
    return [
      ...problems,
      ...missing.map(([sha256, from]) => `${from}: value ${sha256.slice(0, 16)} is not in ${this.#path}`),
    ];
  }
}
