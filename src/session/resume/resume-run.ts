/** Prepares the rerun of a traced workflow, from its start, from a node, or of one node only. */
import { PflowError } from '../../lib/error.js';
import { readSnapshots } from '../../profile/store/snapshot.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { Shared } from '../../runtime/contract/runnable.js';
import { createStore, ensureNamespace } from '../../runtime/store/store.js';
import { isMaskedReason, restoreValue, TRUNCATED, type LostPart } from '../../trace/blobs/restore.js';
import { resolveInputs } from '../../workflow/check/inputs.js';
import { workflowSchema, type Workflow } from '../../workflow/format/ir.js';
import { startNode } from '../../workflow/format/ir-constants.js';
import { formatPlace } from '../../workflow/format/problem.js';
import { didYouMean } from '../../workflow/format/schema-problems.js';
import { findLost, referencesOf } from './needed-values.js';
import { findUnfinished, listVisits, measureReused, type Reused, type ResumePoint } from './resume-point.js';

export type RerunOptions = Readonly<{
  /**
   * The node to resume at, with the store as it was when that node last started. By default the first node that the run
   * did not finish, or one before it that uses an input in `given`; the first node of a run that succeeded.
   */
  from?: string;
  /** Runs this node alone, in the same store. */
  only?: string;
  /** Inputs that replace those of the first run. */
  given?: Readonly<Record<string, unknown>>;
}>;

/** A run that resumes from a recorded checkpoint. */
export type Rerun = Readonly<{
  workflow: Workflow;
  /** The workflow of the trace, of which `workflow` may be one node. */
  planned: Workflow;
  /** Input values. */
  params: Readonly<Record<string, unknown>>;
  /** The initial content of the store, inputs included. */
  store: Shared;
  start: string;
  /** Whether it starts at the first node, with nothing but the inputs. */
  isWhole: boolean;
  /** What it takes over instead of running it again. */
  reused: Reused;
}>;

/**
 * Reads from a trace what is needed to rerun its workflow. Throws a PflowError that lists the needed values that the trace
 * does not contain and what to do; values that no remaining node refers to may be missing.
 */
export function planRerun(state: RunState, options: RerunOptions = {}): Rerun {
  const { only, given = {} } = options;
  const planned = workflowOf(state);
  const point = choosePoint(state, planned, options);
  const workflow = only === undefined ? planned : keepOnly(planned, only);
  const start = point?.node ?? startNode(workflow);
  const before = restoreAt(state, point);
  const lost = findLost(workflow, start, before.lost, given);
  if (lost.length > 0) {
    const what = `the values that the run needs${point ? ` from '${start}' on` : ''}`;
    refuse(state, lost, what, point && hintAt(findFeasible(state, workflow, point, given)));
  }
  const inputs = Object.entries({ ...before.values, ...given }).filter(
    ([name, value]) =>
      Object.hasOwn(given, name) || (Object.hasOwn(workflow.inputs, name) && value !== undefined),
  );
  const params = resolveInputs(point ? allOptional(workflow) : workflow, Object.fromEntries(inputs));
  return {
    workflow,
    planned,
    params,
    store: point ? storeOf(planned, { ...before.values, ...params }) : createStore(params),
    start,
    isWhole: point === undefined,
    reused: measureReused(state, point),
  };
}

/** Where a rerun starts; undefined for the start of the workflow. */
function choosePoint(
  state: RunState,
  workflow: Workflow,
  { from, only, given = {} }: RerunOptions,
): ResumePoint | undefined {
  const unfinished = findUnfinished(state, workflow);
  const named = only ?? from;
  if (named !== undefined) {
    return unfinished?.node === named ? unfinished : lastVisitOf(named, listVisits(state), workflow);
  }
  if (!unfinished) return undefined;
  // What used an input that is replaced is not finished for the new one.
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const usesGiven = (id: string) => {
    const node = nodes.get(id);
    return node !== undefined && referencesOf(node).some(([name]) => Object.hasOwn(given, name!));
  };
  const outdated = listVisits(state).find(({ name }) => usesGiven(name));
  return outdated ? { node: outdated.name, span: outdated, moment: 'before' } : unfinished;
}

