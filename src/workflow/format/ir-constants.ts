/** What running a workflow needs of its format without the schema: constants, the node it starts with and those it can reach. */
/** The version of the workflow format this reads and writes. */
export const IR_VERSION = '0.1.0';

/** The most elements that a batch goes over: each is a span that the profiler shows as a row. */
export const MOST_ITEMS = 10_000;

/** The name under which templates see an element's index in its batch, counted from 0. */
export const INDEX_NAME = '__index__';

/** The node a run starts with. */
export function startNode(workflow: Startable): string {
  return workflow.start_node ?? workflow.nodes[0]!.id;
}

/** The nodes that can run when a workflow starts at `start`. */
export function findReached({ nodes, edges }: Connected, start: string): Set<string> {
  const next = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) next.get(from)?.push(to);
  const reached = new Set([start]);
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to);
  return reached;
}

type Connected = Readonly<{
  nodes: readonly Readonly<{ id: string }>[];
  edges: readonly Readonly<{ from: string; to: string }>[];
}>;

type Startable = Readonly<{ start_node?: string | undefined; nodes: readonly Readonly<{ id: string }>[] }>;
