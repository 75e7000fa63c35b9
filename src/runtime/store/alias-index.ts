/** Indexes which values of the store reference an object, to find aliases. */
/** A store cell that references objects. */
export type AliasCell = {
  /** The objects it referenced when last captured. */
  objects: readonly object[];
  /** Whether it may be garbage-collected before the run finishes. */
  readonly isTransient: boolean;
  /** Whether its objects are in the index. */
  indexed: 'no' | 'pending' | 'yes';
};

export const NO_OBJECTS: readonly object[] = [];

/**
 * Reverse index: object → store cells referencing it (aliases). An object that is mutated through one key changes every key that
 * references it. Nearly all objects have one cell, and a set per object would use more memory than they do, so single cells are
 * stored directly. Cells are indexed lazily, at the next lookup: most of what nodes write is never read again. Transient cells
 * are indexed immediately, because the pending list would keep them alive.
 */
export class AliasIndex<C extends AliasCell> {
  readonly #index = new WeakMap<object, C | Set<C>>();
  #pending: C[] = [];

  /** Replaces the objects that a cell references. */
  update(cell: C, objects: readonly object[]): void {
    if (cell.indexed === 'yes') {
      for (const object of cell.objects) this.#remove(object, cell);
      cell.indexed = 'no';
    }
    cell.objects = objects;
    if (cell.indexed === 'pending' || objects.length === 0) return;
    if (cell.isTransient) return this.#addAll(cell);
    cell.indexed = 'pending';
    this.#pending.push(cell);
  }

  /** The cells, and all cells that referenced one of their objects when last captured. */
  withAliases(cells: ReadonlySet<C>): Iterable<C> {
    let all: Set<C> | undefined;
    for (const cell of cells) {
      if (cell.objects.length > 0 && this.#pending.length > 0) this.#indexPending();
      for (const object of cell.objects) {
        const others = this.#index.get(object);
        if (others instanceof Set) for (const other of others) (all ??= new Set(cells)).add(other);
      }
    }
    return all ?? cells;
  }

  #indexPending(): void {
    for (const cell of this.#pending) this.#addAll(cell);
    this.#pending = [];
  }

  #addAll(cell: C): void {
    for (const object of cell.objects) this.#add(object, cell);
    cell.indexed = 'yes';
  }

  #add(object: object, cell: C): void {
    const known = this.#index.get(object);
    if (known === undefined) this.#index.set(object, cell);
    else if (known instanceof Set) known.add(cell);
    else if (known !== cell) this.#index.set(object, new Set([known, cell]));
  }

  #remove(object: object, cell: C): void {
    const known = this.#index.get(object);
    if (known instanceof Set) known.delete(cell);
    else if (known === cell) this.#index.delete(object);
  }
}
