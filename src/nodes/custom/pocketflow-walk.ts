/** Runs flows of the `pocketflow` package with a span for each of their nodes and items. */

import { BaseNode } from '../../runtime/node/base-node.js';
import { getAbortReason } from '../../runtime/control/abort.js';
import { silentObserver } from '../../runtime/contract/observer.js';
import { findRoot } from '../../runtime/store/store.js';
import { NamespacedWrapper } from '../../runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper, type TracedAs } from '../../runtime/wrappers/tracing-wrapper.js';
import {
  DEFAULT_ACTION,
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../../runtime/contract/runnable.js';
import { NodeNames } from './pocketflow-names.js';
import { countDefinitions, PocketFlowAdapter, type PocketFlowNode } from './pocketflow-node.js';

/** A node as a flow of the package sees it. */
export interface FlowNode extends PocketFlowNode {
  clone(): FlowNode;
  getNextNode(action?: unknown): FlowNode | undefined;
  /** Runs prep, exec and post, or a flow's nodes. */
  _run(shared: Shared): unknown;
}

/** The interface of a `pocketflow` flow: `_orchestrate` runs its nodes, for a batch flow once for each item. */
export interface PocketFlow extends FlowNode {
  start: FlowNode;
  clone(): PocketFlow;
  _orchestrate(shared: Shared, params?: object): Promise<void>;
}

/** Whether a value is a flow of the package. */
export function isPocketFlow(value: unknown): value is PocketFlow {
  return typeof value === 'object' && value !== null && '_orchestrate' in value && '_run' in value;
}

/** Whether a value is a node of the package, or a flow. */
export function isPocketFlowNode(value: unknown): value is FlowNode {
  if (typeof value !== 'object' || value === null) return false;
  const methods = ['prep', 'exec', 'post', 'setParams', 'clone', 'getNextNode', '_run'];
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}

/** The nodes of a flow access the store throughout, so exec has access to it here. */
type Prepared = Readonly<{ flow: PocketFlow; shared: Shared }>;

/** What the flows inside a flow share with it: the names of nodes, and the namespace that they write to. */
type Scope = Readonly<{ names: NodeNames; namespace: string | undefined }>;

/** A flow inside another one: its parameters are set. `run` is its `_run` before the interception. */
type InnerFlow = Readonly<{ scope: Scope; run: PocketFlow['_run'] }>;

/** Runs a flow as one node. The flow follows its own edges, by its own code; only its nodes are intercepted. */
export class PocketFlowRunner extends BaseNode<Prepared, unknown> {
  readonly #make: () => PocketFlow;
  readonly #inner: InnerFlow | undefined;
  returned: unknown;

  constructor(id: string, make: () => PocketFlow, inner?: InnerFlow) {
    super(id);
    this.#make = make;
    this.#inner = inner;
  }

  override prep(shared: Shared, { params }: RunContext): Prepared {
    const flow = this.#make();
    // Without parameters from outside it keeps those that it was made with.
    if (!this.#inner && Object.keys(params).length > 0) flow.setParams(params);
    return { flow, shared };
  }

  override async exec({ flow, shared }: Prepared, context: RunContext): Promise<unknown> {
    const namespace = findRoot(shared) === shared ? undefined : this.id;
    const { scope = { names: new NodeNames(this.id), namespace }, run = flow['_run'] } = this.#inner ?? {};
    return new FlowWalk(scope, context).runFlow(flow, run, shared, this.id);
  }

  override post(_shared: Shared, _prepared: Prepared, action: unknown): Action | void {
    this.returned = action;
    if (action === undefined || action === null) return;
    return (this.#inner ? String(action) : action) as Action;
  }
}

/** One pass through the nodes of a flow. */
class FlowWalk {
  readonly #scope: Scope;
  readonly #context: RunContext;
  readonly #visits = new Map<string, number>();

  constructor(scope: Scope, context: RunContext) {
    this.#scope = scope;
    this.#context = context;
  }

  /** Runs the flow by its own `_run`. What its class defines stays in force; the instance is changed, a copy by its caller. */
  async runFlow(flow: PocketFlow, run: PocketFlow['_run'], shared: Shared, id: string): Promise<unknown> {
    const { prep, _orchestrate: orchestrate, start } = flow;
    flow.start = this.#intercept(start);
    const items = { ok: 0, failed: 0, of: 0, started: 0 };
    override(flow, 'prep', async (view: Shared) => {
      const prepared: unknown = await prep.call(flow, view);
      if (Array.isArray(prepared)) items.of = prepared.length;
      return prepared;
    });
    override(flow, '_orchestrate', async (view: Shared, params?: object) => {
      if (params === undefined) return orchestrate.call(flow, view);
      const index = items.started++;
      const of = Math.max(items.of, items.started);
      const as = { nodeType: id, kind: 'item', index, of, value: params } as const;
      const one = {
        id,
        run: async (own: Shared, context: RunContext) => {
          const walk = new FlowWalk(this.#scope, withSpan(context));
          const item = Object.create(flow, { start: { value: walk.#intercept(start) } }) as PocketFlow;
          await orchestrate.call(item, own, params);
          return DEFAULT_ACTION;
        },
      };
      try {
        await this.#trace(one, as, view, this.#context);
        items.ok++;
      } catch (error) {
        items.failed++;
        throw error;
      }
    });
    try {
      return await run.call(flow, shared);
    } finally {
      const { ok, failed, of, started } = items;
      if (started > 0) this.#context.observer.batch({ ok, failed, of: Math.max(of, started) });
    }
  }

  /** A node whose copies, of which a flow makes one for each visit, run in a span. */
  #intercept(node: FlowNode): FlowNode {
    const clone = () => {
      const copy = node.clone();
      const { getNextNode, _run: run } = copy;
      override(copy, '_run', (shared: Shared) => this.#visit(node, copy, run, shared));
      override(copy, 'getNextNode', (action?: unknown) => {
        const next = getNextNode.call(copy, action);
        return next ? this.#intercept(next) : next;
      });
      return copy;
    };
    return Object.create(node, { clone: { value: clone } }) as FlowNode;
  }

  async #visit(node: FlowNode, copy: FlowNode, run: FlowNode['_run'], shared: Shared): Promise<unknown> {
    const { signal, control, observer } = this.#context;
    const id = this.#scope.names.find(node);
    if (signal.aborted) throw getAbortReason(signal);
    await control?.beforeNode(id, signal, observer.span);
    const visit = (this.#visits.get(id) ?? 0) + 1;
    this.#visits.set(id, visit);
    const adapter = this.#adapt(id, copy, run);
    await this.#trace(adapter, { nodeType: id }, shared, { ...this.#context, visit });
    return adapter.returned;
  }

  #adapt(id: string, copy: FlowNode, run: FlowNode['_run']): Runnable & { returned: unknown } {
    if (isPocketFlow(copy)) return new PocketFlowRunner(id, () => copy, { scope: this.#scope, run });
    // A class with a way to run of its own has no phases that are known.
    if (countDefinitions(copy, '_run') > 1) return new OpaqueNode(id, (shared) => run.call(copy, shared));
    return new PocketFlowAdapter(id, () => copy, { isInner: true });
  }

  /** Runs a part of the flow in a span, on the store that the flow has: a namespace of the run's store, or all of it. */
  async #trace(inner: Runnable, as: TracedAs, shared: Shared, context: RunContext): Promise<void> {
    const { namespace } = this.#scope;
    const home = namespace === undefined ? inner : new WithinNamespace(inner, namespace);
    await new TracingWrapper(home, as).run(findRoot(shared), context);
  }
}

/** Gives a part of a flow the flow's namespace, and leaves it as it is when the part fails, which the flow may handle. */
class WithinNamespace implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #namespace: string;

  constructor(inner: Runnable, namespace: string) {
    this.id = inner.id;
    this.#inner = inner;
    this.#namespace = namespace;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    let result: { action: Action } | { error: unknown } | undefined;
    const run = async (view: Shared, own: RunContext) => {
      result = await this.#inner.run(view, own).then(
        (action) => ({ action }),
        (error: unknown) => ({ error }),
      );
      return ERROR_ACTION;
    };
    await new NamespacedWrapper({ id: this.#namespace, run }).run(shared, context);
    if (!result || 'error' in result) throw result?.error;
    return result.action;
  }
}

/** A node that is known by its `_run` only. */
class OpaqueNode extends BaseNode<Shared, unknown> {
  readonly #run: (shared: Shared) => unknown;
  returned: unknown;

  constructor(id: string, run: (shared: Shared) => unknown) {
    super(id);
    this.#run = run;
  }

  override prep(shared: Shared): Shared {
    return shared;
  }

  override exec(shared: Shared): unknown {
    return this.#run(shared);
  }

  override post(_shared: Shared, _prepared: Shared, action: unknown): Action | void {
    this.returned = action;
    if (action !== undefined && action !== null) return String(action);
  }
}

/** Replaces a method of an instance. Not enumerable: the package copies a node by its enumerable fields. */
function override<T extends object, K extends keyof T & string>(instance: T, method: K, value: T[K]): void {
  Object.defineProperty(instance, method, { value, configurable: true, writable: true });
}

/** A context that starts spans in the span that is open now, whatever is open in it later. */
function withSpan(context: RunContext): RunContext {
  return { ...context, observer: { ...silentObserver, span: context.observer.span } };
}
