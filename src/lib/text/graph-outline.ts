/** Lays a graph out as an indented list, for text and for the screen. */

/**
 * Lists a graph top-down, each node once: nodes linked by `default` edges at the same depth, the targets of other actions one
 * level deeper. Unreachable nodes are omitted.
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

/** A directed edge, labelled with the action that takes it. */
export type OutlineEdge = Readonly<{ from: string; to: string; action: string }>;

/** A reference to a node listed elsewhere: `up` = above, `down` = further down, `missing` = no such node. */
export type Pointer = Readonly<{ id: string; way: 'up' | 'down' | 'missing' }>;

/** A row of the outline; `depth` is the number of enclosing branches. */
export type OutlineRow =
  | Readonly<{ kind: 'node'; depth: number; id: string }>
  /** A non-default edge of the node above. Without `to`, its target follows one level deeper. */
  | Readonly<{ kind: 'branch'; depth: number; action: string; to?: Pointer }>
  /** The default successor of the node above, listed elsewhere. */
  | Readonly<{ kind: 'on'; depth: number; to: Pointer }>;

/** Maximum depth of nested branches. */
const MAX_DEPTH = 10;

class Outline {
  readonly rows: OutlineRow[] = [];
  readonly #drawn = new Set<string>();
  /** Branch targets beyond the maximum depth, listed after the main outline. */
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

  /** Lists a node and its default successors. Nodes in `ahead` are listed further down and only referenced here. */
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
    const tooDeep = depth >= MAX_DEPTH;
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

  /** Follows default edges until a node that is listed elsewhere. */
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
