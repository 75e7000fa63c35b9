import type { EventOf } from '../trace/event.js';
import { containersOf } from './pointer.js';
import { countUpTo } from './sorted.js';

/** When each pointer of a store was written, as the ordinals of changes, ascending. */
export class WriteHistory {
  readonly #set = new Map<string, number[]>();
  readonly #setBelow = new Map<string, number[]>();
  readonly #deleted = new Map<string, number[]>();
  #size = 0;

  /** How many changes it knows. */
  get size(): number {
    return this.#size;
  }

  add({ set, deleted = [] }: EventOf<'store.changed'>): void {
    const ordinal = this.#size++;
    for (const pointer of deleted) note(this.#deleted, pointer, ordinal);
    for (const pointer of Object.keys(set)) {
      note(this.#set, pointer, ordinal);
      for (const container of containersOf(pointer)) note(this.#setBelow, container, ordinal);
    }
  }

  /**
   * Which of the first `count` changes last wrote what a pointer points to: itself, a part of it, or a whole that holds it.
   * undefined when none did or it was deleted since.
   */
  lastWrite(pointer: string, count: number): number | undefined {
    const wholes = [pointer, ...containersOf(pointer)];
    const last = (history: Map<string, number[]>, of: string) => lastBelow(history.get(of), count);
    const written = Math.max(last(this.#setBelow, pointer), ...wholes.map((whole) => last(this.#set, whole)));
    const deleted = Math.max(...wholes.map((whole) => last(this.#deleted, whole)));
    // A change deletes before it sets.
    return written >= 0 && written >= deleted ? written : undefined;
  }
}

function note(history: Map<string, number[]>, pointer: string, ordinal: number): void {
  const ordinals = history.get(pointer);
  if (!ordinals) history.set(pointer, [ordinal]);
  else if (ordinals.at(-1) !== ordinal) ordinals.push(ordinal);
}

function lastBelow(ordinals: readonly number[] = [], count: number): number {
  return ordinals[countUpTo(ordinals, count - 1) - 1] ?? -1;
}
