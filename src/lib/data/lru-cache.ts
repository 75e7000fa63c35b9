/** A bounded cache by key that evicts the least recently used entries. */

/**
 * A cache whose entries weigh at most `maxWeight` together: entries, characters or bytes, as its owner counts. The newest
 * entry is kept whatever it weighs. A value may be undefined.
 */
export class LruCache<Key, Value> {
  readonly #maxWeight: number;
  /** Least recently used first: a Map iterates in order of insertion. */
  readonly #entries = new Map<Key, { value: Value; weight: number }>();
  #weight = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  /** How many entries are cached. */
  get size(): number {
    return this.#entries.size;
  }

  /** The cached value of a key; undefined if absent. It becomes the most recently used. */
  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Caches a value in place of the key's earlier one, and evicts what no longer fits. */
  set(key: Key, value: Value, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#maxWeight || oldest === key) break;
      this.delete(oldest);
    }
  }

  /** Drops the entry of a key. */
  delete(key: Key): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  /** The cached value of a key, computed on a miss. */
  getOrCompute(key: Key, compute: (key: Key) => Value, weight = 1): Value {
    // An undefined value is cached too, so a miss is detected by the missing entry.
    if (this.#entries.has(key)) return this.get(key) as Value;
    const value = compute(key);
    this.set(key, value, weight);
    return value;
  }
}
