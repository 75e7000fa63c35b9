/** A note on objects that only the holder of the tag can read. */
export type Tag<T> = Readonly<{
  /** Puts the note on an object, once. */
  put(object: object, note: T): void;
  /** What was put on it; undefined where nothing was. Asks the object nothing: the traps of a proxy do not hear of it. */
  on(object: object): T | undefined;
}>;

/**
 * A tag of its own. It is a private field, added to an object that exists by a class whose constructor returns it: what a
 * WeakMap would do, at a twentieth of the price of an entry and without one that the garbage collector has to follow. Only
 * for objects of our own making: it is meant to change nothing of anybody else's.
 */
export function createTag<T>(): Tag<T> {
  class Note extends Itself {
    readonly #note: T;

    constructor(object: object, note: T) {
      super(object);
      this.#note = note;
    }

    static on(object: object): T | undefined {
      return #note in object ? object.#note : undefined;
    }
  }
  return { put: (object, note) => void new Note(object, note), on: (object) => Note.on(object) };
}

/** As a constructor: what it is called with, instead of a new object. */
const Itself = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;
