import { safeText } from '../lib/safe-text.js';
import { truncate } from '../lib/text-width.js';
import { startNode, type Workflow, type WorkflowEdge, type WorkflowNode } from './ir.js';

/**
 * A workflow drawn as text: a line a node from the top down, what leaves it by another action indented under it, `↑` where that
 * leads back and `↓` where it joins what is drawn further down.
 */
export function graphText(workflow: Workflow, options: { columns?: number } = {}): string {
  const { columns = Infinity } = options;
  const { nodes, inputs, outputs } = workflow;
  const drawing = new Drawing(workflow);
  if (nodes.length > 0) drawing.draw(startNode(workflow));
  const unreached = nodes.map(({ id }) => id).filter((id) => !drawing.drawn.has(id));
  return [
    ...labelled('inputs', Object.entries(inputs).map(inputText)),
    ...drawing.lines,
    ...labelled(
      'outputs',
      Object.entries(outputs).map(([name, { source }]) => outputText(name, source)),
    ),
    ...labelled('never reached', unreached),
  ]
    .map((line) => truncate(safeText(line), columns))
    .join('\n');
}

/** How far to the right branches of branches may go. */
const DEEPEST = 30;

class Drawing {
  readonly lines: string[] = [];
  readonly drawn = new Set<string>();
  /** What would have been drawn too far to the right. */
  readonly #later = new Set<string>();
  readonly #nodes: ReadonlyMap<string, WorkflowNode>;
  readonly #edges = new Map<string, WorkflowEdge[]>();

  constructor({ nodes, edges }: Workflow) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const edge of edges) this.#edges.set(edge.from, [...(this.#edges.get(edge.from) ?? []), edge]);
  }

  draw(start: string): void {
    this.#chain(start, '', new Set());
    for (const id of this.#later) if (!this.drawn.has(id)) this.#chain(id, '', new Set());
  }

  /** A node and those after it, one below the other. What is `ahead` is drawn further down, and here only pointed at. */
  #chain(first: string, indent: string, below: ReadonlySet<string>): void {
    const trunk = this.#trunk(first, below);
    const ahead = new Set([...below, ...trunk]);
    for (const [i, id] of trunk.entries()) {
      ahead.delete(id);
      this.drawn.add(id);
      this.lines.push(`${indent}● ${this.#nodeText(id)}`);
      const edges = this.#edges.get(id) ?? [];
      for (const edge of edges) if (edge.action !== 'default') this.#branch(edge, indent, ahead);
      const next = this.#next(id);
      if (next !== undefined && next !== trunk[i + 1]) this.lines.push(indent + this.#pointer(next, ahead));
    }
  }

  #branch({ to, action }: WorkflowEdge, indent: string, ahead: ReadonlySet<string>): void {
    const tooDeep = indent.length >= DEEPEST;
    if (tooDeep) this.#later.add(to);
    const elsewhere = tooDeep || this.drawn.has(to) || ahead.has(to) || !this.#nodes.has(to);
    this.lines.push(`${indent}├─ ${action}${elsewhere ? ` ${this.#pointer(to, ahead)}` : ''}`);
    if (!elsewhere) this.#chain(to, `${indent}│  `, ahead);
  }

  /** The nodes that follow each other by their default edges, up to one that is drawn elsewhere. */
  #trunk(first: string, below: ReadonlySet<string>): string[] {
    const trunk = new Set<string>();
    for (let id: string | undefined = first; id !== undefined; id = this.#next(id)) {
      if (trunk.has(id) || this.drawn.has(id) || below.has(id) || !this.#nodes.has(id)) break;
      trunk.add(id);
    }
    return [...trunk];
  }

  #next(id: string): string | undefined {
    return this.#edges.get(id)?.find(({ action }) => action === 'default')?.to;
  }

  #pointer(id: string, ahead: ReadonlySet<string>): string {
    if (!this.#nodes.has(id)) return `✗ ${id} (there is no such node)`;
    return `${this.drawn.has(id) && !ahead.has(id) ? '↑' : '↓'} ${id}`;
  }

  #nodeText(id: string): string {
    const { type, batch, purpose } = this.#nodes.get(id)!;
    const items = typeof batch?.items === 'string' ? batch.items : `${batch?.items.length} items`;
    const each = batch ? ` × ${items}${batch.parallel ? ', in parallel' : ''}` : '';
    const [about = ''] = (purpose ?? '').split('\n');
    return `${id}  ${type}${each}${about ? `  ${about}` : ''}`;
  }
}

function labelled(label: string, parts: readonly string[]): string[] {
  return parts.length ? [`${label}: ${parts.join(', ')}`] : [];
}

function inputText([name, { required, default: byDefault }]: [string, Workflow['inputs'][string]]): string {
  if (byDefault !== undefined) return `${name} = ${JSON.stringify(byDefault)}`;
  return required ? name : `${name}?`;
}

function outputText(name: string, source: string | undefined): string {
  return source === undefined ? name : `${name} = ${source.split('\n')[0]!}`;
}
