/** Merges spans by path into the frames of a flame graph. */

import type { RunState, Span } from '../run/run-state.js';
import { aggregateSpans } from './incremental.js';
import { addTime, addTotals, emptySum, msOf, type Sum } from './incremental-sum.js';
import { computeDuration } from '../run/span-tree.js';

/** A frame: all spans with one path of names. */
export type FlameFrame = {
  /** The names from the root to this frame; its identity. */
  readonly path: readonly string[];
  readonly label: string;
  readonly parent: FlameFrame | undefined;
  readonly children: Map<string, FlameFrame>;
  /** Totals of its spans, including descendants. */
  readonly sum: Sum;
  /** A representative span, for style and kind. */
  example: Span | undefined;
  /** Its slowest finished span, else the first. */
  longest: number | undefined;
  longestMs: number;
  /** What the frame and those inside it weigh by metric, while nothing inside it changes. */
  weights: Partial<Record<SpanMetric, number>>;
};

/** The frames of a run: stages, nodes, attempts and calls merged by name. Phases and items are skipped. */
export type Flame = Readonly<{
  root: FlameFrame;
  /** The frame of each span. */
  frameOf: ReadonlyMap<number, FlameFrame>;
}>;

/** The flame graph of a run, updated incrementally. */
export function flameOf(run: RunState): Flame {
  return follow(run);
}

/** The frame at a path, or its deepest existing ancestor. */
export function frameAt(flame: Flame, path: readonly string[]): FlameFrame {
  let frame = flame.root;
  for (const name of path) {
    const child = frame.children.get(name);
    if (!child || child.sum.spans === 0) return frame;
    frame = child;
  }
  return frame;
}

/** The child frames. A single attempt is skipped in favour of its children. */
export function framesBelow(frame: FlameFrame): readonly FlameFrame[] {
  const children: FlameFrame[] = [];
  let attempt: FlameFrame | undefined;
  let attempts = 0;
  for (const child of frame.children.values()) {
    if (child.sum.spans === 0) continue;
    children.push(child);
    if (child.example?.kind !== 'attempt') continue;
    attempt = child;
    attempts++;
  }
  if (attempts !== 1) return children;
  return children.flatMap((child) => (child === attempt ? framesBelow(child) : child));
}

/** The weight of a frame: the larger of its own value and the sum of its children, since concurrent spans add up. */
export function weighFrame(frame: FlameFrame, metric: SpanMetric, now: number): number {
  const known = frame.weights[metric];
  if (known !== undefined) return known;
  let inside = 0;
  // The time of a running span passes.
  let isFinal = metric !== 'time' || frame.sum.counting === 0;
  for (const child of framesBelow(frame)) {
    inside += weighFrame(child, metric, now);
    isFinal &&= child.weights[metric] !== undefined;
  }
  const weight = Math.max(valueOf(frame, metric, now), inside);
  if (isFinal) frame.weights[metric] = weight;
  return weight;
}

function forgetWeights(changed: FlameFrame): void {
  for (let frame: FlameFrame | undefined = changed; frame; frame = frame.parent) frame.weights = {};
}

/** The most representative span of a frame. */
export function spanOfFrame(flame: Flame, frame: FlameFrame): number | undefined {
  if (frame.longest !== undefined) return frame.longest;
  for (const [id, each] of flame.frameOf) if (each === frame) return id;
  return undefined;
}

/** What the width of a frame measures. */
export type SpanMetric = 'time' | 'cost' | 'tokens';

/** The own value of a frame: ms, USD or tokens. */
function valueOf({ sum }: FlameFrame, metric: SpanMetric, now: number): number {
  if (metric === 'time') return msOf(sum, now);
  return metric === 'cost' ? sum.usd : sum.tokens;
}

type GrowingFlame = { readonly root: FlameFrame; readonly frameOf: Map<number, FlameFrame> };

const follow = aggregateSpans<GrowingFlame>(
  () => ({ root: createFrame('', undefined), frameOf: new Map() }),
  (flame, { before, after }) => {
    const { root, frameOf } = flame;
    const parent = (after.parent === undefined ? undefined : frameOf.get(after.parent)) ?? root;
    const isPassed = after.kind === 'phase' || after.kind === 'item';
    const frame = isPassed ? parent : childOf(parent, after);
    const previous = frameOf.get(after.id);
    frameOf.set(after.id, frame);
    if (isPassed) return;
    if (before && previous) enter(previous.sum, before, -1);
    if (previous && previous !== frame) forgetWeights(previous);
    forgetWeights(frame);
    // A call is named by the requested model until the response names one.
    if (previous && previous !== frame && previous.longest === after.id) previous.longest = undefined;
    enter(frame.sum, after, 1);
    remember(frame, after);
    // The root frame has no spans of its own: it contains the stages.
    if (parent === root) {
      if (before) enter(root.sum, before, -1);
      enter(root.sum, after, 1);
      remember(root, after);
    }
  },
);

function createFrame(label: string, parent: FlameFrame | undefined): FlameFrame {
  return {
    path: parent === undefined ? [] : [...parent.path, label],
    label,
    parent,
    children: new Map(),
    sum: emptySum(),
    example: undefined,
    longest: undefined,
    longestMs: -1,
    weights: {},
  };
}

function childOf(parent: FlameFrame, span: Span): FlameFrame {
  const label = frameLabel(span);
  let child = parent.children.get(label);
  if (!child) parent.children.set(label, (child = createFrame(label, parent)));
  return child;
}

function frameLabel(span: Span): string {
  if (span.kind === 'attempt') return `attempt ${span.attempt ?? span.name}`;
  return span.call?.model ?? span.call?.requestedModel ?? span.name;
}

function enter(sum: Sum, span: Span, sign: 1 | -1): void {
  addTime(sum, span, sign);
  addTotals(sum, span.totals, sign);
}

function remember(frame: FlameFrame, span: Span): void {
  frame.example ??= span;
  const ms = span.finishedAt === undefined ? -1 : computeDuration(span, span.finishedAt);
  const { longest, longestMs } = frame;
  if (longest !== undefined && (ms < longestMs || (ms === longestMs && span.id >= longest))) return;
  frame.longest = span.id;
  frame.longestMs = ms;
}
