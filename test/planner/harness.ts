import type { LlmCaller, LlmRequest } from '../../src/llm/client/client.js';
import { createLlmCaller } from '../../src/llm/client/caller.js';
import { createOfflineClient } from '../../src/llm/offline/offline-client.js';
import { createRegistry } from '../../src/nodes/registry.js';
import type { PlannerDeps, SavedWorkflow } from '../../src/planner/plan/planner-deps.js';
import { plannerSkills } from '../../src/planner/offline/skills.js';
import { planOf, plannerStore, type Plan, type PlannerStore } from '../../src/planner/plan/planner-state.js';
import { createPlanner } from '../../src/planner/planner.js';
import { listWorkflows } from '../../src/workflow/library/library.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { memorySink, testContext, tracedStore } from '../support/tracing.js';

export const registry = createRegistry();

/** Only the shipped workflows, regardless of what the user of this machine has saved. */
export const shipped: readonly SavedWorkflow[] = listWorkflows({ folder: '/nonexistent' }).workflows;

/** The offline rules behind the same caller as in a run. */
export const offline: LlmCaller = (() => {
  const client = createOfflineClient(plannerSkills());
  return createLlmCaller({ client: () => Promise.resolve(client) });
})();

type Answer = unknown | ((request: LlmRequest) => unknown);

/** A model with scripted responses by task, each list consumed from the front. `asked` records every request. */
export function scripted(
  answers: Readonly<Record<string, readonly Answer[]>>,
): LlmCaller & { asked: LlmRequest[] } {
  const left = new Map(Object.entries(answers).map(([task, list]) => [task, [...list]]));
  const asked: LlmRequest[] = [];
  return {
    asked,
    generate: async (request) => {
      asked.push(request);
      const task = request.task!.name;
      const list = left.get(task);
      if (!list?.length) throw new Error(`'${task}' was asked once too often`);
      const answer = list.shift();
      const object: unknown =
        typeof answer === 'function' ? (answer as (request: LlmRequest) => unknown)(request) : answer;
      return { text: JSON.stringify(object), object, model: 'scripted', usage: null, usageOrigin: 'none' };
    },
  };
}

export type Planned = Readonly<{
  plan: Plan;
  store: Partial<PlannerStore>;
  /** The nodes in the order in which they ran. */
  path: readonly string[];
}>;

/** Plans a request from start to end, traced. */
export async function plan(
  request: string,
  options: {
    llm?: LlmCaller;
    given?: Record<string, unknown>;
    warnings?: string[];
  } & Partial<PlannerDeps> = {},
): Promise<Planned> {
  const { llm = offline, given, warnings, ...deps } = options;
  const planner = createPlanner({
    catalogue: registry,
    saved: [],
    validate: (source) => validateWorkflow(source, registry),
    ...deps,
  });
  const sink = memorySink();
  const shared = tracedStore(sink, given ? { request, given } : { request });
  await planner.run(shared, testContext({ llm, log: (text) => warnings?.push(text) }));
  const path = sink
    .of('span.started')
    .filter(({ kind }) => kind === 'node')
    .map(({ name }) => name);
  return { plan: planOf(shared), store: plannerStore(shared), path };
}
