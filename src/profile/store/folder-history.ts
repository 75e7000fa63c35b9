/** Keeps the history of a store folder, so that its content at any moment can be read. */
import { formatPointer, escapePointerSegment } from '../../lib/data/json-pointer.js';
import { isMarked, type Captured } from '../../trace/event/captured.js';
import { LazyValue } from '../../trace/indexed/lazy-event.js';
import type { EventOf } from '../../trace/event/event.js';
import { countFitting } from '../run/sorted.js';

/** A store as plain data without a prototype: `__proto__` is an ordinary key. */
export type Snapshot = Readonly<Record<string, Captured>>;

/** Placeholder for a value that is in the trace file, in the line of the change that set it. */
export const IN_FILE = Symbol('in the file');

/** A moment that never comes; a small integer, because Infinity would be boxed in every entry. */
const NEVER = 2 ** 31 - 1;

/** Up to this many entries a linear search is as fast as a map, which would be larger than the entries. */
const FEW = 8;

/**
 * The history of a folder of a store, its root or a namespace. A moment is the index of the last change that happened.
 * Hand-written for speed: replaying all changes for every moment that is shown would take seconds in a long run, and a
 * snapshot per change would not fit into memory; so each key keeps its versions, and snapshots are built on demand.
 * Values are stored as captured; a value becomes a folder when something inside it is set. `path` locates a value;
 * `depth` is how much of it is already consumed.
 */
export class FolderHistory {
  readonly #changes: readonly EventOf<'store.changed'>[];
  /** Entries in order of creation, which is the order of keys. A linked list, because most folders have one or two. */
  #first: Life | undefined;
  #last: Life | undefined;
  #count = 0;
  /** The last entry of each key, once there are more than a few. */
  #latest: Map<string, Life> | undefined;
  #living = 0;
  #lastChange = -1;
  /** The content since the last change, shared by all later snapshots. */
  #settled: Snapshot | undefined;

  /** `changes` is the list that change indexes refer to. */
  constructor(changes: readonly EventOf<'store.changed'>[]) {
    this.#changes = changes;
  }

  set(path: readonly string[], value: Captured | typeof IN_FILE, change: number, depth = 0): void {
    const key = path[depth];
    if (key === undefined) return;
    this.#unsettle(change);
    if (depth === path.length - 1) this.#put(key, value, change);
    else this.#folderAt(path, change, depth).set(path, value, change, depth + 1);
  }

  /** Deletes a key, and parent folders that become empty: a namespace exists only through its keys. */
  delete(path: readonly string[], change: number, depth = 0): void {
    const life = this.#livingAt(path[depth]);
    if (!life) return;
    this.#unsettle(change);
    if (depth < path.length - 1) {
      if (!(life.value instanceof FolderHistory)) return;
      life.value.delete(path, change, depth + 1);
      if (life.value.#living > 0) return;
    }
    life.until = change;
    this.#living--;
  }

  /** The content at a moment of this folder, which is located at `pointer`. */
  snapshotAt(moment: number, pointer: string): Snapshot {
    return moment < this.#lastChange
      ? this.#build(moment, pointer)
      : (this.#settled ??= this.#build(moment, pointer));
  }

  /** Whether the key existed at a moment. */
  has(key: string, moment: number): boolean {
    return this.#lifeAt(key, moment) !== undefined;
  }

  /**
   * Index of the last change to the value at a path, to a part of it or to a value containing it; undefined if there is
   * no such value.
   */
  lastWrite(path: readonly string[], moment: number, depth = 0): number | undefined {
    const key = path[depth];
    if (key === undefined) return this.#lastWriteInside(moment);
    const life = this.#lifeAt(key, moment);
    if (!life) return undefined;
    const { value, from } = versionAt(life, moment);
    return value instanceof FolderHistory ? value.lastWrite(path, moment, depth + 1) : from;
  }

  #unsettle(change: number): void {
    this.#lastChange = change;
    this.#settled = undefined;
  }

  #build(moment: number, pointer: string): Snapshot {
    const snapshot = Object.create(null) as Record<string, Captured>;
    for (let life = this.#first; life && bornAt(life) <= moment; life = life.next) {
      if (life.until <= moment) continue;
      const version = versionAt(life, moment);
      if (version.value === IN_FILE)
        // Stored, so that equal values of two snapshots share one getter.
        version.value = new LazyValue(this.#changes[version.from]!, pointer + escapePointerSegment(life.key));
      const { value } = version;
      if (value instanceof LazyValue) Object.defineProperty(snapshot, life.key, value.field);
      else
        snapshot[life.key] =
          value instanceof FolderHistory
            ? value.snapshotAt(moment, pointer + escapePointerSegment(life.key))
            : (value as Captured);
    }
    return snapshot;
  }

  #lastWriteInside(moment: number): number | undefined {
    let last: number | undefined;
    for (let life = this.#first; life && bornAt(life) <= moment; life = life.next) {
      const { value, from } = versionAt(life, moment);
      const write = value instanceof FolderHistory ? (value.#lastWriteInside(moment) ?? from) : from;
      last = Math.max(last ?? write, write);
    }
    return last;
  }

  #latestOf(key: string): Life | undefined {
    if (this.#latest) return this.#latest.get(key);
    let latest: Life | undefined;
    for (let life = this.#first; life; life = life.next) if (life.key === key) latest = life;
    return latest;
  }

  #lifeAt(key: string, moment: number): Life | undefined {
    let life = this.#latestOf(key);
    while (life && bornAt(life) > moment) life = life.earlier;
    return life && life.until > moment ? life : undefined;
  }

  #livingAt(key: string | undefined): Life | undefined {
    const life = key === undefined ? undefined : this.#latestOf(key);
    return life?.until === NEVER ? life : undefined;
  }

