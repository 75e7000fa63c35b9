/** Creates the event that describes the workflow that a run is about to execute. */
import type { NodeTypes } from '../compile/compile.js';
import { builtinTypes } from '../nodes/registry.js';
import { effectsOf } from '../planner/plan/effects.js';
import type { Plan } from '../planner/plan/planner-state.js';
import { createPlannedEvent } from '../runtime/flow/nested-run.js';
import { formatCaptured } from '../trace/event/captured.js';
import type { TraceSink } from '../trace/event/trace-sink.js';

/** The plan of a run: its workflow, input values, and the side effects of each node. */
export function createRunPlanned(
  plan: Plan,
  types: NodeTypes,
  sink: Pick<TraceSink, 'capture'>,
): ReturnType<typeof createPlannedEvent> {
  const { workflow, params } = plan;
  const effects = effectsOf(workflow, types, params);
  const planned = createPlannedEvent(plan, sink);
  return {
    ...planned,
    ...(plan.plannedBy === undefined ? {} : { plannedBy: plan.plannedBy }),
    nodes: planned.nodes.map((node) => {
      const own = effects.filter((each) => each.node === node.id || each.node.startsWith(`${node.id}/`));
      const type = types.get(node.type);
      // What the built-in types read of the store is in their parameters.
      const readsStore = type?.readsStore === true && !builtinTypes.includes(type);
      const marked = readsStore ? { ...node, readsStore } : node;
      if (own.length === 0) return marked;
      return {
        ...marked,
        effects: own.map(({ effect, what, node: path }) => ({
          effect,
          what: formatCaptured(sink.capture(what + inside(node.id, path))),
        })),
      };
    }),
    ...(plan.repaired
      ? {
          repaired: {
            attempt: plan.repaired.attempt,
            reason: formatCaptured(sink.capture(plan.repaired.reason)),
          },
        }
      : {}),
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, sink.capture(value, key)])),
  };
}

/** Names the nested workflow in which an effect occurs. */
function inside(id: string, path: string): string {
  return path === id ? '' : ` (in ${path.slice(id.length + 1)})`;
}
