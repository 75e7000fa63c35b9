/** Assembles the planner: nine nodes in one flow. */

import { Flow, type FlowEdge } from '../runtime/flow/flow.js';
import type { Runnable } from '../runtime/contract/runnable.js';
import { TracingWrapper } from '../runtime/wrappers/tracing-wrapper.js';
import type { PlannerDeps } from './plan/planner-deps.js';
import { ComponentBrowsing } from './nodes/component-browsing.js';
import { MetadataGeneration } from './nodes/metadata-generation.js';
import { ParameterDiscovery } from './nodes/parameter-discovery.js';
import { ParameterMapping } from './nodes/parameter-mapping.js';
import { ParameterPreparation } from './nodes/parameter-preparation.js';
import { ResultPreparation } from './nodes/result-preparation.js';
import { Validator } from './nodes/validator.js';
import { WorkflowDiscovery } from './nodes/workflow-discovery.js';
import { WorkflowGenerator } from './nodes/workflow-generator.js';

/**
 * The planner: nine nodes in a flow on the same runtime, over their own store, which starts with `request` (and `given`,
 * the key=value inputs). Path A reuses a saved workflow, path B generates one; `planOf` reads the result.
 */
export function createPlanner(deps: PlannerDeps): Runnable {
  const nodes: Runnable[] = [
    new WorkflowDiscovery(deps),
    new ComponentBrowsing(deps),
    new ParameterDiscovery(deps),
    new WorkflowGenerator(deps),
    new ParameterMapping(deps),
    new Validator(deps),
    new MetadataGeneration(deps),
    new ParameterPreparation(deps),
    new ResultPreparation(),
  ];
  return new Flow('planner', {
    start: 'workflow-discovery',
    nodes: new Map(nodes.map((node) => [node.id, new TracingWrapper(node, { nodeType: node.id })])),
    edges,
  });
}

const edges: readonly FlowEdge[] = [
  // Path A: a saved workflow matches.
  edge('workflow-discovery', 'found', 'parameter-mapping'),
  edge('parameter-mapping', 'default', 'parameter-preparation'),
  edge('parameter-preparation', 'default', 'result-preparation'),
  // Path B: generate a workflow, and regenerate it while the validator finds problems.
  edge('workflow-discovery', 'not_found', 'component-browsing'),
  edge('component-browsing', 'default', 'parameter-discovery'),
  edge('parameter-discovery', 'default', 'workflow-generator'),
  edge('workflow-generator', 'default', 'parameter-mapping'),
  edge('parameter-mapping', 'validate', 'validator'),
  edge('validator', 'retry', 'workflow-generator'),
  edge('validator', 'default', 'metadata-generation'),
  edge('metadata-generation', 'default', 'parameter-preparation'),
];

function edge(from: string, action: string, to: string): FlowEdge {
  return { from, to, action };
}
