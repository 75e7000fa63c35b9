/** The store that the components of the screen subscribe to: the painted lines of each region. */

import { regionNames, type ContextSide, type RegionName, type Regions } from '../../view/base/regions.js';

/** Painted regions. */
type Painted = Regions<string>;

/** The painted regions of the screen. The lines of a region keep their identity until one of them changes. */
export type ScreenStore = Readonly<{
  subscribe(listener: () => void): () => void;
  /** The lines of a region. */
  readLines(region: RegionName): readonly string[];
  /** Where the context pane is. */
  readSide(): ContextSide;
  /** Replaces the regions and notifies the subscribers if one of them has changed. */
  update(regions: Painted): void;
}>;

/** Creates a store. */
export function createScreenStore(first: Painted): ScreenStore {
  let shown = first;
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readLines: (region) => shown[region],
    readSide: () => shown.side,
    update(regions) {
      const next = keepUnchanged(shown, regions);
      if (next === shown) return;
      shown = next;
      for (const listener of listeners) listener();
    },
  };
}

/** The next regions, in which the lines of a region that looks as before are the previous ones; the previous regions if all do. */
function keepUnchanged(previous: Painted, next: Painted): Painted {
  const changed = regionNames.filter((name) => !areSame(previous[name], next[name]));
  if (changed.length === 0 && previous.side === next.side) return previous;
  const lines = Object.fromEntries(changed.map((name) => [name, next[name]]));
  return { ...previous, ...lines, side: next.side };
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some === others || (some.length === others.length && some.every((line, y) => line === others[y]));
}
