import type { Captured } from '../event/captured.js';
import { ValueLines, type ValuePlace } from './blob-reader.js';
import { referencesIn } from './blob-store.js';

/** Whether what a trace refers to is in the values file beside it, and is what its hash says. */
export class ValuesCheck {
  readonly #path: string;
  readonly #lines: ValueLines;
  /** Where each hash is referred to for the first time. */
  readonly #wanted = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
    this.#lines = new ValueLines(path);
  }

  /** Takes in what refers to wholes: an event, called by a name that finds it. */
  refer(from: string, value: Captured): void {
    for (const sha256 of referencesIn(value)) if (!this.#wanted.has(sha256)) this.#wanted.set(sha256, from);
  }

  /** What is wrong, once every event was taken in. */
  problems(): string[] {
    const problems: string[] = [];
    const places: (ValuePlace | undefined)[] = [];
    this.#lines.scan((place) => places.push(place));
    const whole = new Set<string>();
    for (const [i, place] of places.entries()) {
      const at = `values line ${i + 1}`;
      const value = place && this.#lines.read(place);
      if (value === undefined) {
        problems.push(`${at}: ${place ? 'the value is not what its hash says' : 'it is no value'}`);
        continue;
      }
      whole.add(place!.sha256);
      this.refer(at, value);
    }
    if (this.#lines.torn) problems.push('values: the last line is torn');
    const missing = [...this.#wanted].filter(([sha256]) => !whole.has(sha256));
    return [
      ...problems,
      ...missing.map(([sha256, from]) => `${from}: value ${sha256.slice(0, 16)} is not in ${this.#path}`),
    ];
  }
}
