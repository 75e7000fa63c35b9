/** What holds objects: a value of the store. */
export type Holder = {
  /** The objects that it held when it was last looked at. */
  objects: readonly object[];
  /** Whether it goes away before the run is over. */
  readonly isPassing: boolean;
  /** Where its objects are known to be its. */
  listed: 'nowhere' | 'waiting' | 'in-index';
};

export const NO_OBJECTS: readonly object[] = [];

/**
 * Who holds an object: one that is mutated through one key changes every key that holds it. Nearly all objects have one
 * holder, and a set for each of them would weigh more than they do. What a holder has come to hold is put into the index when
 * the index is next asked: most of what nodes write is never read again. Only one that is passing is put there at once, since
 * waiting would keep it alive.
 */
export class Holders<H extends Holder> {
  readonly #index = new WeakMap<object, H | Set<H>>();
  #waiting: H[] = [];

  /** From now on the holder has these objects and no others. */
  hold(holder: H, objects: readonly object[]): void {
    if (holder.listed === 'in-index') {
      for (const object of holder.objects) this.#release(object, holder);
      holder.listed = 'nowhere';
    }
    holder.objects = objects;
    if (holder.listed === 'waiting' || objects.length === 0) return;
    if (holder.isPassing) return this.#put(holder);
    holder.listed = 'waiting';
    this.#waiting.push(holder);
  }

  /** These, and those that held one of their objects when they were last looked at. */
  withAliases(holders: ReadonlySet<H>): Iterable<H> {
    let all: Set<H> | undefined;
    for (const holder of holders) {
      if (holder.objects.length > 0 && this.#waiting.length > 0) this.#putWaiting();
      for (const object of holder.objects) {
        const others = this.#index.get(object);
        if (others instanceof Set) for (const other of others) (all ??= new Set(holders)).add(other);
      }
    }
    return all ?? holders;
  }

  #putWaiting(): void {
    for (const holder of this.#waiting) this.#put(holder);
    this.#waiting = [];
  }

  #put(holder: H): void {
    for (const object of holder.objects) this.#add(object, holder);
    holder.listed = 'in-index';
  }

  #add(object: object, holder: H): void {
    const known = this.#index.get(object);
    if (known === undefined) this.#index.set(object, holder);
    else if (known instanceof Set) known.add(holder);
    else if (known !== holder) this.#index.set(object, new Set([known, holder]));
  }

  #release(object: object, holder: H): void {
    const known = this.#index.get(object);
    if (known instanceof Set) known.delete(holder);
    else if (known === holder) this.#index.delete(object);
  }
}