  /** The folder at a key, initialized with the fields of a value stored there. */
  #folderAt(path: readonly string[], change: number, depth: number): FolderHistory {
    const key = path[depth]!;
    const present = this.#livingAt(key);
    if (present?.value instanceof FolderHistory) return present.value;
    const folder = new FolderHistory(this.#changes);
    const replaced = present && this.#readVersion(present, path.slice(0, depth + 1));
    if (present && isPlain(replaced)) {
      for (const [inner, value] of Object.entries(replaced)) folder.#put(inner, value, present.from);
    }
    this.#put(key, folder, change);
    return folder;
  }

  #readVersion({ value, from }: Version, path: readonly string[]): Captured | undefined {
    if (value === IN_FILE) return new LazyValue(this.#changes[from]!, formatPointer(path)).read();
    if (value instanceof LazyValue) return value.read();
    return value instanceof FolderHistory ? undefined : (value as Captured);
  }

  #put(key: string, value: Version['value'], change: number): void {
    const earlier = this.#latestOf(key);
    if (earlier?.until === NEVER) {
      (earlier.older ??= []).push({ from: earlier.from, value: earlier.value });
      earlier.from = change;
      earlier.value = value;
      return;
    }
    const life: Life = {
      key,
      from: change,
      value,
      older: undefined,
      until: NEVER,
      earlier,
      next: undefined,
    };
    if (this.#last) this.#last.next = life;
    else this.#first = life;
    this.#last = life;
    this.#living++;
    if (++this.#count > FEW) this.#index(life);
  }

  #index(life: Life): void {
    if (this.#latest) return void this.#latest.set(life.key, life);
    this.#latest = new Map();
    for (let each = this.#first; each; each = each.next) this.#latest.set(each.key, each);
  }
}

/** A value of a key, valid from a change on. */
type Version = { from: number; value: Captured | typeof IN_FILE | LazyValue | FolderHistory };

/**
 * An entry: a key from its creation to its deletion, with its latest and its earlier versions. Set again, it gets a new
 * entry.
 */
type Life = Version & {
  readonly key: string;
  older: Version[] | undefined;
  until: number;
  readonly earlier: Life | undefined;
  next: Life | undefined;
};

function bornAt({ from, older }: Life): number {
  return older?.[0]!.from ?? from;
}

/** The version of an entry at a moment after its creation. */
function versionAt(life: Life, moment: number): Version {
  if (life.from <= moment || !life.older) return life;
  return life.older[countFitting(life.older, ({ from }) => from <= moment) - 1]!;
}

function isPlain(value: Captured | undefined): value is { readonly [key: string]: Captured } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMarked(value);
}
