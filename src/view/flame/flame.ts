import type { RunState, Span } from '../../profile/run/run-state.js';
import { foldSpans } from '../base/incremental.js';
import { addTime, addTotals, emptySum, msOf, type Sum } from '../base/incremental-sum.js';
import type { Metric } from '../state/ui-state.js';

/** All spans of one path of names, merged: a frame of the flame graph. */
export type FlameFrame = {
  /** From the outermost frame in; what a frame is known by. */
  readonly path: readonly string[];
  readonly label: string;
  readonly parent: FlameFrame | undefined;
  readonly children: Map<string, FlameFrame>;
  /** Of its spans, what is inside them included. */
  readonly sum: Sum;
  /** One of its spans: how it looks and what it is. */
  example: Span | undefined;
  /** Its span that took the longest of those that are over, else the first. */
  longest: number | undefined;
  longestMs: number;
};

/** The frames of a run: stages, nodes, attempts and calls, merged by their names. Phases and items are passed over. */
export type Flame = Readonly<{
  root: FlameFrame;
  /** The frame that each span is a part of. */
  frameOf: ReadonlyMap<number, FlameFrame>;
}>;

/** The flame graph of a run. It grows with the run. */
export function flameOf(run: RunState): Flame {
  return follow(run);
}

/** The frame of a path, or the innermost on the way to it that there is. */
export function frameAt(flame: Flame, path: readonly string[]): FlameFrame {
  let frame = flame.root;
  for (const name of path) {
    const child = frame.children.get(name);
    if (!child || child.sum.spans === 0) return frame;
    frame = child;
  }
  return frame;
}

/**
 * The frames right below a frame. The only attempt of a node says nothing that its node does not, so what is inside it
 * stands for it.
 */
export function framesBelow(frame: FlameFrame): readonly FlameFrame[] {
  const children = [...frame.children.values()].filter(({ sum }) => sum.spans > 0);
  const attempts = children.filter(({ example }) => example?.kind === 'attempt');
  if (attempts.length !== 1) return children;
  return children.flatMap((child) => (child === attempts[0] ? framesBelow(child) : child));
}

/** A span of a frame, the most telling one there is. */
export function spanOfFrame(flame: Flame, frame: FlameFrame): number | undefined {
  if (frame.longest !== undefined) return frame.longest;
  for (const [id, each] of flame.frameOf) if (each === frame) return id;
  return undefined;
}

/** What a frame is worth by itself: ms, USD or tokens. */
export function valueOf({ sum }: FlameFrame, metric: Metric, now: number): number {
  if (metric === 'time') return msOf(sum, now);
  return metric === 'cost' ? sum.usd : sum.tokens;
}

type GrowingFlame = { readonly root: FlameFrame; readonly frameOf: Map<number, FlameFrame> };

const follow = foldSpans<GrowingFlame>(
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
    // A call goes by the model that was asked until it is known which one answers.
    if (previous && previous !== frame && previous.longest === after.id) previous.longest = undefined;
    enter(frame.sum, after, 1);
    remember(frame, after);
    // The frame of everything has no spans of its own: it holds the stages.
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
  const ms = span.finishedAt === undefined ? -1 : span.finishedAt - span.startedAt;
  const { longest, longestMs } = frame;
  if (longest !== undefined && (ms < longestMs || (ms === longestMs && span.id >= longest))) return;
  frame.longest = span.id;
  frame.longestMs = ms;
}
