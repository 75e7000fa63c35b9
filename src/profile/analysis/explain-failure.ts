/** Explains why a node failed: its parameters, where they came from, and what differs from an earlier run that succeeded. */
import type { Captured } from '../../trace/event/captured.js';
import { parsePointer } from '../../lib/data/json-pointer.js';
import type { RunState, Span } from '../run/run-state.js';
import { findNode, findNodePath, iterateAncestors } from '../run/span-tree.js';
import { findStore, findWriter } from '../store/snapshot.js';
import { listRunChanges, type RunChange } from './run-changes.js';
import { deriveWarnings } from './warnings.js';

/** Where a parameter's value came from. */
export type ParamSource = Readonly<{
  /** A JSON Pointer in the store. */
  pointer: string;
  /** The node that wrote it; undefined for an input of the run, and where nothing did. */
  writer: Span | undefined;
  /** The last lines that this node printed to stderr. */
  stderr: readonly string[];
}>;

/** A parameter that was made from other values. `value` is undefined if its template could not be resolved. */
export type ExplainedParam = Readonly<{
  name: string;
  template: Captured;
  value: Captured | undefined;
  sources: readonly ParamSource[];
}>;

/** Why a node failed, or gave a warning. */
export type FailureExplanation = Readonly<{
  /** The innermost failed node. */
  node: Span;
  path: string;
  /** Its error, or its warnings. */
  message: string;
  params: readonly ExplainedParam[];
  /** The last lines that it printed to stderr itself. */
  stderr: readonly string[];
  /** The differences from the run to compare with; undefined without one. */
  changes: readonly RunChange[] | undefined;
}>;

/** Lines of stderr that are kept. */
const STDERR_LINES = 5;

/**
 * Explains a failed span, or a node with warnings; undefined for any other. `earlier` is a run of the same workflow that succeeded.
 */
export function explainFailure(
  run: RunState,
  span: Span,
  earlier?: RunState,
): FailureExplanation | undefined {
  const origin = span.status === 'failed' ? findOrigin(run, span) : span;
  const node = findNode(run, origin.id);
  if (!node) return undefined;
  const path = findNodePath(run, node.id).join('/');
  const message = origin.error?.message ?? warningsOf(run, path);
  if (message === undefined || (span.status !== 'failed' && span !== node)) return undefined;
  return {
    node,
    path,
    message,
    params: listParams(run, origin, node, message),
    stderr: readStderr(run, node),
    changes: earlier && listRunChanges(run, node, earlier),
  };
}

/** The innermost of a chain of failed spans. */
function findOrigin(run: RunState, span: Span): Span {
  const failed = span.children
    .flatMap((id) => run.spans.get(id) ?? [])
    .findLast(({ status }) => status === 'failed');
  return failed ? findOrigin(run, failed) : span;
}

/** Warnings are derived when the run has finished. */
function warningsOf(run: RunState, path: string): string | undefined {
  if (!run.finished) return undefined;
  const messages = deriveWarnings(run).filter(({ node }) => node === path);
  return messages.length > 0 ? messages.map(({ message }) => message).join('; ') : undefined;
}

type Params = Readonly<
  Record<
    string,
    { template?: Captured | undefined; value?: Captured | undefined; from?: string[] | undefined }
  >
>;

/** The parameters made from templates, those that the message names first. */
function listParams(run: RunState, origin: Span, node: Span, message: string): ExplainedParam[] {
  const params = findResolved(run, origin, node) ?? readPlanned(run, node);
  return Object.entries<Params[string]>(params)
    .flatMap(([name, { template, value, from = [] }]): ExplainedParam[] =>
      template === undefined
        ? []
        : [{ name, template, value, sources: from.map((pointer) => findSource(run, origin, pointer)) }],
    )
    .toSorted((a, b) => Number(message.includes(b.name)) - Number(message.includes(a.name)));
}

/** The parameters of an item or an attempt, else those of its node. */
function findResolved(run: RunState, origin: Span, node: Span): Params | undefined {
  for (const span of iterateAncestors(run, origin.id)) {
    if (span.resolved) return span.resolved.params;
    if (span === node) return undefined;
  }
  return undefined;
}

/** The templates of a node whose parameters could not be resolved, from the plan. */
function readPlanned(run: RunState, node: Span): Params {
  const parent = node.parent === undefined ? undefined : run.spans.get(node.parent);
  const plan = run.plans.findLast((each) => each.span === parent?.id) ?? run.plans.at(-1);
  const { nodes = [] } = (plan?.ir ?? {}) as { nodes?: readonly PlannedNode[] };
  const planned = Array.isArray(nodes)
    ? (nodes as readonly PlannedNode[]).find(({ id }) => id === node.name)
    : undefined;
  return Object.fromEntries(
    Object.entries(planned?.params ?? {}).flatMap(([name, template]) => {
      const from = pointersIn(template);
      return from.length > 0 ? [[name, { template, from }]] : [];
    }),
  );
}

type PlannedNode = Readonly<{ id?: string; params?: Readonly<Record<string, Captured>> }>;

/** The store keys that a template refers to: `/fetch/body` for `${fetch.body.rows[0]}`. */
function pointersIn(template: Captured): string[] {
  const text = typeof template === 'string' ? template : JSON.stringify(template);
  const found = text.matchAll(/(?<!\$)\$\{\s*([\w-]+)(?:\.([\w-]+))?/g);
  return [...new Set(Array.from(found, ([, node, key]) => `/${node}${key === undefined ? '' : `/${key}`}`))];
}

function findSource(run: RunState, span: Span, pointer: string): ParamSource {
  const store = findStore(run, span);
  const written = findWriter(run, pointer, {
    seq: span.startedSeq,
    ...(store === undefined ? {} : { store }),
  });
  const writer = written
    ? (findNode(run, written.span) ?? run.spans.get(written.span))
    : findNamed(run, pointer);
  return { pointer, writer, stderr: writer ? readStderr(run, writer) : [] };
}

/** The node that a pointer names, which ran without writing the key. */
function findNamed(run: RunState, pointer: string): Span | undefined {
  const [name] = parsePointer(pointer);
  let found: Span | undefined;
  for (const span of run.spans.values()) if (span.kind === 'node' && span.name === name) found = span;
  return found;
}

function readStderr(run: RunState, span: Span): string[] {
  const lines: { at: number; text: string }[] = [];
  const visit = (each: Span): void => {
    for (const { at, stream, text } of each.logs) if (stream !== 'stdout') lines.push({ at, text });
    for (const id of each.children) {
      const child = run.spans.get(id);
      if (child) visit(child);
    }
  };
  visit(span);
  return lines
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''))
    .slice(-STDERR_LINES);
}
