/** Places the items of each layer across the direction of flow: near their neighbours, without overlaps, lines as straight as possible. */
import type { GraphSpacing, Item, Layers } from './graph-types.js';
import { groupBy } from './order-layers.js';

/** Passes down and up; positions have settled after that in practice. */
const PASSES = 8;

/** The cross coordinate at which lines reach each item; the smallest cell of all is 0. */
export function placeItems({ layers, links }: Layers, spacing: PortSpacing): ReadonlyMap<Item, number> {
  const into = groupBy(links, ({ to }) => to);
  const outOf = groupBy(links, ({ from }) => from);
  const ports = new Map<Item, number>();
  for (const layer of layers) setLayer(ports, layer, offsetsOf(layer, spacing));
  for (let pass = 0; pass < PASSES; pass++) {
    const isDown = pass % 2 === 0;
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[isDown ? i : layers.length - 1 - i]!;
      const wanted = layer.map((item) => {
        const near = isDown
          ? (into.get(item) ?? []).map(({ from, weight }) => [ports.get(from)!, weight] as const)
          : (outOf.get(item) ?? []).map(({ to, weight }) => [ports.get(to)!, weight] as const);
        return near.length === 0 ? ports.get(item)! : weightedMedian(near);
      });
      setLayer(ports, layer, separate(wanted, offsetsOf(layer, spacing)));
    }
  }
  const least = Math.min(...[...ports].map(([item, port]) => port - portOffset(item, spacing)));
  return new Map([...ports].map(([item, port]) => [item, port - least]));
}

type PortSpacing = Pick<GraphSpacing, 'gap' | 'port'>;

/** The cells of an item before the one that lines reach. */
export function portOffset({ id, cross }: Item, { port }: Pick<GraphSpacing, 'port'>): number {
  if (id === undefined) return 0;
  return port === undefined ? (cross - 1) >> 1 : Math.min(port, cross - 1);
}

/** The ports of a layer that is packed without room between its items. */
function offsetsOf(layer: readonly Item[], spacing: PortSpacing): number[] {
  let next = 0;
  return layer.map((item) => {
    const port = next + portOffset(item, spacing);
    next += item.cross + spacing.gap;
    return port;
  });
}

/**
 * The positions nearest to the wanted ones, by least squares, that keep the distances between the offsets: isotonic
 * regression by pooling adjacent violators.
 */
function separate(wanted: readonly number[], offsets: readonly number[]): number[] {
  const blocks: { sum: number; count: number }[] = [];
  const mean = ({ sum, count }: { sum: number; count: number }) => sum / count;
  for (const [i, want] of wanted.entries()) {
    let block = { sum: want - offsets[i]!, count: 1 };
    for (let last = blocks.at(-1); last && mean(last) > mean(block); last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  const shifts = blocks.flatMap((block) =>
    Array.from({ length: block.count }, () => Math.round(mean(block))),
  );
  return offsets.map((offset, i) => offset + shifts[i]!);
}

function weightedMedian(values: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = values.toSorted((a, b) => a[0] - b[0]);
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  let passed = 0;
  for (const [i, [value, weight]] of sorted.entries()) {
    passed += weight;
    if (passed > half) return value;
    if (passed === half) return Math.floor((value + (sorted[i + 1]?.[0] ?? value)) / 2);
  }
  return sorted.at(-1)![0];
}

function setLayer(ports: Map<Item, number>, layer: readonly Item[], at: readonly number[]): void {
  for (const [i, item] of layer.entries()) ports.set(item, at[i]!);
}
