/** The workflow node: runs another workflow. */

import { z } from 'zod';
import { endsRun, messageOf, PflowError } from '../../lib/error.js';
import { BaseNode } from '../../runtime/node/base-node.js';
import { NodeFailure } from '../../runtime/flow/flow.js';
import { runNested } from '../../runtime/flow/nested-run.js';
import { requireOutputs } from '../../runtime/flow/outputs.js';
import type { RunContext, Shared } from '../../runtime/contract/runnable.js';
import {
  createStore,
  isNamespace,
  isSpecialKey,
  METRICS_KEY,
  findRoot,
  findSink,
} from '../../runtime/store/store.js';
import { resolveTemplate } from '../../runtime/wrappers/template-aware-wrapper.js';
import { resolveInputs } from '../../workflow/check/inputs.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { mappingOf, MOST_AROUND } from '../../workflow/check/nested-workflows.js';
import { referenceOf, WORKFLOW_TYPE } from '../../workflow/library/workflow-reference.js';
import { compileTemplate } from '../../workflow/format/template.js';
import { parseParams } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import type { NestedWorkflow, NodeType, OpenWorkflow } from '../definition/node-type.js';

const values = z.record(z.string(), z.unknown());

const params = z.looseObject({
  workflow: z.string().optional().describe('Workflow to run: a file path or the name of a saved workflow'),
  workflow_name: z.string().optional().describe('Workflow to run, by saved name'),
  workflow_ref: z.string().optional().describe('Workflow to run, by file path'),
  workflow_ir: values.optional().describe('Inline workflow definition instead of a reference'),
  inputs: values.default({}).describe('Input values of the workflow, by name'),
  param_mapping: values.default({}).describe('Alias of `inputs`'),
  output_mapping: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Maps an output of the workflow, or node.key in it, to an output name here (default: all outputs under their own names)',
    ),
  storage_mode: z
    .enum(['mapped', 'isolated', 'scoped', 'shared'])
    .default('mapped')
    .describe(
      'Store of the workflow: mapped and isolated give it its own store with its inputs only; scoped adds the values whose names begin with scope_prefix; shared uses the store of this workflow',
    ),
  scope_prefix: z
    .string()
    .default('child_')
    .describe('Prefix for storage_mode scoped; it is removed from the names'),
  error_action: z.string().optional().describe('The action that a failure ends with, instead of `error`'),
  max_depth: z.number().int().positive().default(MOST_AROUND).describe('Maximum nesting depth'),
});

/** Runs another workflow as one step. */
export const workflow: NodeType = {
  type: WORKFLOW_TYPE,
  description:
    'Runs another workflow, from a file or by saved name, as one step with its own inputs and outputs.',
  params,
  outputs: z.looseObject({ error: errorOutput }),
  actions: ['error'],
  // Its effects depend on the other workflow; one that cannot be inspected counts as having all of them.
  effects: ['reads', 'writes', 'moves', 'deletes', 'runs-commands', 'sends', 'model'],
  verbatim: ['workflow_ir'],
  create: (id, open) => new WorkflowNode(id, open),
};

type Params = z.output<typeof params>;

/** The workflow to run and its store. */
type Prepared = Readonly<{ nested: NestedWorkflow; params: Params; shared: Shared; ownStore: boolean }>;

class WorkflowNode extends BaseNode<Prepared, Record<string, unknown>> {
  readonly #open: OpenWorkflow | undefined;

  constructor(id: string, open: OpenWorkflow | undefined) {
    super(id);
    this.#open = open;
  }

  override async prep(shared: Shared, context: RunContext): Promise<Prepared> {
    const given = await parseParams({ type: WORKFLOW_TYPE, params }, context.params);
    const reference = referenceOf(given);
    if ('problem' in reference) throw new PflowError('node_failed', `Node '${this.id}' ${reference.problem}`);
    if (!this.#open)
      throw new PflowError('internal', `Node '${this.id}' was not compiled as part of a workflow.`);
    const nested = this.#open(reference, given.max_depth);
    const inputs = inputsOf(nested, given);
    const root = findRoot(shared);
    if (given.storage_mode === 'shared') {
      for (const [name, value] of Object.entries(inputs)) root[name] = value;
      return { nested, params: given, shared: root, ownStore: false };
    }
    const scoped = given.storage_mode === 'scoped' ? scopedValues(root, given.scope_prefix) : {};
    const sink = findSink(shared);
    const own = createStore({ ...scoped, ...inputs, ...(sink ? { [METRICS_KEY]: sink } : {}) });
    return { nested, params: given, shared: own, ownStore: true };
  }

  override async exec({ nested, params, shared, ownStore }: Prepared, context: RunContext) {
    try {
      await runNested({ ...nested, shared, ownStore }, context);
    } catch (error) {
      throw failureInside(nested, error);
    }
    return outputsOf(nested.workflow, shared, params.output_mapping);
  }

  override post(shared: Shared, _prepared: Prepared, outputs: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(outputs)) if (value !== undefined) shared[name] = value;
  }
}

function inputsOf({ workflow, name }: NestedWorkflow, given: Params): Record<string, unknown> {
  try {
    return resolveInputs(workflow, mappingOf(given) ?? {});
  } catch (cause) {
    throw new PflowError('node_failed', `Workflow '${name}' cannot run: ${messageOf(cause)}`, { cause });
  }
}

function scopedValues(root: Shared, prefix: string): Record<string, unknown> {
  const names = Object.keys(root).filter(
    (name) => name.startsWith(prefix) && !isSpecialKey(name) && !isNamespace(root[name]),
  );
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), root[name]]));
}

function outputsOf(
  workflow: Workflow,
  shared: Shared,
  mapping: Params['output_mapping'],
): Record<string, unknown> {
  const { outputs } = requireOutputs(workflow, shared);
  if (!mapping) return outputs;
  const mapped = Object.entries(mapping).map(([source, name]) => {
    const declared = Object.hasOwn(workflow.outputs, source);
    return [
      name,
      declared ? outputs[source] : resolveTemplate(compileTemplate(`\${${source}}`), shared).value,
    ];
  });
  return Object.fromEntries(mapped) as Record<string, unknown>;
}

/** The failure of the nested workflow, naming its node. Errors that end the run propagate unchanged. */
function failureInside({ name }: NestedWorkflow, error: unknown): unknown {
  if (!(error instanceof NodeFailure)) return error;
  const { cause, node } = error;
  if (endsRun(cause)) return cause;
  const hint = cause instanceof PflowError && cause.hint !== undefined ? { hint: cause.hint } : {};
  return new PflowError('node_failed', `Node '${node}' of workflow '${name}' failed: ${messageOf(cause)}`, {
    cause,
    ...hint,
  });
}
