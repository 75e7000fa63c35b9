/** The graph of a run: the nodes of its workflow with what they have needed so far, and the edges that were taken. */
import type { CostSum } from '../../lib/text/format-cost.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { iterateAncestors } from '../../profile/run/span-tree.js';
import { memoizeLast } from '../base/memo.js';
import { fieldOf, itemsIn, textOf } from '../content/captured-fields.js';
import { findRunPlan } from '../spans/run-progress.js';
import { newestRow } from '../tree/tree-row.js';
import { listRows } from '../tree/rows.js';
import type { UiState } from '../state/ui-state.js';

/** A node with the spans of its visits, in order. */
export type RunNode = Readonly<{
  id: string;
  type: string | undefined;
  /** Whether it runs over a list, or repeats itself. */
  repeats: 'batch' | 'loop' | undefined;
  visits: readonly Span[];
}>;

/** An edge and how often the run took it. */
export type RunEdge = Readonly<{ from: string; to: string; action: string; taken: number }>;

/** The nodes in the order of the plan. `shape` changes only with nodes and edges. */
export type RunGraph = Readonly<{
  nodes: readonly RunNode[];
  edges: readonly RunEdge[];
  shape: string;
  /** Whether it is the plan of the run; else what was seen of it. */
  isPlanned: boolean;
}>;

/** The most different nodes of a run without a plan; a chat of ten thousand steps has no graph to look at. */
const MOST_SEEN = 200;

/** The graph at this version of the run state; undefined while there is nothing to draw. */
export function graphOfRun(run: RunState): RunGraph | undefined {
  return compute(run, run.events);
}

/** The node of the selected span, or in follow mode of the newest. */
export function selectedNode(run: RunState, ui: UiState, graph: RunGraph): RunNode | undefined {
  return findNode(graph, selectedId(run, ui)) ?? graph.nodes[0];

  function findNode({ nodes }: RunGraph, id: string | undefined): RunNode | undefined {
    if (id?.startsWith('plan:')) return nodes.find((node) => `plan:${node.id}` === id);
    if (id === undefined || !run.spans.has(Number(id))) return undefined;
    const ids = new Set(Array.from(iterateAncestors(run, Number(id)), (span) => span.id));
    return nodes.find(({ visits }) => visits.some((visit) => ids.has(visit.id)));
  }
}

/** What the visits of a node cost together. */
export function sumCosts(visits: readonly Span[]): CostSum {
  const all = visits.map(({ totals }) => totals);
  const some = (test: (totals: CostSum) => boolean) => all.some(test);
  return {
    usd: all.reduce((sum, { usd }) => sum + usd, 0),
    estimated: some(({ estimated }) => estimated),
    bound: some(({ bound }) => bound),
    approximate: some(({ approximate }) => approximate),
    priced: some(({ priced }) => priced),
    free: some(({ free }) => free),
    byRules: some(({ byRules }) => byRules),
    unpriced: all.flatMap(({ unpriced }) => unpriced),
  };
}

function selectedId(run: RunState, ui: UiState): string | undefined {
  if (!ui.follow) return ui.selected;
  const newest = newestRow(listRows(run, ui))?.span;
  return newest && String(newest.id);
}

const compute = memoizeLast((run: RunState, _version: number): RunGraph | undefined => {
  const plan = findRunPlan(run);
  const spans = listSteps(run, plan === undefined ? undefined : 'workflow');
  if (!plan) return graphOfSteps(spans);
  const visits = groupByName(spans);
  const taken = countTransitions(spans);
  const batches = batchNodes(plan);
  const nodes = plan.nodes.map(({ id, type, loop }): RunNode => ({
    id,
    type,
    repeats: batches.has(id) ? 'batch' : loop === undefined ? undefined : 'loop',
    visits: visits.get(id) ?? [],
  }));
  const edges = plan.edges.map(({ from, to, action }): RunEdge => ({
    from,
    to,
    action,
    taken: taken.get(transition(from, to, action)) ?? 0,
  }));
  return { nodes, edges, shape: shapes(plan), isPlanned: true };
});

type Plan = RunState['plans'][number];

const shapes = memoizeLast(({ nodes, edges }: Plan) =>
  JSON.stringify([nodes.map(({ id }) => id), edges.map(({ from, to, action }) => [from, to, action])]),
);

/** The nodes of a plan that run over a list, as far as its workflow could be recorded. */
const batchNodes = memoizeLast(
  ({ ir }: Pick<Plan, 'ir'>): ReadonlySet<string> =>
    new Set(
      itemsIn(fieldOf(ir, 'nodes')).flatMap((node) =>
        fieldOf(node, 'batch') ? [textOf(fieldOf(node, 'id'))] : [],
      ),
    ),
);

/** The steps of a run without a plan, such as the planner's or an agent's, and which of them followed which. */
function graphOfSteps(spans: readonly Span[]): RunGraph | undefined {
  const visits = groupByName(spans);
  if (visits.size === 0 || visits.size > MOST_SEEN) return undefined;
  const nodes = [...visits].map(([id, all]): RunNode => ({
    id,
    type: all[0]!.nodeType ?? all[0]!.kind,
    repeats: undefined,
    visits: all,
  }));
  const edges = [...countTransitions(spans)].map(([key, taken]): RunEdge => {
    const [from, to, action] = JSON.parse(key) as [string, string, string];
    return { from, to, action, taken };
  });
  const shape = JSON.stringify([
    nodes.map(({ id }) => id),
    edges.map(({ from, to, action }) => [from, to, action]),
  ]);
  return { nodes, edges, shape, isPlanned: false };
}

/** The spans directly below a stage: of the workflow, or of the last root that has any. */
function listSteps(run: RunState, stage: string | undefined): readonly Span[] {
  const roots = run.roots.flatMap((id) => run.spans.get(id) ?? []);
  const root =
    stage === undefined
      ? roots.findLast(({ children }) => children.length > 0)
      : roots.find(({ name }) => name === stage);
  const children = root?.children.flatMap((id) => run.spans.get(id) ?? []) ?? [];
  const [only] = children;
  // A program that runs one agent is the graph of the agent's steps.
  return stage === undefined && children.length === 1 && only!.kind !== 'node' && only!.children.length > 1
    ? only!.children.flatMap((id) => run.spans.get(id) ?? [])
    : children;
}

function groupByName(spans: readonly Span[]): Map<string, Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const group = groups.get(span.name);
    if (group) group.push(span);
    else groups.set(span.name, [span]);
  }
  return groups;
}

/** How often a span was followed by another with its action, by both names and the action. */
function countTransitions(spans: readonly Span[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [i, span] of spans.entries()) {
    const before = spans[i - 1];
    if (!before || before.finishedAt === undefined) continue;
    const { action = before.status === 'failed' ? 'error' : 'default' } = before;
    const key = transition(before.name, span.name, action);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function transition(from: string, to: string, action: string): string {
  return JSON.stringify([from, to, action]);
}
