/** Compiles a workflow to a flow of wrapped nodes. */
import { Batch } from '../runtime/flow/batch.js';
import { Loop } from '../runtime/flow/loop.js';
import { Retry, type RetryPlan } from '../runtime/flow/retry.js';
import { Flow } from '../runtime/flow/flow.js';
import type { Runnable, Shared } from '../runtime/contract/runnable.js';
import { TimeLimit } from '../runtime/node/time-limit.js';
import { NamespacedWrapper } from '../runtime/wrappers/namespaced-wrapper.js';
import { resolveTemplate, TemplateAwareWrapper } from '../runtime/wrappers/template-aware-wrapper.js';
import { TracingWrapper, type TracedAs } from '../runtime/wrappers/tracing-wrapper.js';
import { PflowError } from '../lib/error.js';
import type { NodeType, OpenWorkflow } from '../nodes/definition/node-type.js';
import { convert } from '../workflow/format/convert-value.js';
import type { Workflow, WorkflowNode } from '../workflow/format/ir.js';
import { edgesWithErrors, forNextRound, withOwnOutput } from '../workflow/check/repetition.js';
import { startNode } from '../workflow/format/ir-constants.js';
import type { Around } from '../workflow/check/nested-workflows.js';
import { compileTemplate } from '../workflow/format/template.js';
import { analyzeTaint, type Taint, type TaintedInputs } from '../workflow/taint/analyze-taint.js';
import { createDataCheck, type Approve } from './data-uses.js';
import { createFailureHint } from './empty-inputs.js';
import { createOpener } from './open-workflow.js';
import { compileCommand, isQuoted } from './shell-command.js';

/** Looks up the node types that a workflow names. */
export interface NodeTypes {
  get(type: string): NodeType | undefined;
  types(): string[];
}

export type CompileOptions = Readonly<{
  /** The first node, for a resumed run; by default the workflow's own. */
  start?: string;
  /** Maximum number of visits per node; more are taken for an endless loop. Default 1,000. */
  maxVisits?: number;
  /** The enclosing workflows. */
  around?: Around;
  /** Inputs whose values come from outside. */
  tainted?: TaintedInputs;
  /** Asks for consent to what a node does with data. */
  approve?: Approve;
}>;

/** Compiles a validated workflow: one runnable per node, wrapped, connected by the edges. */
export function compileWorkflow(workflow: Workflow, types: NodeTypes, options: CompileOptions = {}): Flow {
  const { start = startNode(workflow), maxVisits, around = [], tainted, approve } = options;
  const limit = maxVisits === undefined ? {} : { maxVisits };
  const consent = approve ? { approve } : {};
  let analyzed: Taint | undefined;
  // Few workflows need it.
  const taint = () =>
    (analyzed ??= analyzeTaint(workflow, types, { around, ...(tainted ? { inputs: tainted } : {}) }));
  const open = createOpener(around, types, (inner, path, inputs) =>
    compileWorkflow(inner, types, { ...limit, ...consent, around: path, tainted: inputs }),
  );
  const openFor = (node: WorkflowNode): OpenWorkflow => {
    return (...args) => open(taint().inputsInside(node), ...args);
  };
  const nodes = new Map(
    workflow.nodes.map((node) => [
      node.id,
      compileNode(node, workflow, types, { taint, openFor, ...consent }),
    ]),
  );
  const explain = (id: string, shared: Shared) => {
    const node = workflow.nodes.find((each) => each.id === id);
    return node && createFailureHint(node)(shared);
  };
  const edges = edgesWithErrors(workflow);
  return new Flow(workflow.name ?? 'workflow', { start, nodes, edges, explain, ...limit });
}

/** What the nodes of a workflow share. */
type NodeParts = Readonly<{
  taint: () => Taint;
  openFor: (node: WorkflowNode) => OpenWorkflow;
  approve?: Approve;
}>;

