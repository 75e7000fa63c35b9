/** Runs nodes in the order that their edges define. */
import { endsRun, messageOf, PflowError } from '../../lib/error.js';
import { getAbortReason } from '../control/abort.js';
import {
  DEFAULT_ACTION,
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';
import { readReportedError } from '../store/reported-error.js';
import { rawStore } from '../store/store.js';

export type FlowEdge = Readonly<{ from: string; to: string; action: Action }>;

export type FlowConfig = Readonly<{
  start: string;
  nodes: ReadonlyMap<string, Runnable>;
  edges: readonly FlowEdge[];
  /** Maximum number of visits per node; more are taken for an endless loop. */
  maxVisits?: number;
  /** What in the store may explain the failure of a node. */
  explain?: (id: string, shared: Shared) => string | undefined;
}>;

/**
 * Runs nodes one after another, each time following the edge labelled with the node's action, until no edge matches.
 */
export class Flow implements Runnable {
  readonly id: string;
  readonly #config: FlowConfig;
  readonly #nodes: ReadonlyMap<string, Runnable>;
  readonly #start: string;
  readonly #next = new Map<string, Map<Action, string>>();
  readonly #maxVisits: number;

  constructor(id: string, config: FlowConfig) {
    this.id = id;
    this.#config = config;
    this.#nodes = config.nodes;
    this.#start = config.start;
    this.#maxVisits = config.maxVisits ?? 1000;
    for (const { from, to, action } of config.edges) {
      const actions = this.#next.get(from) ?? new Map<Action, string>();
      this.#next.set(from, actions.set(action, to));
    }
  }

  /** Nodes that the start or an edge names and that do not exist. */
  get missingNodes(): string[] {
    const named = [this.#start, ...this.#config.edges.flatMap(({ from, to }) => [from, to])];
    return [...new Set(named)].filter((id) => !this.#nodes.has(id));
  }

  /** A copy of this flow with each node wrapped. */
  wrapNodes(wrap: (node: Runnable, id: string) => Runnable): Flow {
    const nodes = new Map([...this.#nodes].map(([id, node]) => [id, wrap(node, id)]));
    return new Flow(this.id, { ...this.#config, nodes });
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const visits = new Map<string, number>();
    let action: Action = DEFAULT_ACTION;
    for (let id: string | undefined = this.#start; id !== undefined; id = this.#next.get(id)?.get(action)) {
      const node: Runnable | undefined = this.#nodes.get(id);
      if (!node) throw new PflowError('invalid_workflow', `Workflow '${this.id}' has no node '${id}'.`);
      if (context.signal.aborted) throw getAbortReason(context.signal);
      const pause = context.control?.beforeNode(id, context.signal, context.observer.span);
      if (pause) await pause;
      const visit = (visits.get(id) ?? 0) + 1;
      if (visit > this.#maxVisits) {
        throw new NodeFailure(
          id,
          new PflowError(
            'node_failed',
            `Node '${id}' was entered more than ${this.#maxVisits} times: the loop does not end.`,
          ),
        );
      }
      visits.set(id, visit);
      try {
        action = await node.run(shared, visit === context.visit ? context : { ...context, visit });
        if (action === ERROR_ACTION && !this.#handlesErrors(id)) throw readReportedError(shared, id);
      } catch (error) {
        action = this.#actionAfter(error, id, context, shared);
      }
      this.#warnOfMissingEdge(id, action, context);
    }
    return action;
  }

  /** The action after a failure: "error" if there is such an edge; otherwise rethrows. */
  #actionAfter(error: unknown, id: string, { signal }: RunContext, shared: Shared): Action {
    if (signal.aborted || endsRun(error)) throw error;
    if (this.#handlesErrors(id)) return ERROR_ACTION;
    if (error instanceof NodeFailure) throw error;
    throw new NodeFailure(id, error, this.#config.explain?.(id, rawStore(shared)));
  }

  #handlesErrors(id: string): boolean {
    return this.#next.get(id)?.has(ERROR_ACTION) ?? false;
  }

  /**
   * Warns of an action that has no edge although the node has edges for other actions. A node without edges is a normal
   * end, and so is "default".
   */
  #warnOfMissingEdge(id: string, action: Action, { log }: RunContext): void {
    const edges = this.#next.get(id);
    if (!edges || edges.has(action) || action === DEFAULT_ACTION) return;
    log(
      // As the warning that is derived from the trace says it, so that it is printed once.
      `${id}: It chose the action '${action}', which no edge continues: the workflow ended there.`,
      'warning',
    );
  }
}

/** A node's error leaving the flow: the node's id, with the original error as `cause`. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';
  readonly node: string;
  /** What may explain it besides the error's own hint. */
  readonly hint: string | undefined;

  constructor(node: string, cause: unknown, hint?: string) {
    super(messageOf(cause), { cause });
    this.node = node;
    this.hint = hint;
  }
}
