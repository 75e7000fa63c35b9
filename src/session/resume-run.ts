/** Prepares the rerun of a traced workflow, from its start or from a node. */
import { PflowError } from '../lib/error.js';
import { readSnapshots } from '../profile/store/snapshot.js';
import type { RunState, Span } from '../profile/run/run-state.js';
import type { Shared } from '../runtime/contract/runnable.js';
import { createStore, ensureNamespace } from '../runtime/store/store.js';
import { restoreValue, type LostPart } from '../trace/blobs/restore.js';
import { resolveInputs } from '../workflow/check/inputs.js';
import { workflowSchema, type Workflow, type WorkflowNode } from '../workflow/format/ir.js';
import { INDEX_NAME, startNode } from '../workflow/format/ir-constants.js';
import { formatPlace } from '../workflow/format/problem.js';
import { didYouMean } from '../workflow/format/schema-problems.js';
import { ANY_INDEX, compileTemplate } from '../workflow/format/template.js';

export type RerunOptions = Readonly<{
  /** The node to resume at, with the store as it was when that node last started; absent reruns the whole workflow. */
  from?: string;
  /** Inputs that replace those of the first run. */
  given?: Readonly<Record<string, unknown>>;
}>;

/** A run that resumes from a recorded checkpoint. */
export type Rerun = Readonly<{
  workflow: Workflow;
  /** Input values. */
  params: Readonly<Record<string, unknown>>;
  /** The initial content of the store, inputs included. */
  store: Shared;
  start: string;
}>;

/**
 * Reads from a trace what is needed to rerun its workflow, from its start or from a node. Throws a PflowError that
 * lists the needed values that the trace does not contain; values that no remaining node refers to may be missing.
 */
export function planRerun(state: RunState, { from, given = {} }: RerunOptions = {}): Rerun {
  const workflow = workflowOf(state);
  const start = from ?? startNode(workflow);
  const spans = nodeSpans(state);
  const span = from === undefined ? spans[0] : lastRunOf(from, spans, workflow);
  const before = span ? restoreStore(state, span.id) : { values: inputsAtStart(state), lost: [] };
  const lost = before.lost.filter(({ path }) => !Object.hasOwn(given, path[0]!));
  const needed = neededBy(workflow, start);
  refuse(
    state,
    lost.filter(({ path }) => needed.some((each) => overlap(each, path))),
    `the values that the run needs${from === undefined ? '' : ` from '${from}' on`}`,
  );
  const inputs = Object.entries({ ...before.values, ...given }).filter(
    ([name, value]) =>
      Object.hasOwn(given, name) || (Object.hasOwn(workflow.inputs, name) && value !== undefined),
  );
  const params = resolveInputs(
    from === undefined ? workflow : allOptional(workflow),
    Object.fromEntries(inputs),
  );
  const store = from === undefined ? createStore(params) : storeOf(workflow, { ...before.values, ...params });
  return { workflow, params, store, start };
}

/**
 * The content of a span's store when the span started, by root key, and the parts that the trace does not contain:
 * missing keys and outputs are omitted, deeper parts are undefined.
 */
export function restoreStore(
  state: RunState,
  spanId: number,
): { values: Record<string, unknown>; lost: LostPart[] } {
  const lost: LostPart[] = [];
  const entries = Object.entries(readSnapshots(state, spanId)?.before ?? {}).map(([key, captured]) => {
    const restored = restoreValue(captured, state.values);
    for (const { path, why } of restored.lost) lost.push({ path: [key, ...path], why });
    return [key, restored.value] as const;
  });
  const values = Object.fromEntries(entries);
  for (const { path } of lost) leaveOut(values, path);
  return { values, lost };
}

function leaveOut(values: Record<string, unknown>, [key, output, ...deeper]: LostPart['path']): void {
  if (key === undefined || deeper.length > 0) return;
  if (output === undefined) {
    delete values[key];
    return;
  }
  const namespace = values[key];
  if (typeof namespace === 'object' && namespace !== null && !Array.isArray(namespace))
    delete (namespace as Record<string, unknown>)[output];
}

function workflowOf(state: RunState): Workflow {
  const { plans, values } = state;
  const plan = plans.findLast(({ span }) => span === undefined);
  if (!plan)
    throw new PflowError(
      'invalid_trace',
      'The trace does not contain a workflow: its run ended before one was planned.',
    );
  const { value, lost } = restoreValue(plan.ir, values);
  refuse(state, lost, 'the full workflow');
  const parsed = workflowSchema.safeParse(value);
  if (!parsed.success) throw new PflowError('invalid_trace', 'The workflow in the trace cannot be read.');
  return parsed.data;
}

