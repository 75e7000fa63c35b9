/** Computes the ledger lines of a run from its state: a pure function of the trace's events and a price table. */
import { ZERO_TOTALS } from '../../profile/run/totals.js';
import { findCallVerdict } from '../../profile/analysis/verdicts.js';
import { findNode, findNodePath, findStage, iterateAncestors } from '../../profile/run/span-tree.js';
import { hashPrompt } from './hash-prompt.js';
import { identifyWorkflow } from './identify-workflow.js';
import type { Call, RunState, Span, Totals } from '../../profile/run/run-state.js';
import type { Usage } from '../../usage/record/usage.js';
import { computeWaitedMs } from '../../profile/run/waiting.js';
import { identifyCall } from './call-identity.js';
import {
  LEDGER_VERSION,
  type CallLine,
  type LedgerLine,
  type LedgerSource,
  type LedgerUsage,
  type ModelUsage,
  type RunLine,
} from '../files/ledger-line.js';
import { roundMs, sumNodes } from './sum-nodes.js';

/**
 * The lines of a run: its calls in order of start, then the run itself. The run's line comes last, so that a run counts as
 * entered only if all of its calls are. Empty for a simulated run and for one without its first event.
 */
export function foldLedger(state: RunState, tracePath: string | undefined): LedgerLine[] {
  const { started } = state;
  if (!started || started.flags.simulated) return [];
  const { workflow, identity } = identifyWorkflow(state);
  const common = { tz: started.tz, workflow };
  const origin = {
    tags: started.tags && Object.keys(started.tags).length > 0 ? started.tags : undefined,
    project: started.project,
    commit: started.commit,
  };
  const source = started.source ?? 'run';
  const began = Date.parse(started.startedAt);
  const place = { run: started.run, began, common, identity, origin, source, tracePath };
  const calls = [...state.spans.values()].flatMap((span) =>
    span.call && span.call.sameAs === undefined ? [toCallLine(state, span, span.call, place)] : [],
  );
  return [...calls, toRunLine(state, calls, place)];
}

type Place = Readonly<{
  run: string;
  /** Milliseconds since 1970. */
  began: number;
  common: Loose<Pick<CallLine, 'tz' | 'workflow'>>;
  identity: RunLine['identity'] | undefined;
  origin: Loose<Pick<CallLine, 'tags' | 'project' | 'commit'>>;
  source: LedgerSource;
  tracePath: string | undefined;
}>;

function toCallLine(state: RunState, span: Span, call: Call, place: Place): CallLine {
  const { run, began, common, origin, source, tracePath } = place;
  const { response, usage, firstTokenMs } = call;
  const path = findNodePath(state, span.id);
  const model = call.model ?? call.requestedModel;
  const replayed = call.replayed;
  // A replayed call has the ids of the call that was recorded; those of a local server may repeat.
  const hasOwnId = !replayed && !call.free;
  return omitUndefined<CallLine>({
    v: LEDGER_VERSION,
    id: identifyCall({ run, span: span.id, provider: call.provider }, hasOwnId ? response?.ids : undefined),
    run,
    span: span.id,
    at: new Date(began + span.startedAt).toISOString(),
    ...common,
    stage: findStage(state, span.id)?.name === 'planner' ? 'planner' : undefined,
    node: path.length > 0 ? path.join('/') : undefined,
    prompt: hashPrompt(findNode(state, span.id)),
    provider: call.provider,
    model,
    requested: call.requestedModel === model ? undefined : call.requestedModel,
    ...usageFields(call, model),
    usd: call.cost?.usd ?? null,
    recordedUsd: replayed ? (call.recordedCost?.usd ?? null) : undefined,
    // The format of a local server's usage shows that the call was free, whatever the name of its provider.
    free: call.free || usage?.source === 'ollama' ? true : undefined,
    ms: span.finishedAt === undefined ? null : roundMs(span.finishedAt - span.startedAt),
    firstTokenMs,
    status: span.status === 'running' ? 'unfinished' : span.status,
    wasted: call.wasted ? true : undefined,
    attempt: findAttempt(state, span.id),
    cached: (usage?.cacheRead ?? 0) > 0 ? true : undefined,
    ...origin,
    source: replayed ? 'replayed' : source,
    plan: response?.plan === true ? true : undefined,
    verdict: findCallVerdict(state, span.id),
    trace: tracePath,
  });
}

