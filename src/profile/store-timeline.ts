import type { EventOf } from '../trace/event.js';
import { countUpTo } from './sorted.js';
import { EMPTY, StoreFold, type Folder } from './store-fold.js';
import { WriteHistory } from './write-history.js';

/** The least number of writes between two keyframes, and the longest fold that leaves no waypoint. */
const STRIDE = 64;

/** How many of the stores that were asked for last are kept: before and after a span, and the waypoints that led there. */
const RECENT = 4;

/** A store after the first `count` of its changes. */
type Keyframe = Readonly<{ count: number; root: Folder }>;

/**
 * All that happened to one store, to be asked for any moment of it. A moment is rebuilt from the nearest keyframe before
 * it. There is one keyframe for every so many writes as it had entries to copy, so that all of them together hold no more
 * than was ever written, and rebuilding takes no more writes than the store has entries.
 */
export class StoreTimeline {
  readonly #changes: EventOf<'store.changed'>[] = [];
  /** By change, the highest `seq` up to it: ascending, even where a trace is out of order. */
  readonly #seqs: number[] = [];
  readonly #history = new WriteHistory();
  readonly #keyframes: Keyframe[] = [{ count: 0, root: EMPTY }];
  /** Runs along the changes and sets the keyframes. */
  readonly #scout = new StoreFold(EMPTY);
  #scouted = 0;
  /** Last asked for first. */
  #recent: Keyframe[] = [];

  get keyframes(): readonly Keyframe[] {
    return this.#keyframes;
  }

  /** Adds the next change. `seq` is the moment from which it counts. */
  add(change: EventOf<'store.changed'>, seq: number): void {
    this.#changes.push(change);
    this.#seqs.push(seq);
  }

  /** The store after the event `seq`. */
  storeAt(seq: number): Folder {
    const count = countUpTo(this.#seqs, seq);
    this.#setKeyframes(count);
    return this.#rebuild(count).root;
  }

  /** The change that had last written what a pointer points to, or a part of it, or a whole that holds it; undefined once that is deleted. */
  lastWrite(pointer: string, seq: number): EventOf<'store.changed'> | undefined {
    while (this.#history.size < this.#changes.length) this.#history.add(this.#changes[this.#history.size]!);
    const ordinal = this.#history.lastWrite(pointer, countUpTo(this.#seqs, seq));
    return ordinal === undefined ? undefined : this.#changes[ordinal];
  }

  #setKeyframes(upTo: number): void {
    while (this.#scouted < upTo) {
      this.#scout.apply(this.#changes[this.#scouted++]!);
      if (this.#scout.applied >= Math.max(STRIDE, this.#scout.copied)) {
        this.#keyframes.push({ count: this.#scouted, root: this.#scout.root() });
      }
    }
  }

  #rebuild(count: number): Keyframe {
    let from = this.#nearest(count);
    // Who asks for a moment asks for its neighbours next: those before it are near the waypoint.
    if (count - from.count > STRIDE) from = this.#remember(this.#fold(from, count - (count % STRIDE)));
    return this.#remember(this.#fold(from, count));
  }

  #fold(from: Keyframe, count: number): Keyframe {
    if (count === from.count) return from;
    const fold = new StoreFold(from.root);
    for (let i = from.count; i < count; i++) fold.apply(this.#changes[i]!);
    return { count, root: fold.root() };
  }

  #nearest(count: number): Keyframe {
    const fits = (keyframe: Keyframe) => keyframe.count <= count;
    return [this.#keyframes.findLast(fits)!, ...this.#recent.filter(fits)].reduce((nearest, each) =>
      each.count > nearest.count ? each : nearest,
    );
  }

  #remember(keyframe: Keyframe): Keyframe {
    this.#recent = [keyframe, ...this.#recent.filter((each) => each !== keyframe)].slice(0, RECENT);
    return keyframe;
  }
}