/** The workflow reduced to one node, whose output is the result. */
function keepOnly(workflow: Workflow, only: string): Workflow {
  const { start_node: _start, ...rest } = workflow;
  return { ...rest, nodes: workflow.nodes.filter(({ id }) => id === only), edges: [], outputs: {} };
}

function restoreAt(state: RunState, point: ResumePoint | undefined): RestoredStore {
  if (point) return restoreStore(state, point.span.id, point.moment);
  const [first] = listVisits(state);
  return first ? restoreStore(state, first.id) : { values: inputsAtStart(state), lost: [] };
}

/** How many earlier nodes are tried: each restores a store. */
const MOST_TRIED = 30;

/** The last node before a point from which the run can continue, because it produces again what was lost; undefined if unknown. */
function findFeasible(
  state: RunState,
  workflow: Workflow,
  point: ResumePoint,
  given: NonNullable<RerunOptions['given']>,
): string | undefined {
  const visits = listVisits(state);
  const end = visits.findIndex(({ id }) => id === point.span.id) + (point.moment === 'after' ? 1 : 0);
  const tried = visits.slice(Math.max(0, end - MOST_TRIED), end).toReversed();
  return tried.find(
    ({ id, name }) => findLost(workflow, name, restoreStore(state, id).lost, given).length === 0,
  )?.name;
}

function hintAt(node: string | undefined): string | undefined {
  return node && `Start at the node that produces it instead: --from ${node}.`;
}

type RestoredStore = { values: Record<string, unknown>; lost: LostPart[] };

/**
 * The content of a span's store when the span started or finished, by root key, and the parts that the trace does not contain:
 * missing keys and outputs are omitted, deeper parts are undefined.
 */
export function restoreStore(
  state: RunState,
  spanId: number,
  moment: ResumePoint['moment'] = 'before',
): RestoredStore {
  const lost: LostPart[] = [];
  const entries = Object.entries(readSnapshots(state, spanId)?.[moment] ?? {}).map(([key, captured]) => {
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

function lastVisitOf(named: string, visits: ReturnType<typeof listVisits>, { nodes }: Workflow): ResumePoint {
  const span = visits.findLast(({ name }) => name === named);
  if (span) return { node: named, span, moment: 'before' };
  const ids = nodes.map(({ id }) => id);
  if (!ids.includes(named)) {
    const { hint = `There are: ${ids.join(', ')}.` } = didYouMean(named, ids);
    throw new PflowError('not_found', `The workflow has no node '${named}'.`, { hint });
  }
  const ran = [...new Set(visits.map(({ name }) => name))].join(', ') || 'none';
  throw new PflowError(
    'not_found',
    `Node '${named}' did not run in this trace, so the store there is not known.`,
    { hint: `These ran: ${ran}.` },
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

const MOST_NAMED = 5;

/** Throws an error that names lost parts and what to do about them, if there are any. */
function refuse({ started }: RunState, lost: readonly LostPart[], what: string, hint?: string): void {
  if (lost.length === 0) return;
  const named = lost.slice(0, MOST_NAMED).map(({ path, why }) => [formatPlace(path) || 'it', why].join(' '));
  const more = lost.length > MOST_NAMED ? `, and ${lost.length - MOST_NAMED} more` : '';
  const isTruncated = lost.some(({ why }) => why === TRUNCATED);
  const hints = [
    hint,
    'Inputs can be given again as key=value.',
    isTruncated && started?.flags.capture === 'full'
      ? 'The values file of the trace may be missing: run `pflow trace verify`.'
      : undefined,
    isTruncated && started?.flags.capture !== 'full'
      ? 'Runs with --capture full keep values of any size.'
      : undefined,
    lost.some(({ why }) => isMaskedReason(why)) ? 'Runs with --no-redact keep secrets.' : undefined,
  ];
  throw new PflowError('invalid_trace', `The trace does not contain ${what}: ${named.join('; ')}${more}.`, {
    hint: hints.filter((each) => each !== undefined).join(' '),
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
