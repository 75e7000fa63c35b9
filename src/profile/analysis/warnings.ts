/** Derives the warnings of a run from its facts: problems that did not fail it. */
import { safeText } from '../../lib/text/safe-text.js';
import { plural } from '../../lib/text/format.js';
import type { Call, RunState, Span } from '../run/run-state.js';
import { findNode, findNodePath, iterateAncestors } from '../run/span-tree.js';
import { findAnswerProblem } from './answer-problem.js';
import { listErrors } from './findings.js';
import { isDeadEnd } from './span-mark.js';

/** The codes of warnings with their meanings. */
const warningCodes = {
  batch_partial: 'some items of a batch failed',
  batch_empty: 'a batch had no items',
  batch_all_empty: 'every item of a batch gave an empty output',
  answer_cut: 'an answer was truncated at its token limit',
  answer_filtered: 'an answer was withheld by a content filter',
  answer_refused: 'the model refused to answer',
  answer_empty: 'an answer was empty',
  answer_rejected: 'an answer did not pass the command that verifies it',
  answer_unverified: 'there was no answer to verify',
  answer_tool_call: 'the model called a tool where an answer was expected',
  recovered: 'a node failed, and a retry or another branch took over',
  plan_repaired: 'the plan was invalid and was repaired',
  dead_end: 'a node chose an action that no edge continues',
  loop_without_progress: 'steps repeated each other without progress',
  output_missing: 'a declared output was not produced',
  stdin_unused: 'piped input was not used',
  usage_unknown: 'the usage of a call is unknown or incomplete',
  price_unknown: 'a model has no known price',
  price_borrowed: "a price is another seller's",
  value_cut: 'a value is truncated in the trace',
  budget_low: 'a budget over time is nearly used up, or cannot be kept exactly',
  setting_unknown: 'a setting could not be used',
  param_unknown: 'a node has a parameter that its type does not have',
} as const;

/** `node` is the path of the node (`enrich/ask` in a nested workflow). */
export type Warning = Readonly<{ code: string; node?: string | undefined; message: string }>;

/** Codes of problems that a run recovered from by itself: `--strict` does not fail for them. */
const HARMLESS: ReadonlySet<string> = new Set(['recovered', 'plan_repaired']);

/** Whether `--strict` fails a run with this warning. */
export function failsStrict({ code }: Warning): boolean {
  return !HARMLESS.has(code);
}

/** Memoized by run, with the version of the state that they were derived from. */
const derived = new WeakMap<RunState, Readonly<{ events: number; warnings: readonly Warning[] }>>();

/**
 * The warnings of a run, in the order of the facts that they follow from, each fact once. Derived once per version of the
 * state: the summary, the report, the header and the exit code each need them.
 */
export function deriveWarnings(state: RunState): readonly Warning[] {
  const known = derived.get(state);
  if (known?.events === state.events) return known.warnings;
  const warnings = collectWarnings(state);
  derived.set(state, { events: state.events, warnings });
  return warnings;
}

function collectWarnings(state: RunState): Warning[] {
  const spans = [...state.spans.values()];
  const batches = collectBatches(state, spans);
  return [
    ...repairWarnings(state),
    ...spans.flatMap((span) => spanWarnings(state, span, batches.get(span.id))),
    ...recoveries(state, batches),
    ...loopWarnings(state),
    ...priceWarnings(spans),
    ...verdictWarnings(state),
    ...(state.finished?.warnings ?? []),
  ];
}

function verdictWarnings({ finished }: RunState): Warning[] {
  return (finished?.verified ?? []).flatMap(({ node, command, passed, code, says }) => {
    if (passed) return [];
    const why = says === undefined ? `exit code ${code}` : safeText(says);
    return [
      {
        code: 'answer_rejected',
        ...(node === undefined ? {} : { node }),
        message: `the answer did not pass \`${safeText(command)}\`: ${why}`,
      },
    ];
  });
}