type UsageFields = Pick<
  CallLine,
  'usages' | 'estimated' | 'streamed' | 'answered' | 'unconsumed' | 'incomplete' | 'reported'
>;

/** The fields of a line that have the usage of a call. */
export function usageFields(
  call: Pick<Call, 'usage' | 'progressTokens' | 'usageOrigin' | 'model'>,
  model: string,
): UsageFields {
  const { usage, progressTokens } = call;
  if (!usage) {
    return omitUndefined<UsageFields>({
      usages: [],
      estimated: call.usageOrigin === 'estimated' ? true : undefined,
      streamed: progressTokens,
      answered: call.model === undefined ? undefined : true,
    });
  }
  const { reportedCostUsd: usd, reportedCostSource: source } = usage;
  return omitUndefined<UsageFields>({
    usages: usagesOf(usage, model),
    estimated: call.usageOrigin === 'estimated' ? true : undefined,
    ...(usage.parts?.length ? { unconsumed: usage.unconsumed, incomplete: usage.incomplete } : {}),
    reported:
      usd === undefined ? undefined : omitUndefined<NonNullable<CallLine['reported']>>({ usd, source }),
  });
}

function usagesOf(usage: Usage, model: string): ModelUsage[] {
  // The call's own cost is in its field `reported`.
  if (!usage.parts?.length) return [{ model, usage: pickCounts(usage, [...DERIVED, ...COST]) }];
  return usage.parts.map((part) =>
    omitUndefined<ModelUsage>({
      model: part.model,
      provider: part.provider,
      usage: pickCounts(part.usage, DERIVED),
    }),
  );
}

/** Fields of a usage that the ledger does not need: how it was parsed, and what other fields of the line contain. */
const DERIVED = ['parts', 'warnings', 'source', 'convention'];
const COST = ['reportedCostUsd', 'reportedCostSource'];

function pickCounts(usage: Usage, without: readonly string[]): LedgerUsage {
  const isSum = usage.input !== undefined && usage.output !== undefined;
  const entries = Object.entries(usage).filter(
    ([name]) => !without.includes(name) && !(isSum && name === 'total'),
  );
  return Object.fromEntries(entries);
}

function toRunLine(state: RunState, calls: readonly CallLine[], place: Place): RunLine {
  const { run, began, common, identity, origin, source, tracePath } = place;
  const { finished } = state;
  return omitUndefined<RunLine>({
    v: LEDGER_VERSION,
    kind: 'run',
    run,
    at: new Date(began).toISOString(),
    ...common,
    identity,
    hash: state.started?.workflow?.hash,
    status: finished?.status ?? 'killed',
    ms: finished ? roundMs(finished.at) : null,
    failed: finished?.node,
    models: [...new Set(calls.map(({ provider, model }) => `${provider}/${model}`))],
    totals: totalsOf(state.totals),
    waited: roundMs(computeWaitedMs(state)) || undefined,
    partial: isPartial(state) ? true : undefined,
    nodes: sumNodes(state),
    ...origin,
    source,
    trace: tracePath,
  });
}

/** Whether not the whole workflow ran: it was only planned, or continued from a node. */
function isPartial({ started, plans, roots, spans }: RunState): boolean {
  const isOnlyPlanned = plans.length > 0 && !roots.some((id) => spans.get(id)!.name === 'workflow');
  return started?.basedOn?.node !== undefined || isOnlyPlanned;
}

function totalsOf(totals: Totals): Partial<Totals> {
  const known = Object.entries(totals).filter(
    ([name, value]) =>
      value !== ZERO_TOTALS[name as keyof Totals] && !(Array.isArray(value) && !value.length),
  );
  return Object.fromEntries(known);
}

/** The number of the retry that a call belongs to: of its own request, or of the innermost node that was tried again. */
function findAttempt(state: RunState, id: number): number | undefined {
  for (const { attempt } of iterateAncestors(state, id))
    if (attempt !== undefined && attempt > 1) return attempt;
  return undefined;
}

/** Fields whose optional ones may be undefined, which JSON cannot represent. */
type Loose<T> = { [K in keyof T]: T[K] | (undefined extends Pick<T, K>[K] ? undefined : never) };

function omitUndefined<T extends object>(fields: Loose<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