/** The spans of the workflow's own nodes, in order, without nested workflows and batch items. */
function nodeSpans({ roots, spans }: RunState): Span[] {
  const stage = roots.map((id) => spans.get(id)!).findLast(({ name }) => name === 'workflow');
  return (stage?.children ?? []).map((id) => spans.get(id)!).filter(({ kind }) => kind === 'node');
}

function lastRunOf(from: string, spans: readonly Span[], { nodes }: Workflow): Span {
  const span = spans.findLast(({ name }) => name === from);
  if (span) return span;
  const ids = nodes.map(({ id }) => id);
  if (!ids.includes(from)) {
    const { hint = `There are: ${ids.join(', ')}.` } = didYouMean(from, ids);
    throw new PflowError('not_found', `The workflow has no node '${from}'.`, { hint });
  }
  const ran = [...new Set(spans.map(({ name }) => name))].join(', ') || 'none';
  throw new PflowError(
    'not_found',
    `Node '${from}' did not run in this trace, so the store there is not known.`,
    {
      hint: `These ran: ${ran}.`,
    },
  );
}

/** The inputs of a run that ended before its first node. */
function inputsAtStart({ started, values }: RunState): Record<string, unknown> {
  const entries = Object.entries(started?.params ?? {}).map(([key, value]) => [
    key,
    restoreValue(value, values).value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The paths that the templates of the outputs and of the nodes reachable from `start` refer to. */
function neededBy(workflow: Workflow, start: string): LostPart['path'][] {
  const next = new Map<string, string[]>(workflow.nodes.map(({ id }) => [id, []]));
  for (const { from, to } of workflow.edges) next.get(from)?.push(to);
  const reached = new Set([start]);
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to);
  const ofNodes = workflow.nodes.filter(({ id }) => reached.has(id)).flatMap(referencesOf);
  const ofOutputs = Object.values(workflow.outputs).flatMap(({ source }) => pathsIn(source));
  return [...ofNodes, ...ofOutputs];
}

function referencesOf({ params, batch }: WorkflowNode): LostPart['path'][] {
  const { workflow_ir: _inner, ...own } = params;
  const inParams = pathsIn(own).filter(([first]) => !batch || (first !== batch.as && first !== INDEX_NAME));
  return [...inParams, ...pathsIn(batch?.items)];
}

function pathsIn(value: unknown): LostPart['path'][] {
  return compileTemplate(value).references.map(({ path }) => path);
}

/** Whether one path is a prefix of the other. */
function overlap(one: LostPart['path'], other: LostPart['path']): boolean {
  const shorter = Math.min(one.length, other.length);
  return one.slice(0, shorter).every((step, i) => step === ANY_INDEX || String(step) === String(other[i]));
}

const MOST_NAMED = 5;

function refuse({ started }: RunState, lost: readonly LostPart[], what: string): void {
  if (lost.length === 0) return;
  const named = lost.slice(0, MOST_NAMED).map(({ path, why }) => [formatPlace(path) || 'it', why].join(' '));
  const more = lost.length > MOST_NAMED ? `, and ${lost.length - MOST_NAMED} more` : '';
  throw new PflowError('invalid_trace', `The trace does not contain ${what}: ${named.join('; ')}${more}.`, {
    hint:
      started?.flags.capture === 'full'
        ? 'The values file of the trace may be missing: run `pflow trace check`. Inputs can be given again as key=value.'
        : 'Inputs can be given again as key=value. Runs with --capture full record full values.',
  });
}

function allOptional(workflow: Workflow): Workflow {
  const inputs = Object.entries(workflow.inputs).map(([name, input]) => [
    name,
    { ...input, required: false },
  ]);
  return { ...workflow, inputs: Object.fromEntries(inputs) as Workflow['inputs'] };
}

/** The store with the outputs of nodes in their namespaces. */
function storeOf(workflow: Workflow, values: Readonly<Record<string, unknown>>): Shared {
  const store = createStore();
  const ids = new Set(workflow.enable_namespacing ? workflow.nodes.map(({ id }) => id) : []);
  for (const [key, value] of Object.entries(values)) {
    if (!ids.has(key) || typeof value !== 'object' || value === null) store[key] = value;
    else Object.assign(ensureNamespace(store, key), value);
  }
  return store;
}