function spanWarnings(state: RunState, span: Span, batch: Batch | undefined): Warning[] {
  if (span.kind === 'node' && span.status !== 'running')
    return [...batchWarnings(state, span, batch), ...deadEnds(state, span), ...degradations(state, span)];
  return span.call && span.status !== 'running' ? callWarnings(state, span, span.call) : [];
}

/** The last attempt of each item of a batch, by index. */
type Batch = Map<number, Span>;

function collectBatches(state: RunState, spans: readonly Span[]): Map<number, Batch> {
  const batches = new Map<number, Batch>();
  for (const span of spans) {
    if (span.kind !== 'item' || span.parent === undefined) continue;
    const node = findNode(state, span.parent);
    if (!node) continue;
    const batch = batches.get(node.id) ?? new Map<number, Span>();
    batches.set(node.id, batch.set(span.index ?? batch.size, span));
  }
  return batches;
}

/** Maximum number of failed items that a warning names. */
const MOST_NAMED = 3;

function batchWarnings(state: RunState, span: Span, batch: Batch | undefined): Warning[] {
  const counts = span.outcome?.batch;
  const of = counts?.of ?? [...(batch?.values() ?? [])].at(0)?.of ?? batch?.size;
  if (of === undefined) return [];
  if (of === 0) return [warn(state, span, 'batch_empty', 'The batch had no items.')];
  const failed = [...(batch?.values() ?? [])].filter(({ status }) => status === 'failed');
  const count = counts?.failed ?? failed.length;
  if (span.status === 'failed') return [];
  if (count === 0 && counts?.empty === of)
    return [
      warn(
        state,
        span,
        'batch_all_empty',
        `The output of ${of === 1 ? 'the only item' : `all ${of} items`} is empty.`,
      ),
    ];
  if (count === 0) return [];
  const named = failed.slice(0, MOST_NAMED).map(nameItem).join(', ');
  const more = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
  const reason = failed[0]?.error?.message;
  const why = reason === undefined ? '' : ` (${reason})`;
  const message = `${of - count} of ${plural(of, 'item')} succeeded; failed: ${named || count}${more}${why}.`;
  return [warn(state, span, 'batch_partial', message)];
}

function nameItem({ label, index, name }: Span): string {
  return label ?? (index === undefined ? name : `item ${index + 1}`);
}

function deadEnds(state: RunState, span: Span): Warning[] {
  if (!isDeadEnd(state, span)) return [];
  const message = `It chose the action '${span.action}', which no edge continues: the workflow ended there.`;
  return [warn(state, span, 'dead_end', message)];
}

function degradations(state: RunState, span: Span): Warning[] {
  const degraded = span.outcome?.degraded;
  if (!degraded) return [];
  const meaning = (warningCodes as Readonly<Record<string, string>>)[degraded.code] ?? degraded.code;
  return [warn(state, span, degraded.code, `${meaning[0]!.toUpperCase()}${meaning.slice(1)}.`)];
}

function callWarnings(state: RunState, span: Span, call: Call): Warning[] {
  if (call.wasted || call.sameAs !== undefined) return [];
  return [...answerWarnings(state, span, call), ...usageWarnings(state, span, call)];
}

function answerWarnings(state: RunState, span: Span, call: Call): Warning[] {
  const problem = findAnswerProblem(call);
  return problem ? [warn(state, span, problem.code, problem.message)] : [];
}

function usageWarnings(state: RunState, span: Span, call: Call): Warning[] {
  const { model = call.requestedModel, response, usage, free, cost } = call;
  if (free || cost?.state === 'n/a' || !response) return [];
  if (usage === null || cost?.state === 'unknown') {
    const reports = usage?.total === undefined ? 'none' : 'only a total';
    const why = response.usageNote ?? `the response reports ${reports}.`;
    return [warn(state, span, 'usage_unknown', `The usage of ${model} is unknown: ${why}`)];
  }
  if (!usage.incomplete && !response.incomplete) return [];
  const message = `The response of ${model} was interrupted: its usage is a lower bound.`;
  return [warn(state, span, 'usage_unknown', message)];
}