function compileNode(node: WorkflowNode, workflow: Workflow, types: NodeTypes, parts: NodeParts): Runnable {
  const first = compileRound(node, workflow, types, parts);
  if (!node.loop) return first;
  const again = node.loop.carry ? compileRound(forNextRound(node), workflow, types, parts) : first;
  return new Loop(first, again, {
    ...node.loop,
    while: node.loop.while && withOwnOutput(node.loop.while, node),
    until: node.loop.until && withOwnOutput(node.loop.until, node),
  });
}

/** The node as it runs in one round of its loop, which without a loop is its only one. */
function compileRound(node: WorkflowNode, workflow: Workflow, types: NodeTypes, parts: NodeParts): Runnable {
  const type = types.get(node.type);
  if (!type)
    throw new PflowError('unknown_node_type', `Node '${node.id}' has the unknown type '${node.type}'.`);
  const explain = createFailureHint(node);
  const traced = wrap(type.create(node.id, parts.openFor(node)), node, type, workflow, parts);
  const attempts = retryPlanOf(node);
  if (!node.batch) {
    const once = (attempt: number) =>
      traced({ nodeType: node.type, attempt, mayRetry: attempt < (attempts?.max ?? 1), explain });
    return limitTime(attempts ? new Retry(node.id, once, attempts) : once(1), node.timeout);
  }

  const { items, as, parallel, max_concurrent, max_retries, retry_wait, error_handling } = node.batch;
  const template = compileTemplate(items);
  const batch = new Batch(node.id, {
    items: (shared) => convert(resolveTemplate(template, shared).value, 'list'),
    as,
    maxConcurrent: parallel ? max_concurrent : 1,
    maxAttempts: attempts?.max ?? Math.max(1, max_retries),
    retryWaitMs: attempts?.waitMs ?? retry_wait * 1000,
    backoff: attempts?.backoff ?? 1,
    failFast: error_handling === 'fail_fast',
    namespaced: workflow.enable_namespacing,
    isUsed: isUsed(node, workflow),
    item: (place) => limitTime(traced({ nodeType: node.type, kind: 'item', ...place }), node.timeout),
  });
  return new TracingWrapper(batch, { nodeType: node.type, explain });
}

/**
 * Applies the wrappers in their order, which only this function knows. All but the outermost are shared by the items of
 * a batch.
 */
function wrap(
  inner: Runnable,
  node: WorkflowNode,
  { verbatim = [] }: NodeType,
  { template_resolution_mode, enable_namespacing }: Workflow,
  { taint, approve }: Pick<NodeParts, 'taint' | 'approve'>,
): (as: TracedAs) => Runnable {
  const { params } = node;
  const permissive = template_resolution_mode === 'permissive';
  const check = createDataCheck(node, taint, approve);
  const templated = new TemplateAwareWrapper(inner, params, {
    permissive,
    verbatim,
    ...(check ? { approve: check } : {}),
    ...(isQuoted(node)
      ? {
          compile: (name, value) =>
            name === 'command' ? compileCommand(node, value as string, taint) : undefined,
        }
      : {}),
  });
  const namespaced = new NamespacedWrapper(templated, { enabled: enable_namespacing });
  return (as: TracedAs) => new TracingWrapper(namespaced, as);
}

/** Whether anything refers to the results of a batch. Without declared outputs the last node's are the result. */
function isUsed({ id }: WorkflowNode, { nodes, outputs }: Workflow): boolean {
  const sources = Object.values(outputs).map(({ source }) => source);
  if (sources.length === 0 && nodes.at(-1)?.id === id) return true;
  return compileTemplate([nodes, sources]).references.some(({ path: [node] }) => node === id);
}

/** The timeout includes retries; in a batch it applies to each attempt of an item. */
function limitTime(runnable: Runnable, timeout: number | undefined): Runnable {
  return timeout === undefined ? runnable : new TimeLimit(runnable, timeout);
}

function retryPlanOf({ retry }: WorkflowNode): RetryPlan | undefined {
  if (!retry) return undefined;
  const { max, wait, backoff } = retry;
  const factor = typeof backoff === 'number' ? backoff : backoff === 'exponential' ? 2 : 1;
  return { max, waitMs: wait * 1000, backoff: factor };
}
