/** Progress of a run: finished and running nodes. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { findStage } from '../../profile/run/span-tree.js';
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

function runningNodes(run: RunState): readonly Span[] {
  const found: Span[] = [];
  const visit = (span: Span): boolean => {
    if (span.status !== 'running') return false;
    let inside = false;
    for (const id of span.children) {
      const child = run.spans.get(id);
      if (child) inside = visit(child) || inside;
    }
    if (!inside && span.kind === 'node') found.push(span);
    return inside || span.kind === 'node';
  };
  for (const id of run.roots) {
    const root = run.spans.get(id);
    if (root) visit(root);
  }
  return found;
}
