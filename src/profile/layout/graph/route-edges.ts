/** Routes the edges of placed nodes as lines at right angles: in channels between the layers, back edges next to all nodes. */
import { assignTracks } from './channel-tracks.js';
import type { GraphSpacing, Item, Layers, PlacedLabel, Point, Route } from './graph-types.js';
import { portOffset } from './place-items.js';

/** The lines and labels, where each layer begins along the flow, and the size of all. */
export type Routes = Readonly<{
  routes: readonly Route[];
  labels: readonly PlacedLabel[];
  layerAt: readonly Readonly<{ from: number; size: number }>[];
  size: Point;
}>;

/** Where a channel begins, and what is in it. */
type Channel = { lines: Map<string, Line>; label: number; from: number; tracks: number };
type Line = { before: Set<number>; after: Set<number>; track?: number | undefined };

/** Routes all edges around the ports that the items were placed at. */
export function routeEdges(graph: Layers, ports: ReadonlyMap<Item, number>, spacing: GraphSpacing): Routes {
  return new Router(graph, ports, spacing).route();
}

class Router {
  /** Channel `i` is before layer `i`. */
  readonly #channels: Channel[];
  readonly #fanOut = new Map<Item, number>();
  /** The row of the edges that lead back to a node. */
  readonly #sideRows: ReadonlyMap<Item, number>;
  readonly #end: number;
  readonly #layerAt: { from: number; size: number }[] = [];

