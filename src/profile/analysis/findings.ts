/** Finds what deserves attention in a run: slow and expensive nodes, wasted calls, errors. */
import { groupByNode, type NodeRow } from './breakdown.js';
import type { RunState, Span } from '../run/run-state.js';
import { findNode, iterateAncestors } from '../run/span-tree.js';

/** What deserves attention in a run. */
export type Findings = Readonly<{
  /** The nodes with the longest durations, longest first. */
  slowest: readonly NodeRow[];
  /** The most expensive nodes, by known cost. */
  costliest: readonly NodeRow[];
  /** Calls whose response was discarded, and their known cost. */
  wasted: Readonly<{ calls: number; usd: number }>;
  errors: readonly Failure[];
}>;

/** An error, listed once, at the span where it originated; spans that only propagated it are excluded. */
export type Failure = Readonly<{
  span: number;
  /** The node in which it occurred. */
  node: string | undefined;
  message: string;
  /** A retry or another branch recovered from it: an enclosing span finished ok. */
  recovered: boolean;
}>;

/** Finds the slowest and most expensive nodes of a run, its wasted calls and its errors. */
export function analyzeRun(state: RunState, options: { now?: number; limit?: number } = {}): Findings {
  const { now = state.lastAt, limit = 3 } = options;
  const rows = groupByNode(state, now).filter((row) => row.path.length > 0);
  const spans = [...state.spans.values()];
  return {
    slowest: rows.toSorted((a, b) => b.ms - a.ms).slice(0, limit),
    costliest: rows
      .filter((row) => row.totals.usd > 0)
      .toSorted((a, b) => b.totals.usd - a.totals.usd)
      .slice(0, limit),
    wasted: { calls: spans.filter((span) => span.call?.wasted).length, usd: state.totals.wastedUsd },
    errors: listErrors(state),
  };
}

/** The errors of a run, each once, in the order in which their spans started. */
export function listErrors(state: RunState): Failure[] {
  const spans = [...state.spans.values()].filter((span) => isOrigin(state, span));
  return spans.map((span) => failureOf(state, span));
}

/** Whether a span failed by itself: its last child did not fail, and no child failed with the same error. */
function isOrigin(state: RunState, span: Span): boolean {
  if (span.status !== 'failed') return false;
  const children = span.children.map((id) => state.spans.get(id)!);
  if (children.at(-1)?.status === 'failed') return false;
  return !children.some((child) => child.status === 'failed' && child.error?.message === span.error?.message);
}

function failureOf(state: RunState, span: Span): Failure {
  return {
    span: span.id,
    node: findNode(state, span.id)?.name,
    message: span.error?.message ?? 'failed',
    recovered: [...iterateAncestors(state, span.id)].some((around) => around.status === 'ok'),
  };
}
