import { isMarked, type Captured } from '../trace/captured.js';
import { Deferred } from '../trace/deferred.js';
import { countFitting } from './sorted.js';

/** A store as plain data, without a prototype: `__proto__` is a key like any other. */
export type Snapshot = Readonly<Record<string, Captured>>;

/**
 * A part of a store that changes were written into, its root or a namespace, at all of its moments. A moment is the number
 * of the last change that has happened. Values lie in it as they were captured; one becomes a folder when something is set
 * inside it. A path says where; `depth` is how much of it led here.
 */
export class FolderHistory {
  /** In order of birth, which is the order of the keys. */
  readonly #lives: Life[] = [];
  readonly #latest = new Map<string, Life>();
  #living = 0;
  #lastChange = -1;
  /** What it has held since its last change: shared by all later snapshots, until there is another. */
  #settled: Snapshot | undefined;

  set(path: readonly string[], value: Captured | Deferred, change: number, depth = 0): void {
    const key = path[depth];
    if (key === undefined) return;
    this.#unsettle(change);
    if (depth === path.length - 1) this.#put(key, value, change);
    else this.#folderAt(key, change).set(path, value, change, depth + 1);
  }

  /** Deletes a key, and the folders that are empty without it: a namespace exists through its keys. */
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

  /** What the folder holds at a moment. */
  snapshotAt(moment: number): Snapshot {
    return moment < this.#lastChange ? this.#build(moment) : (this.#settled ??= this.#build(moment));
  }

  /** Whether there is such a key at a moment. */
  has(key: string, moment: number): boolean {
    return this.#lifeAt(key, moment) !== undefined;
  }

  /** The change that had last set what is at a path, or a part of it, or a whole that holds it; undefined where nothing is. */
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

  #build(moment: number): Snapshot {
    const snapshot = Object.create(null) as Record<string, Captured>;
    for (const life of this.#lives) {
      if (bornAt(life) > moment) break;
      if (life.until <= moment) continue;
      const { value } = versionAt(life, moment);
      if (value instanceof Deferred) Object.defineProperty(snapshot, life.key, value.field);
      else snapshot[life.key] = value instanceof FolderHistory ? value.snapshotAt(moment) : value;
    }
    return snapshot;
  }

  #lastWriteInside(moment: number): number | undefined {
    let last: number | undefined;
    for (const life of this.#lives) {
      if (bornAt(life) > moment) break;
      const { value, from } = versionAt(life, moment);
      const write = value instanceof FolderHistory ? (value.#lastWriteInside(moment) ?? from) : from;
      last = Math.max(last ?? write, write);
    }
    return last;
  }

  #lifeAt(key: string, moment: number): Life | undefined {
    let life = this.#latest.get(key);
    while (life && bornAt(life) > moment) life = life.earlier;
    return life && life.until > moment ? life : undefined;
  }

  #livingAt(key: string | undefined): Life | undefined {
    const life = key === undefined ? undefined : this.#latest.get(key);
    return life?.until === Number.POSITIVE_INFINITY ? life : undefined;
  }

  /** The folder at a key, with what a value there held. */
  #folderAt(key: string, change: number): FolderHistory {
    const present = this.#livingAt(key);
    if (present?.value instanceof FolderHistory) return present.value;
    const folder = new FolderHistory();
    const whole = present?.value instanceof Deferred ? present.value.read() : present?.value;
    if (present && isPlain(whole)) {
      for (const [inner, value] of Object.entries(whole)) folder.#put(inner, value, present.from);
    }
    this.#put(key, folder, change);
    return folder;
  }

  #put(key: string, value: Version['value'], change: number): void {
    const living = this.#livingAt(key);
    if (living) {
      (living.older ??= []).push({ from: living.from, value: living.value });
      living.from = change;
      living.value = value;
      return;
    }
    const earlier = this.#latest.get(key);
    const life: Life = {
      key,
      from: change,
      value,
      older: undefined,
      until: Number.POSITIVE_INFINITY,
      earlier,
    };
    this.#lives.push(life);
    this.#latest.set(key, life);
    this.#living++;
  }
}

/** What stood under a key from a change on. */
type Version = { from: number; value: Captured | Deferred | FolderHistory };

/** A key from when it was set until it was deleted: its latest version, and those before. Set again, it has another life. */
type Life = Version & {
  readonly key: string;
  older: Version[] | undefined;
  until: number;
  readonly earlier: Life | undefined;
};

function bornAt({ from, older }: Life): number {
  return older?.[0]!.from ?? from;
}

/** What a life had come to at a moment after its beginning. */
function versionAt(life: Life, moment: number): Version {
  if (life.from <= moment || !life.older) return life;
  return life.older[countFitting(life.older, ({ from }) => from <= moment) - 1]!;
}

function isPlain(value: Captured | FolderHistory | undefined): value is { readonly [key: string]: Captured } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof FolderHistory) &&
    !isMarked(value)
  );
}
