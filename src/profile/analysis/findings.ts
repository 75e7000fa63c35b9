import { byNode, type NodeRow } from './breakdown.js';
import type { RunState, Span } from '../run/run-state.js';
import { nodeOf, outwards } from '../run/span-tree.js';

/** What deserves a look in a run. */
export type Findings = Readonly<{
  /** The nodes that took the longest, longest first. */
  slowest: readonly NodeRow[];
  /** The nodes that cost the most, by what is known of their cost. */
  costliest: readonly NodeRow[];
  /** Calls whose answer was thrown away, and what they are known to have cost. */
  wasted: Readonly<{ calls: number; usd: number }>;
  errors: readonly Failure[];
}>;

/** An error, once, where it began: spans that only passed it on are left out. */
export type Failure = Readonly<{
  span: number;
  /** The node it happened in. */
  node: string | undefined;
  message: string;
  /** A retry or another branch made good for it: something around it ended well. */
  recovered: boolean;
}>;

/** Looks through a run for its slowest and costliest nodes, for wasted money and for errors. */
export function findingsOf(state: RunState, options: { now?: number; limit?: number } = {}): Findings {
  const { now = state.lastAt, limit = 3 } = options;
  const rows = byNode(state, now).filter((row) => row.path.length > 0);
  const spans = [...state.spans.values()];
  return {
    slowest: rows.toSorted((a, b) => b.ms - a.ms).slice(0, limit),
    costliest: rows
      .filter((row) => row.totals.usd > 0)
      .toSorted((a, b) => b.totals.usd - a.totals.usd)
      .slice(0, limit),
    wasted: { calls: spans.filter((span) => span.call?.wasted).length, usd: state.totals.wastedUsd },
    errors: spans.filter((span) => isOrigin(state, span)).map((span) => failureOf(state, span)),
  };
}

/** It failed, and not because the last thing inside it did, or something inside it with the same error. */
function isOrigin(state: RunState, span: Span): boolean {
  if (span.status !== 'failed') return false;
  const children = span.children.map((id) => state.spans.get(id)!);
  if (children.at(-1)?.status === 'failed') return false;
  return !children.some((child) => child.status === 'failed' && child.error?.message === span.error?.message);
}

function failureOf(state: RunState, span: Span): Failure {
  return {
    span: span.id,
    node: nodeOf(state, span.id)?.name,
    message: span.error?.message ?? 'failed',
    recovered: [...outwards(state, span.id)].some((around) => around.status === 'ok'),
  };
}
