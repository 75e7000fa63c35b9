/** Computes the slack of spans: how much longer each could take without delaying the end of the run. */
import type { Interval, RunState, Span } from '../run/run-state.js';
import { countFitting } from '../run/sorted.js';
import { iterateAncestors } from '../run/span-tree.js';
import { timeWithin, listWaitingIntervals } from '../run/waiting.js';
import type { CriticalPath } from './critical-path.js';

/**
 * Computes slacks in ms, by span id; 0 on the critical path.
 *
 * As in the critical path method, a span may finish as late as the latest start of its successors: siblings that started
 * after its end, or the end of its parent. Dependencies are not recorded, so every later sibling counts as a successor: the
 * slack is a lower bound.
 */
export class Slack {
  readonly #state: RunState;
  readonly #path: CriticalPath;
  readonly #now: number;
  #waits: readonly Interval[] | undefined;
  /** The latest moments at which the children of a span (undefined: the roots) could finish without delaying the run. */
  readonly #latestEnds = new Map<number | undefined, ReadonlyMap<number, number>>();

  /** The slacks at `now`, at which running spans are assumed to end. The state must not change while it is in use. */
  constructor(state: RunState, path: CriticalPath, now: number = state.lastAt) {
    this.#state = state;
    this.#path = path;
    this.#now = now;
  }

  /** The slack of a span, without time in which the run waited for its user; undefined for an unknown id. */
  of(id: number): number | undefined {
    const span = this.#state.spans.get(id);
    if (!span) return undefined;
    const [end, latest] = [this.#endOf(span), this.#latestEnd(span)];
    this.#waits ??= listWaitingIntervals(this.#state, this.#now);
    return Math.max(0, latest - end - timeWithin(this.#waits, end, latest));
  }

  #latestEnd(span: Span): number {
    // Iterative, outermost first, so that a deep tree cannot overflow the stack.
    const unknown: (number | undefined)[] = [];
    for (const { parent } of iterateAncestors(this.#state, span.id)) {
      if (this.#latestEnds.has(parent)) break;
      unknown.push(parent);
    }
    for (const parent of unknown.reverse()) this.#latestEnds.set(parent, this.#latestEndsOfChildren(parent));
    return this.#latestEnds.get(span.parent)!.get(span.id)!;
  }

  /** In descending order of start: each is bounded by those that started after its end. */
  #latestEndsOfChildren(id: number | undefined): ReadonlyMap<number, number> {
    const parent = id === undefined ? undefined : this.#state.spans.get(id)!;
    const ids = parent ? parent.children : this.#state.roots;
    const parentEnd = parent ? this.#endOf(parent) : this.#now;
    const parentLatest = parent ? this.#latestEnds.get(parent.parent)!.get(parent.id)! : this.#now;
    const latestEnds = new Map<number, number>();
    /** By descending start, each with the minimum latest start so far. */
    const later: { start: number; latestStart: number }[] = [];
    const spans = ids.map((child) => this.#state.spans.get(child)!);
    for (const span of spans.sort((a, b) => b.startedAt - a.startedAt || b.id - a.id)) {
      const end = this.#endOf(span);
      const successor = later[countFitting(later, ({ start }) => start >= end) - 1];
      // A child that outlives its parent is bounded by the run only.
      const bound = Math.min(end <= parentEnd ? parentLatest : this.#now, successor?.latestStart ?? Infinity);
      const latest = this.#path.includes(span.id) ? end : Math.max(end, bound);
      latestEnds.set(span.id, latest);
      const latestStart = Math.min(span.startedAt + latest - end, later.at(-1)?.latestStart ?? Infinity);
      later.push({ start: span.startedAt, latestStart });
    }
    return latestEnds;
  }

  #endOf(span: Span): number {
    return span.finishedAt ?? Math.max(this.#now, span.startedAt);
  }
}
