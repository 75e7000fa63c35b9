/** Advises on work that ran one after another although no part of it uses another's output. */
import { formatDuration, plural } from '../../lib/text/format.js';
import type { RunState, Span } from '../../profile/run/run-state.js';
import { computeDuration, findNode, findNodePath } from '../../profile/run/span-tree.js';
import type { Advice } from './advice-call.js';

/** A visit of a node, in order of start. */
export type NodeVisit = Readonly<{
  span: number;
  /** The span that it ran in: only nodes of one flow are compared. */
  parent: number | undefined;
  id: string;
  path: string;
  nodeType: string | undefined;
  startedAt: number;
  finishedAt: number | undefined;
  ms: number;
  ok: boolean;
  /** The action that it chose, if it is not the default. */
  action: string | undefined;
  /** The ids of the nodes whose outputs it used; undefined if that was not recorded. */
  uses: ReadonlySet<string> | undefined;
  /** The items of its batch, in order of start. */
  items: readonly Readonly<{ startedAt: number; finishedAt: number | undefined; calls: number }>[];
}>;

/** Below these times nothing is advised. */
const LEAST_GAIN_MS = 500;
const LEAST_BATCH_GAIN_MS = 1000;
const LEAST_ITEMS = 3;

/** The number of items that a batch runs at the same time by default. */
const AT_ONCE = 10;

/** Groups of llm nodes that followed each other without using each other's outputs: together they take as long as the longest. */
export function adviseParallelNodes(visits: readonly NodeVisit[]): Advice[] {
  const counts = new Map<string, number>();
  for (const { path } of visits) counts.set(path, (counts.get(path) ?? 0) + 1);
  const groups: NodeVisit[][] = [];
  /** The nodes of the last group. */
  const ids = new Set<string>();
  for (const [i, visit] of visits.entries()) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const isPure = (each: NodeVisit) =>
      each.ok && each.nodeType === 'llm' && each.uses !== undefined && counts.get(each.path) === 1;
    const follows =
      last !== undefined &&
      visits[i - 1] === last &&
      isPure(last) &&
      last.action === undefined &&
      last.parent === visit.parent &&
      visit.startedAt >= (last.finishedAt ?? Infinity);
    if (follows && isPure(visit) && ![...visit.uses!].some((id) => ids.has(id))) group!.push(visit);
    else {
      groups.push([visit]);
      ids.clear();
    }
    ids.add(visit.id);
  }
  return groups.flatMap((group): Advice[] => {
    const times = group.map(({ ms }) => ms);
    const longest = times.reduce((most, ms) => Math.max(most, ms), 0);
    const gain = sum(times) - longest;
    if (group.length < 2 || gain < LEAST_GAIN_MS) return [];
    return [
      {
        kind: 'parallel-nodes',
        node: undefined,
        message: `${group.map(({ path }) => path).join(', ')} ran one after another and do not use each other's outputs`,
        remedy: `Run them as one parallel batch: together they would take ${formatDuration(longest)} instead of ${formatDuration(sum(times))}.`,
        usd: null,
        ms: gain,
        spans: group.map(({ span }) => span),
      },
    ];
  });
}

/** Batches whose items called a model and ran one at a time. */
export function adviseParallelBatches(visits: readonly NodeVisit[]): Advice[] {
  return visits.flatMap(({ items, path, span, ok }): Advice[] => {
    const called = items.filter(({ calls }) => calls > 0);
    const isSequence = items.every(
      (item, i) => i === 0 || item.startedAt >= (items[i - 1]!.finishedAt ?? Infinity),
    );
    if (!ok || called.length < LEAST_ITEMS || !isSequence) return [];
    const total = sum(items.map(({ startedAt, finishedAt = startedAt }) => finishedAt - startedAt));
    const gain = total - total / Math.min(items.length, AT_ONCE);
    if (gain < LEAST_BATCH_GAIN_MS) return [];
    return [
      {
        kind: 'parallel-batch',
        node: path,
        message: `its ${plural(items.length, 'item')} ran one at a time, ${formatDuration(total)} in all`,
        remedy: 'Set `parallel: true` in its batch, with a `max_concurrent` that the provider allows.',
        usd: null,
        ms: gain,
        spans: [span],
      },
    ];
  });
}

/** The visits of the nodes of a run's workflow. */
export function listNodeVisits(state: RunState): NodeVisit[] {
  const items = new Map<number, NodeVisit['items'][number][]>();
  const visits: Span[] = [];
  for (const span of state.spans.values()) {
    if (span.kind === 'node') visits.push(span);
    if (span.kind !== 'item') continue;
    const node = findNode(state, span.id);
    if (!node) continue;
    const { startedAt, finishedAt, totals } = span;
    const own = items.get(node.id) ?? [];
    items.set(node.id, own);
    own.push({ startedAt, finishedAt, calls: totals.byRules ? 0 : totals.calls });
  }
  return visits.map((span) => ({
    span: span.id,
    parent: span.parent,
    id: span.name,
    path: findNodePath(state, span.id).join('/'),
    nodeType: span.nodeType,
    startedAt: span.startedAt,
    finishedAt: span.finishedAt,
    ms: computeDuration(span, state.lastAt),
    ok: span.status === 'ok',
    action: span.action === 'default' ? undefined : span.action,
    uses: listUses(span),
    items: items.get(span.id) ?? [],
  }));
}

/** The first keys of the places in the store that the parameters were read from: the nodes that wrote them, or inputs. */
function listUses({ resolved }: Span): ReadonlySet<string> | undefined {
  if (!resolved) return undefined;
  const places = Object.values(resolved.params).flatMap(({ from = [] }) => from);
  return new Set(
    places.map((place) => place.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? ''),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
