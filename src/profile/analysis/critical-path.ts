/** Finds the critical path of a run: the chain of work that determined its duration. */
import type { RunState, Span } from '../run/run-state.js';
import { findNodePath, iterateAncestors, findStage } from '../run/span-tree.js';
import { timeWithin, listWaitingIntervals } from '../run/waiting.js';

/** A step of the critical path, in ms since the run started: during it only this span's own work kept the run going. */
export type CriticalStep = Readonly<{ span: number; from: number; to: number }>;

/** The part of a critical path that is a node's own work, by its path (`['enrich', 'fetch']`; of a stage itself, its name). */
export type CriticalShare = Readonly<{ path: readonly string[]; ms: number }>;

/** The part of a span that is on the critical path: its own steps and those of its children together. */
type Window = Readonly<{ from: number; to: number }>;

/**
 * The critical path of a run: only shortening one of its steps shortens the run. Steps never overlap, so their sum is at
 * most the run's duration.
 *
 * Computed backwards: from the end of a span, the critical child is the one that finished last before that point, then the
 * one that finished last before that child started, and so on; time that no child covers is the span's own. Evaluated lazily,
 * for requested spans only, because a screen shows few rows of a long run.
 */
export class CriticalPath {
  readonly #state: RunState;
  readonly #now: number;
  readonly #windows = new Map<number, Window>();
  readonly #expanded = new Set<number | undefined>();

  /** The path at `now`, at which running spans are assumed to end. The state must not change while it is in use. */
  constructor(state: RunState, now: number = state.lastAt) {
    this.#state = state;
    this.#now = now;
  }

  /** Whether any part of a span is on the path. */
  includes(id: number): boolean {
    const unknown: Span[] = [];
    for (const span of iterateAncestors(this.#state, id)) {
      unknown.push(span);
      if (this.#expanded.has(span.parent)) break;
    }
    for (const span of unknown.reverse()) {
      this.#expand(span.parent);
      if (!this.#windows.has(span.id)) return false;
    }
    return unknown.length > 0;
  }

  /** All steps, in chronological order. */
  steps(): CriticalStep[] {
    const steps: CriticalStep[] = [];
    const pending = this.#childrenOnPath(undefined);
    for (let span = pending.pop(); span; span = pending.pop()) {
      const { from, to } = this.#windows.get(span.id)!;
      const addOwn = (start: number, end: number) =>
        void (end > start && steps.push({ span: span!.id, from: start, to: end }));
      let until = to;
      for (const child of this.#childrenOnPath(span.id)) {
        const window = this.#windows.get(child.id)!;
        addOwn(window.to, until);
        until = window.from;
        pending.push(child);
      }
      addOwn(from, until);
    }
    return steps.sort((a, b) => a.from - b.from);
  }

  /** Length of the path in ms, without the time in which the run waited for its user. */
  length(): number {
    const waits = listWaitingIntervals(this.#state, this.#now);
    // The steps of a span and of its children fill the part of it that is on the path.
    return this.#childrenOnPath(undefined).reduce((sum, { id }) => {
      const { from, to } = this.#windows.get(id)!;
      return sum + to - from - timeWithin(waits, from, to);
    }, 0);
  }

  /** The path by node, longest share first, without the time in which the run waited for its user. */
  shares(): CriticalShare[] {
    const shares = new Map<string, { path: readonly string[]; ms: number }>();
    const waits = listWaitingIntervals(this.#state, this.#now);
    for (const { span, from, to } of this.steps()) {
      const nodes = findNodePath(this.#state, span);
      const path = nodes.length > 0 ? nodes : [findStage(this.#state, span)?.name ?? ''];
      const key = JSON.stringify(path);
      const share = shares.get(key) ?? { path, ms: 0 };
      shares.set(key, share);
      share.ms += to - from - timeWithin(waits, from, to);
    }
    return [...shares.values()].filter(({ ms }) => ms > 0).sort((a, b) => b.ms - a.ms);
  }

  /** Determines once which children of a span (undefined: which roots) are on the path. The span itself must be on it. */
  #expand(id: number | undefined): void {
    if (this.#expanded.has(id)) return;
    this.#expanded.add(id);
    const window = id === undefined ? { from: 0, to: this.#now } : this.#windows.get(id)!;
    let until = window.to;
    for (const child of this.#lastEndedFirst(id)) {
      const end = this.#endOf(child);
      // A child that finished later was not waited for. Stages, however, always run in sequence.
      if (end > until && id !== undefined) continue;
      const to = Math.min(end, until);
      const from = Math.max(child.startedAt, window.from);
      if (to <= from) continue;
      this.#windows.set(child.id, { from, to });
      until = from;
    }
  }

  #childrenOnPath(id: number | undefined): Span[] {
    this.#expand(id);
    return this.#lastEndedFirst(id).filter((child) => this.#windows.has(child.id));
  }

  #lastEndedFirst(id: number | undefined): Span[] {
    const ids = id === undefined ? this.#state.roots : this.#state.spans.get(id)!.children;
    const spans = ids.map((child) => this.#state.spans.get(child)!);
    return spans.sort((a, b) => this.#endOf(b) - this.#endOf(a) || b.startedAt - a.startedAt);
  }

  #endOf(span: Span): number {
    return span.finishedAt ?? Math.max(this.#now, span.startedAt);
  }
}
