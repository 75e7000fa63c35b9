/** Compares the contents of two runs node by node: parameters, prompts, answers and what the nodes wrote to the store. */
import { align } from '../../profile/diff/align.js';
import type { RunState } from '../../profile/run/run-state.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import { formatCaptured, isMarked, type Captured } from '../../trace/event/captured.js';
import { indexRun, nodeKey, type NodeName, type RunIndex } from './run-index.js';

/** A content that differs, with its lines in both runs; empty where a run does not have it. */
export type ContentChange = Readonly<{
  node: string;
  /** `parameter model`, `prompt`, `answer of call 2`, `output /ask/response`, `prompt, visit 2`. */
  what: string;
  before: readonly string[];
  after: readonly string[];
}>;

/** A line of a difference: in both, only in the first, only in the second. */
export type DiffLine = Readonly<{ mark: ' ' | '-' | '+'; text: string }>;

/** The contents that differ, in the order of the second run's nodes. Nodes that only one run has are left out. */
export function compareContents(before: RunState, after: RunState): readonly ContentChange[] {
  const earlier = indexRun(before).rows;
  return [...indexRun(after).rows].flatMap(([key, row]) =>
    row.path.length > 0 && earlier.has(key) ? compareNode(before, after, row) : [],
  );
}

/** The contents of one node that differ; of a node that only one run has, all of them. */
export function compareNode(before: RunState, after: RunState, node: NodeName): readonly ContentChange[] {
  const [old, now] = [collectContents(before, node), collectContents(after, node)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((what): readonly ContentChange[] => {
    const [one, other] = [old.get(what), now.get(what)];
    if (one === other) return [];
    return [{ node: node.path.join('/'), what, before: linesOf(one), after: linesOf(other) }];
  });
}

/** The lines of a difference, with up to `context` equal lines around each change. */
export function diffLines({ before, after }: ContentChange, context = 1): readonly DiffLine[] {
  return align(before, after).flatMap(({ isSame, before: [from, to], after: [start, end] }, i, all) => {
    if (!isSame)
      return [
        ...before.slice(from, to).map((text): DiffLine => ({ mark: '-', text })),
        ...after.slice(start, end).map((text): DiffLine => ({ mark: '+', text })),
      ];
    const lines = before.slice(from, to).map((text): DiffLine => ({ mark: ' ', text }));
    const head = i === 0 ? [] : lines.slice(0, context);
    const tail = i === all.length - 1 ? [] : lines.slice(Math.max(head.length, lines.length - context));
    const isCut = head.length + tail.length < lines.length && i > 0 && i < all.length - 1;
    return [...head, ...(isCut ? [{ mark: ' ', text: '…' } as const] : []), ...tail];
  });
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split('\n');
}

/** The texts of a node by what they are, of each visit. */
function collectContents(state: RunState, node: NodeName): ReadonlyMap<string, string> {
  const { rows, changes } = indexRun(state);
  const contents = new Map<string, string>();
  for (const [i, id] of (rows.get(nodeKey(node))?.spans ?? []).entries()) {
    const visit = i === 0 ? '' : `, visit ${i + 1}`;
    collectVisit(state, id, changes, (what, value) => {
      if (value !== undefined) contents.set(what + visit, textOf(fullValueDeep(value, state.values)));
    });
  }
  return contents;
}

function collectVisit(
  state: RunState,
  id: number,
  changes: RunIndex['changes'],
  add: (what: string, value: Captured | undefined) => void,
): void {
  const visit = state.spans.get(id);
  for (const [name, { value }] of Object.entries(visit?.resolved?.params ?? {}))
    add(`parameter ${name}`, value);
  const inside = listInside(state, id);
  let calls = 0;
  for (const { call } of inside) {
    if (!call) continue;
    const number = ++calls === 1 ? '' : ` of call ${calls}`;
    add(`system prompt${number}`, call.request?.system);
    add(`prompt${number}`, call.request?.prompt);
    add(`answer${number}`, call.response?.text ?? call.response?.object);
  }
  const written = inside.flatMap((span) => changes.get(span.id) ?? []).toSorted((a, b) => a.seq - b.seq);
  for (const { set } of written)
    for (const [path, value] of Object.entries(set)) add(`output ${path}`, value);
}

/** The spans of a visit in the order of their start, without those of nodes nested in it, which have rows of their own. */
function listInside({ spans }: RunState, id: number) {
  const inside = [];
  const pending = [id];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const span = spans.get(next);
    if (!span || (span.kind === 'node' && span.id !== id)) continue;
    inside.push(span);
    pending.push(...span.children);
  }
  return inside.toSorted((a, b) => a.startedSeq - b.startedSeq);
}

function textOf(value: Captured): string {
  if (typeof value === 'string') return value;
  return isMarked(value) ? formatCaptured(value) : JSON.stringify(value, null, 2);
}
