/** Orders the items of each layer so that few edges cross: the barycentre heuristic of Sugiyama. */
import type { Item, Layers, Link } from './graph-types.js';

/** Passes down and up; more do not improve graphs of the size of workflows. */
const PASSES = 8;

/** The layers in the order with the fewest crossings that the passes find; the given order wins a tie. */
export function orderLayers({ layers, links, ...rest }: Layers): Layers {
  const into = groupBy(links, ({ to }) => to);
  const outOf = groupBy(links, ({ from }) => from);
  let current = layers.map((layer) => [...layer]);
  let best = current;
  let fewest = countCrossings(current, links);
  for (let pass = 0; pass < PASSES && fewest > 0; pass++) {
    const isDown = pass % 2 === 0;
    const position = positionsOf(current);
    current = current.map((layer) => [...layer]);
    for (let i = 1; i < current.length; i++) {
      const at = isDown ? i : current.length - 1 - i;
      const sorted = sortLayer(current[at]!, position, (item) =>
        isDown ? (into.get(item) ?? []).map(({ from }) => from) : (outOf.get(item) ?? []).map(({ to }) => to),
      );
      current[at] = sorted;
      for (const [place, item] of sorted.entries()) position.set(item, place);
    }
    const crossings = countCrossings(current, links);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = current;
  }
  return { layers: best, links, ...rest };
}

/** Sorts by the mean position of the neighbours; an item without any keeps its place. */
function sortLayer(
  layer: readonly Item[],
  position: ReadonlyMap<Item, number>,
  neighbours: (item: Item) => readonly Item[],
): Item[] {
  const keys = new Map(
    layer.map((item, i) => {
      const near = neighbours(item);
      const sum = near.reduce((total, each) => total + position.get(each)!, 0);
      return [item, near.length === 0 ? i : sum / near.length];
    }),
  );
  return layer.toSorted((a, b) => keys.get(a)! - keys.get(b)! || position.get(a)! - position.get(b)!);
}

/** The number of pairs of links between the same layers that cross. */
function countCrossings(layers: readonly (readonly Item[])[], links: readonly Link[]): number {
  const position = positionsOf(layers);
  const between = groupBy(links, ({ from }) => from.layer);
  let crossings = 0;
  for (const group of between.values()) {
    const ends = group
      .map(({ from, to }) => [position.get(from)!, position.get(to)!] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (let i = 1; i < ends.length; i++)
      for (let j = 0; j < i; j++) if (ends[j]![1] > ends[i]![1] && ends[j]![0] < ends[i]![0]) crossings++;
  }
  return crossings;
}

function positionsOf(layers: readonly (readonly Item[])[]): Map<Item, number> {
  return new Map(layers.flatMap((layer) => layer.map((item, i) => [item, i] as const)));
}

/** Groups links by a key, in their order. */
export function groupBy<Key>(links: readonly Link[], keyOf: (link: Link) => Key): Map<Key, Link[]> {
  const groups = new Map<Key, Link[]>();
  for (const link of links) {
    const group = groups.get(keyOf(link));
    if (group) group.push(link);
    else groups.set(keyOf(link), [link]);
  }
  return groups;
}
