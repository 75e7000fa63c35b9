/**
 * A graph as lines from the top down, every node once: those that follow each other by `default` edges one below the other, what
 * leaves them by another action one deeper. Nodes that nothing leads to are left out.
 */
export function graphOutline(
  start: string | undefined,
  ids: Iterable<string>,
  edges: Iterable<OutlineEdge>,
): OutlineRow[] {
  const outline = new Outline(ids, edges);
  if (start !== undefined) outline.draw(start);
  return outline.rows;
}

/** An edge of a graph, named by what it is taken for. */
export type OutlineEdge = Readonly<{ from: string; to: string; action: string }>;

/** What an edge leads to that is not drawn here: `up` was drawn before, `down` comes further down, `missing` does not exist. */
export type Pointer = Readonly<{ id: string; way: 'up' | 'down' | 'missing' }>;

/** A line of an outline; `depth` is how many branches it is inside of. */
export type OutlineRow =
  | Readonly<{ kind: 'node'; depth: number; id: string }>
  /** What leaves the node above by another action; where it leads nowhere else, what it leads to follows one deeper. */
  | Readonly<{ kind: 'branch'; depth: number; action: string; to?: Pointer }>
  /** Where the node above goes on. */
  | Readonly<{ kind: 'on'; depth: number; to: Pointer }>;

/** How deep branches of branches may go. */
const DEEPEST = 10;

class Outline {
  readonly rows: OutlineRow[] = [];
  readonly #drawn = new Set<string>();
  /** What would have been drawn too far to the right. */
  readonly #later = new Set<string>();
  readonly #nodes: ReadonlySet<string>;
  readonly #edges = new Map<string, OutlineEdge[]>();

  constructor(ids: Iterable<string>, edges: Iterable<OutlineEdge>) {
    this.#nodes = new Set(ids);
    for (const edge of edges) {
      const others = this.#edges.get(edge.from);
      if (others) others.push(edge);
      else this.#edges.set(edge.from, [edge]);
    }
  }

  draw(start: string): void {
    this.#chain(start, 0, new Set());
    for (const id of this.#later) if (!this.#drawn.has(id)) this.#chain(id, 0, new Set());
  }

  /** A node and those after it, one below the other. What is `ahead` is drawn further down, and here only pointed at. */
  #chain(first: string, depth: number, below: ReadonlySet<string>): void {
    const trunk = this.#trunk(first, below);
    const ahead = new Set([...below, ...trunk]);
    for (const [i, id] of trunk.entries()) {
      ahead.delete(id);
      this.#drawn.add(id);
      this.rows.push({ kind: 'node', depth, id });
      for (const edge of this.#edges.get(id) ?? [])
        if (edge.action !== 'default') this.#branch(edge, depth, ahead);
      const next = this.#next(id);
      if (next !== undefined && next !== trunk[i + 1])
        this.rows.push({ kind: 'on', depth, to: this.#pointer(next, ahead) });
    }
  }

  #branch({ to, action }: OutlineEdge, depth: number, ahead: ReadonlySet<string>): void {
    const tooDeep = depth >= DEEPEST;
    if (tooDeep) this.#later.add(to);
    const elsewhere = tooDeep || this.#drawn.has(to) || ahead.has(to) || !this.#nodes.has(to);
    this.rows.push({
      kind: 'branch',
      depth,
      action,
      ...(elsewhere ? { to: this.#pointer(to, ahead) } : {}),
    });
    if (!elsewhere) this.#chain(to, depth + 1, ahead);
  }

  /** The nodes that follow each other by their default edges, up to one that is drawn elsewhere. */
  #trunk(first: string, below: ReadonlySet<string>): string[] {
    const trunk = new Set<string>();
    for (let id: string | undefined = first; id !== undefined; id = this.#next(id)) {
      if (trunk.has(id) || this.#drawn.has(id) || below.has(id) || !this.#nodes.has(id)) break;
      trunk.add(id);
    }
    return [...trunk];
  }

  #next(id: string): string | undefined {
    return this.#edges.get(id)?.find(({ action }) => action === 'default')?.to;
  }

  #pointer(id: string, ahead: ReadonlySet<string>): Pointer {
    if (!this.#nodes.has(id)) return { id, way: 'missing' };
    return { id, way: this.#drawn.has(id) && !ahead.has(id) ? 'up' : 'down' };
  }
}