  constructor(
    private readonly graph: Layers,
    private readonly ports: ReadonlyMap<Item, number>,
    private readonly spacing: GraphSpacing,
  ) {
    const { layers, links, back } = graph;
    this.#channels = Array.from({ length: layers.length + 1 }, () => ({
      lines: new Map(),
      label: 0,
      from: 0,
      tracks: 0,
    }));
    for (const { from } of [...links, ...back]) this.#fanOut.set(from, (this.#fanOut.get(from) ?? 0) + 1);
    const content = Math.max(
      0,
      ...layers.flat().map((item) => ports.get(item)! - portOffset(item, spacing) + item.cross),
    );
    const side = this.#placeSideRows(content);
    this.#sideRows = side.rows;
    this.#end = side.end;
  }

  route(): Routes {
    this.#fillChannels();
    const main = this.#measure();
    const { links, back, edges, layers } = this.graph;
    const linksOf = new Map<number, (typeof links)[number][]>();
    for (const link of links) linksOf.set(link.edge, [...(linksOf.get(link.edge) ?? []), link]);
    const labels: PlacedLabel[] = [];
    const routes = edges.map(({ from, to, label }, edge): Route => {
      const way = linksOf.get(edge);
      if (!way)
        return this.#routeBack(
          back.find((each) => each.edge === edge)!,
          labels,
        );
      const points = way.flatMap((link) => this.#routeLink(link));
      if (label !== '') {
        const [first] = way;
        const channel = this.#channels[first!.to.layer]!;
        const at = { main: this.#labelStart(channel), cross: this.ports.get(first!.to)! };
        const same = labels.findIndex(
          (each) => !each.isBack && each.at.main === at.main && each.at.cross === at.cross,
        );
        if (same < 0) labels.push({ text: label, at, from, to, isBack: false });
        else labels[same] = { ...labels[same]!, text: `${labels[same]!.text}, ${label}` };
      }
      return { from, to, points, isBack: false };
    });
    const { tracks } = this.#channels.at(-1)!;
    const trailing = layers.length > 0 && tracks > 0 ? this.spacing.stub + tracks : 0;
    return { routes, labels, layerAt: this.#layerAt, size: { main: main + trailing, cross: this.#end } };
  }

  /** Edges that lead back to the same node share a row; the shortest lie nearest to the nodes. */
  #placeSideRows(content: number): { rows: Map<Item, number>; end: number } {
    const targets = new Map<Item, { reach: number; label: number }>();
    for (const { from, to, edge } of this.graph.back) {
      const label = this.spacing.measureSide(this.graph.edges[edge]!.label);
      const known = targets.get(to) ?? { reach: 0, label: 0 };
      targets.set(to, { reach: Math.max(known.reach, from.layer + 1), label: Math.max(known.label, label) });
    }
    const sorted = [...targets].toSorted(
      ([a, x], [b, y]) => x.reach - a.layer - (y.reach - b.layer) || a.index - b.index,
    );
    const lanes: { from: number; to: number }[][] = [];
    const laneOf = sorted.map(([{ layer }, { reach }]) => {
      const free = lanes.findIndex((lane) => lane.every(({ from, to }) => reach < from || to < layer));
      const lane = free < 0 ? lanes.push([]) - 1 : free;
      lanes[lane]!.push({ from: layer, to: reach });
      return lane;
    });
    const sizes = lanes.map((_, lane) =>
      Math.max(...sorted.map(([, { label }], i) => (laneOf[i] === lane ? label : 0))),
    );
    const starts = sizes.map(
      (_, lane) => content + sizes.slice(0, lane).reduce((sum, size) => sum + size, 0),
    );
    return {
      rows: new Map(sorted.map(([item], i) => [item, starts[laneOf[i]!]!])),
      end: content + sizes.reduce((sum, size) => sum + size, 0),
    };
  }

  #fillChannels(): void {
    const { links, back, edges } = this.graph;
    const seen = new Set<number>();
    for (const link of links) {
      this.#extend(
        link.to.layer,
        this.#keyOf(link.from, `to ${link.to.index}`),
        this.#port(link.from),
        this.#port(link.to),
      );
      if (seen.has(link.edge)) continue;
      seen.add(link.edge);
      const { label } = edges[link.edge]!;
      const channel = this.#channels[link.to.layer]!;
      if (label !== '') channel.label = Math.max(channel.label, this.spacing.measureLabel(label));
    }
    for (const { from, to } of back) {
      const row = this.#sideRows.get(to)!;
      this.#extend(from.layer + 1, this.#keyOf(from, `side ${to.index}`), this.#port(from), row, 'before');
      this.#extend(to.layer, `back ${to.index}`, row, this.#port(to), 'after');
    }
    for (const channel of this.#channels) {
      const lines = [...channel.lines.values()];
      for (const [i, track] of assignTracks(lines).entries()) {
        lines[i]!.track = track;
        channel.tracks = Math.max(channel.tracks, track === undefined ? 0 : track + 1);
      }
    }
  }

  /** Lines from a node that has several share a track, as do those to a node from others. */
  #keyOf(from: Item, other: string): string {
    return this.#fanOut.get(from)! > 1 ? `from ${from.index}` : other;
  }

  /** Adds a line to a channel; `side` is where both of its rows lie, of an edge against the flow. */
  #extend(channel: number, key: string, from: number, to: number, side?: 'before' | 'after'): void {
    const { lines } = this.#channels[channel]!;
    const line = lines.get(key) ?? { before: new Set(), after: new Set() };
    lines.set(key, line);
    (side === 'after' ? line.after : line.before).add(from);
    (side === 'before' ? line.before : line.after).add(to);
  }

  /** Computes where channels and layers begin; returns the end of the last layer. */
  #measure(): number {
    let at = 0;
    for (const [i, layer] of this.graph.layers.entries()) {
      const channel = this.#channels[i]!;
      channel.from = at;
      const isUsed = channel.lines.size > 0;
      at += isUsed ? (i === 0 ? 0 : this.spacing.stub) + channel.tracks + channel.label + 1 : 0;
      const size = Math.max(0, ...layer.map(({ main }) => main));
      this.#layerAt.push({ from: at, size });
      at += size;
    }
    this.#channels.at(-1)!.from = at;
    return at;
  }

  #labelStart(channel: Channel): number {
    return channel.from + (channel === this.#channels[0] ? 0 : this.spacing.stub) + channel.tracks;
  }

  #trackAt(index: number, key: string): number | undefined {
    const channel = this.#channels[index]!;
    const track = channel.lines.get(key)?.track;
    return track === undefined ? undefined : this.#labelStart(channel) - channel.tracks + track;
  }

  #routeLink({ from, to }: Layers['links'][number]): Point[] {
    const [a, b] = [this.#port(from), this.#port(to)];
    const track = this.#trackAt(to.layer, this.#keyOf(from, `to ${to.index}`));
    const bend =
      a === b || track === undefined
        ? []
        : [
            { main: track, cross: a },
            { main: track, cross: b },
          ];
    return [{ main: this.#endOf(from), cross: a }, ...bend, { main: this.#startOf(to), cross: b }];
  }

  #routeBack({ edge, from, to }: Layers['back'][number], labels: PlacedLabel[]): Route {
    const row = this.#sideRows.get(to)!;
    const [a, b] = [this.#port(from), this.#port(to)];
    const out = this.#trackAt(from.layer + 1, this.#keyOf(from, `side ${to.index}`)) ?? this.#endOf(from);
    const back = this.#trackAt(to.layer, `back ${to.index}`) ?? this.#startOf(to);
    const { label: text } = this.graph.edges[edge]!;
    const names = { from: from.id!, to: to.id! };
    if (text !== '') labels.push({ text, at: { main: out, cross: row }, ...names, isBack: true });
    return {
      ...names,
      isBack: true,
      points: [
        { main: this.#endOf(from), cross: a },
        { main: out, cross: a },
        { main: out, cross: row },
        { main: back, cross: row },
        { main: back, cross: b },
        { main: this.#startOf(to), cross: b },
      ],
    };
  }

  #port(item: Item): number {
    return this.ports.get(item)!;
  }

  /** The first cell after an item. A bend is as long as its layer. */
  #endOf({ layer }: Item): number {
    const { from, size } = this.#layerAt[layer]!;
    return from + size;
  }

  /** The last cell before an item; of a bend, its last own cell. */
  #startOf({ layer, id }: Item): number {
    const { from, size } = this.#layerAt[layer]!;
    return id === undefined ? from + size - 1 : from - 1;
  }
}
