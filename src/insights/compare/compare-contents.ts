/** Compares the contents of two runs node by node: parameters, prompts, answers and what the nodes wrote to the store. */
import { groupByNode, type NodeRow } from '../../profile/analysis/breakdown.js';
import { align } from '../../profile/diff/align.js';
import type { RunState } from '../../profile/run/run-state.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import { formatCaptured, isMarked, type Captured } from '../../trace/event/captured.js';

/** A content that differs, with its lines in both runs; empty where a run does not have it. */
export type ContentChange = Readonly<{
  node: string;
  /** `parameter model`, `prompt`, `answer of call 2`, `output /ask/response`. */
  what: string;
  before: readonly string[];
  after: readonly string[];
}>;

/** A line of a difference: in both, only in the first, only in the second. */
export type DiffLine = Readonly<{ mark: ' ' | '-' | '+'; text: string }>;

/** The contents that differ, in the order of the second run's nodes. Nodes that only one run has are left out. */
export function compareContents(before: RunState, after: RunState): readonly ContentChange[] {
  const earlier = new Map(groupByNode(before).map((row) => [nameOf(row), row]));
  return groupByNode(after).flatMap((row) => {
    const former = earlier.get(nameOf(row));
    if (!former || row.path.length === 0) return [];
    const [old, now] = [collectContents(before, former), collectContents(after, row)];
    return [...new Set([...now.keys(), ...old.keys()])].flatMap((what): readonly ContentChange[] => {
      const [one, other] = [old.get(what), now.get(what)];
      if (one === other) return [];
      return [{ node: row.path.join('/'), what, before: linesOf(one), after: linesOf(other) }];
    });
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

function nameOf({ stage, path }: NodeRow): string {
  return JSON.stringify([stage, ...path]);
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split('\n');
}

/** The texts of the last visit of a node by what they are. */
function collectContents(state: RunState, { spans }: NodeRow): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  const last = state.spans.get(spans.at(-1) ?? -1);
  if (!last) return contents;
  const add = (what: string, value: Captured | undefined) => {
    if (value !== undefined) contents.set(what, textOf(fullValueDeep(value, state.values)));
  };
  for (const [name, { value }] of Object.entries(last.resolved?.params ?? {}))
    add(`parameter ${name}`, value);
  const inside = new Set([last.id]);
  let calls = 0;
  // Spans are in the order of their start: a parent comes before its children.
  for (const span of state.spans.values()) {
    if (span.parent === undefined || !inside.has(span.parent) || span.kind === 'node') continue;
    inside.add(span.id);
    if (!span.call) continue;
    const number = ++calls === 1 ? '' : ` of call ${calls}`;
    add(`system prompt${number}`, span.call.request?.system);
    add(`prompt${number}`, span.call.request?.prompt);
    add(`answer${number}`, span.call.response?.text ?? span.call.response?.object);
  }
  for (const { span, set } of state.changes)
    if (inside.has(span)) for (const [path, value] of Object.entries(set)) add(`output ${path}`, value);
  return contents;
}

function textOf(value: Captured): string {
  if (typeof value === 'string') return value;
  return isMarked(value) ? formatCaptured(value) : JSON.stringify(value, null, 2);
}