function repairWarnings({ plans }: RunState): Warning[] {
  return plans.flatMap(({ repaired }) =>
    repaired
      ? [{ code: 'plan_repaired', message: `The plan was invalid and was repaired: ${repaired.reason}` }]
      : [],
  );
}

/** One per node that failed, or an attempt or item of it; a retried request is not a failure of its node. */
function recoveries(state: RunState, batches: ReadonlyMap<number, Batch>): Warning[] {
  const lost = [...batches.values()].flatMap((batch) =>
    [...batch.values()].filter(({ status }) => status === 'failed'),
  );
  const failures = new Map<string, { span: Span; message: string; count: number }>();
  for (const { span: id, recovered, message } of listErrors(state)) {
    const span = state.spans.get(id)!;
    const node = findNode(state, id);
    if (!recovered || !node || !isFailureOfNode(state, span)) continue;
    // Items that failed after all retries are reported by batch_partial.
    if (lost.some((item) => contains(state, item, span))) continue;
    const path = findNodePath(state, id).join('/');
    failures.set(path, { span, message, count: (failures.get(path)?.count ?? 0) + 1 });
  }
  return Array.from(failures.values(), ({ span, message, count }) => {
    const times = count > 1 ? `failed ${count} times` : 'failed';
    return warn(state, span, 'recovered', `It ${times} and the run continued: ${message}`);
  });
}

function isFailureOfNode(state: RunState, span: Span): boolean {
  return [...iterateAncestors(state, span.id)].some(
    ({ kind, status }) => status === 'failed' && (kind === 'node' || kind === 'attempt' || kind === 'item'),
  );
}

function contains(state: RunState, outer: Span, inner: Span): boolean {
  return [...iterateAncestors(state, inner.id)].includes(outer);
}

function loopWarnings(state: RunState): Warning[] {
  return state.controls.flatMap(({ change, span, reason = '' }) => {
    if (change !== 'loop-warned') return [];
    const node = span === undefined ? '' : findNodePath(state, span).join('/');
    const own = reason.startsWith(`${node}: `) ? reason.slice(node.length + 2) : reason;
    const message = `No progress: ${own}.`;
    return [{ code: 'loop_without_progress', ...(node === '' ? {} : { node }), message }];
  });
}

/** One per model. */
function priceWarnings(spans: readonly Span[]): Warning[] {
  const found = new Map<string, Warning>();
  for (const { call } of spans) {
    if (!call?.cost) continue;
    const { provider, model = call.requestedModel, cost } = call;
    const of = `${provider}/${model}`;
    const [reason] = cost.warnings;
    if (cost.state === 'unpriced') {
      const message = `The price of ${of} is unknown${reason ? `: ${reason}` : ''}. \`pflow pricing explain ${of}\` tells how to add it.`;
      found.set(`unknown ${of}`, { code: 'price_unknown', message });
    } else if (cost.certainty === 'borrowed') {
      const message = `The price of ${of} is that of ${cost.pricedAs ?? 'another seller'}${reason ? `: ${reason}` : ''}.`;
      found.set(`borrowed ${of}`, { code: 'price_borrowed', message });
    }
  }
  return [...found.values()];
}

function warn(
  state: RunState,
  span: Span,
  code: keyof typeof warningCodes | (string & {}),
  message: string,
): Warning {
  const path = findNodePath(state, span.id);
  return { code, ...(path.length > 0 ? { node: path.join('/') } : {}), message };
}

/** A warning in one line: `report: 18 of 20 items: …`. */
export function formatWarning({ node, message }: Warning): string {
  return safeText(node === undefined ? message : `${node}: ${message}`);
}
