/** What running a workflow needs of its format without the schema: constants, and the node it starts with. */
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

type Startable = Readonly<{ start_node?: string | undefined; nodes: readonly Readonly<{ id: string }>[] }>;
