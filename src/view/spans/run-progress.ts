/** Progress of a run: finished and running nodes. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { findStage } from '../../profile/run/span-tree.js';
import { aggregateSpans } from '../../profile/layout/incremental.js';
import { memoizeLast } from '../base/memo.js';

/** The progress of a run. */
export type Progress = Readonly<{
  /** The number of planned nodes that finished at least once, of those whose last visit failed, and of all; undefined before there is a plan. */
  nodes: Readonly<{ done: number; total: number; failed: number }> | undefined;
  /** The innermost running nodes, in order of start. */
  running: readonly Span[];
}>;

/** Computes the progress at this version of the run state. */
export function computeProgress(run: RunState): Progress {
  return compute(run, run.events);
}

const compute = memoizeLast((run: RunState, _version: number): Progress => ({
  nodes: plannedNodes(run),
  running: runningNodes(run),
}));

/** The plan of the run itself: the last one that does not belong to a nested workflow. */
export function findRunPlan(run: RunState): RunState['plans'][number] | undefined {
  const stage = findWorkflowStage(run);
  return run.plans.findLast(
    ({ span }) => span === undefined || span === stage?.id || findStage(run, span)?.name === 'planner',
  );
}

/** The stage that executes the workflow of the run itself. */
export function findWorkflowStage(run: RunState): Span | undefined {
  return run.roots.flatMap((id) => run.spans.get(id) ?? []).find(({ name }) => name === 'workflow');
}

function plannedNodes(run: RunState): Progress['nodes'] {
  const stage = findWorkflowStage(run);
  // Plans of nested workflows do not count towards the progress of the run.
  const plan = findRunPlan(run);
  if (!plan) return undefined;
  const ids = new Set(plan.nodes.map(({ id }) => id));
  const done = new Set<string>();
  const failed = new Set<string>();
  for (const id of stage?.children ?? []) {
    const span = run.spans.get(id);
    if (!span || span.status === 'running' || !ids.has(span.name)) continue;
    done.add(span.name);
    if (span.status === 'failed') failed.add(span.name);
    else failed.delete(span.name);
  }
  return { done: done.size, total: ids.size, failed: failed.size };
}

/** Of the running nodes those that have no other one inside, each within running spans only. */
function runningNodes(run: RunState): readonly Span[] {
  const below = new Map<number, Set<number>>();
  const open = [...runningOf(run).values()].filter(({ id }) => linkToRoot(run, id, below));
  const found: Span[] = [];
  const visit = (id: number): void => {
    const span = run.spans.get(id);
    if (!span) return;
    const inside = [...(below.get(id) ?? [])];
    const count = found.length;
    if (inside.length > 1) {
      const place = new Map(span.children.map((child, i) => [child, i]));
      inside.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    }
    for (const child of inside) visit(child);
    if (found.length === count && span.kind === 'node') found.push(span);
  };
  if (open.length > 0) for (const id of run.roots) if (below.has(id) || runningOf(run).has(id)) visit(id);
  return found;
}

/** Links a span to its ancestors from above; false if one of them is not running. */
function linkToRoot(run: RunState, id: number, below: Map<number, Set<number>>): boolean {
  const path: number[] = [];
  for (let span = run.spans.get(id); span;) {
    if (span.status !== 'running') return false;
    path.push(span.id);
    if (span.parent === undefined) break;
    span = run.spans.get(span.parent);
  }
  for (let i = 0; i + 1 < path.length; i++) {
    const parent = path[i + 1]!;
    below.set(parent, (below.get(parent) ?? new Set()).add(path[i]!));
  }
  return true;
}

/** The running nodes. */
const runningOf = aggregateSpans<Map<number, Span>>(
  () => new Map(),
  (running, { after }) => {
    if (after.kind !== 'node') return;
    if (after.status === 'running') running.set(after.id, after);
    else running.delete(after.id);
  },
);
