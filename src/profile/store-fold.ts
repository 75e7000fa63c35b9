import { isMarked, type Captured } from '../trace/captured.js';
import type { EventOf } from '../trace/event.js';
import { segmentsOf } from './pointer.js';

/** What changes built: the root of a store, and each part of it that has been written into. Captured values lie in it whole. */
export type Folder = ReadonlyMap<string, Captured | Folder>;

/** A store as plain data, without a prototype: `__proto__` is a key like any other. */
export type Snapshot = Readonly<Record<string, Captured>>;

/** The store that nothing was written to. */
export const EMPTY: Folder = new Map();

type OpenFolder = Map<string, Captured | Folder>;

/**
 * A fold of changes under way. It copies a folder before it first writes to it and shares all others with the store it
 * began with, which stays as it was.
 */
export class StoreFold {
  #root: Folder;
  /** The folders that nobody else sees. */
  #own = new Set<Folder>();
  #applied = 0;
  #copied = 0;

  constructor(from: Folder) {
    this.#root = from;
  }

  /** Keys set and deleted since the last `root()`. */
  get applied(): number {
    return this.#applied;
  }

  /** Entries that had to be copied for that. */
  get copied(): number {
    return this.#copied;
  }

  apply({ set, deleted = [] }: EventOf<'store.changed'>): void {
    const root = (this.#root = this.#open(this.#root));
    const pointers = Object.keys(set);
    for (const pointer of deleted) this.#remove(root, segmentsOf(pointer));
    for (const pointer of pointers) this.#put(root, segmentsOf(pointer), set[pointer]!);
    this.#applied += deleted.length + pointers.length;
  }

  /** The store as it is now; later changes do not alter what was handed out. */
  root(): Folder {
    this.#own = new Set();
    this.#applied = this.#copied = 0;
    return this.#root;
  }

  #put(root: OpenFolder, segments: string[], value: Captured): void {
    const last = segments.pop();
    if (last === undefined) return;
    let folder = root;
    for (const segment of segments) {
      const inner = this.#open(folder.get(segment));
      folder.set(segment, inner);
      folder = inner;
    }
    folder.set(last, value);
  }

  /** Deletes a key, and the folders that are empty without it: a namespace exists through its keys. */
  #remove(folder: OpenFolder, [first, ...rest]: string[]): void {
    if (first === undefined) return;
    const inner = folder.get(first);
    if (rest.length === 0) {
      folder.delete(first);
    } else if (isFolder(inner)) {
      const opened = this.#open(inner);
      this.#remove(opened, rest);
      if (opened.size > 0) folder.set(first, opened);
      else folder.delete(first);
    }
  }

  /** A folder to write into, with what stood there. */
  #open(from: Captured | Folder | undefined): OpenFolder {
    if (isFolder(from) && this.#own.has(from)) return from as OpenFolder;
    const opened: OpenFolder = new Map(isFolder(from) ? from : isPlain(from) ? Object.entries(from) : []);
    this.#own.add(opened);
    this.#copied += opened.size;
    return opened;
  }
}

const snapshots = new WeakMap<Folder, Snapshot>();

/** A folder as plain data. A folder that two stores share is one object in both. */
export function snapshotOf(folder: Folder): Snapshot {
  let snapshot = snapshots.get(folder);
  if (!snapshot) {
    const made = Object.create(null) as Record<string, Captured>;
    for (const [key, value] of folder) made[key] = isFolder(value) ? snapshotOf(value) : value;
    snapshots.set(folder, (snapshot = made));
  }
  return snapshot;
}

function isFolder(value: Captured | Folder | undefined): value is Folder {
  return value instanceof Map;
}

function isPlain(value: Captured | undefined): value is { readonly [key: string]: Captured } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMarked(value);
}
