import { Batch } from '../runtime/batch.js';
import { Flow } from '../runtime/flow.js';
import type { Params, Runnable } from '../runtime/runnable.js';
import { NamespacedWrapper } from '../runtime/wrappers/namespaced-wrapper.js';
import { resolveTemplate, TemplateAwareWrapper } from '../runtime/wrappers/template-aware-wrapper.js';
import { TracingWrapper, type TracedAs } from '../runtime/wrappers/tracing-wrapper.js';
import { PflowError } from '../lib/error.js';
import type { NodeType } from '../nodes/node-type.js';
import { startNode, type Workflow, type WorkflowNode } from '../workflow/ir.js';
import { compileTemplate } from '../workflow/template.js';

/** Where compile finds the node types that a workflow names. */
export interface NodeTypes {
  get(type: string): NodeType | undefined;
}

/** Makes a validated workflow into a flow: one runnable a node, in its wrappers, wired by the edges. */
export function compileWorkflow(workflow: Workflow, types: NodeTypes): Flow {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, compileNode(node, workflow, types)]));
  return new Flow(workflow.name ?? 'workflow', { start: startNode(workflow), nodes, edges: workflow.edges });
}

function compileNode(node: WorkflowNode, workflow: Workflow, types: NodeTypes): Runnable {
  const type = types.get(node.type);
  if (!type)
    throw new PflowError('unknown_node_type', `Node '${node.id}' has the unknown type '${node.type}'.`);
  const inner = type.create(node.id);
  const wrapped = (as: TracedAs) => wrap(inner, { as, params: node.params, workflow });
  if (!node.batch) return wrapped({ nodeType: node.type });

  const { items, as, parallel, max_concurrent, max_retries, retry_wait, error_handling } = node.batch;
  const template = compileTemplate(items);
  const batch = new Batch(node.id, {
    items: (shared) => resolveTemplate(template, shared).value,
    as,
    maxConcurrent: parallel ? max_concurrent : 1,
    maxAttempts: max_retries,
    retryWaitMs: retry_wait * 1000,
    failFast: error_handling === 'fail_fast',
    item: (place) => wrapped({ nodeType: node.type, kind: 'item', ...place }),
  });
  return new TracingWrapper(batch, { nodeType: node.type });
}

/** The one line that knows the order of the wrappers. */
function wrap(
  node: Runnable,
  { as, params, workflow }: { as: TracedAs; params: Params; workflow: Workflow },
): Runnable {
  const templated = new TemplateAwareWrapper(node, params, {
    permissive: workflow.template_resolution_mode === 'permissive',
  });
  return new TracingWrapper(workflow.enable_namespacing ? new NamespacedWrapper(templated) : templated, as);
}
