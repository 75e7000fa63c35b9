/** Runs `pflow trace show`: the nodes of a run with times, tokens and costs. */
import { formatAdvice, toAdviceJson } from '../../../export/advice-text.js';
import { formatResult } from '../../../export/result-text.js';
import { lineFor, textSummary } from '../../../export/text-summary.js';
import { listContexts } from '../../../insights/advice/advise-context.js';
import { listAdvice } from '../../../insights/advice/list-advice.js';
import { listCallRows } from '../../../metrics/call-rows.js';
import { summarize } from '../../../metrics/summary.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import type { Warning } from '../../../profile/analysis/warnings.js';
import type { RunState, Span } from '../../../profile/run/run-state.js';
import { findResult, readFullResult } from '../../../profile/store/run-result.js';
import { fullValueDeep } from '../../../trace/blobs/blob-store.js';
import { safeText } from '../../../lib/text/safe-text.js';
import { formatMissing, measureMissing } from '../../../trace/blobs/missing-parts.js';
import { plural } from '../../../lib/text/format.js';
import { formatSpanLabel, listItems } from '../../../profile/layout/span-outline.js';
import { listSpans } from '../../../profile/run/span-tree.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { compareRun } from '../../run/compare-run.js';
import { explainRun } from '../../traces/explain-run.js';
import { readRun } from '../../traces/trace-state.js';

/** `pflow trace show [trace]`: the nodes of a run and their costs. */
export async function traceShow({
  operands,
  options,
}: Invocation<FormatOption & { traceDir?: string }>): Promise<ExitCode> {
  const [reference = 'latest'] = operands;
  const { path, state } = await readRun(reference, options.traceDir);
  const compared = await compareRun(state);
  const explained = await explainRun(state);
  const advice = listAdvice(state, loadPrices().prices);
  if (options.outputFormat === 'json') {
    const contexts = listContexts(state);
    const calls = listCallRows(state).map((row) => {
      const context = contexts.get(row.span);
      return context ? { ...row, context } : row;
    });
    const warnings = cutWarnings(state);
    const summary = summarize(state, { result: resultOf(state), tracePath: path, warnings });
    printJson({
      ...summary,
      ...compared.json,
      ...explained.json,
      ...(advice.length > 0 ? { advice: toAdviceJson(advice) } : {}),
      ...(calls.length > 0 ? { calls } : {}),
    });
    for (const { message } of warnings) warn(message);
  } else {
    const summary = textSummary(state, {
      tracePath: path,
      // A pipe has no width: what is cut there is lost.
      columns: process.stdout.isTTY ? process.stdout.columns : Infinity,
      remarks: compared.sentences,
    });
    const why = explained.lines.join('\n');
    const parts = [tree(state), why, resultSection(state), formatAdvice(advice), summary];
    print(parts.filter(Boolean).join('\n\n'));
  }
  return exitCodes.done;
}

/** What the trace lacks of the result. */
function cutWarnings(state: RunState): Warning[] {
  const { outputs = findResult(state)?.value ?? null } = state.finished ?? {};
  const missing = formatMissing(measureMissing(outputs, state.values));
  return missing === undefined
    ? []
    : [{ code: 'value_cut', message: `The result is not complete: ${missing}.` }];
}

/** Stages and nodes, and what foreign programs consist of, indented by depth. */
function tree(state: RunState): string {
  const isForeign = state.started?.source === 'imported' || state.started?.source === 'observed';
  const isShown = ({ kind }: Span) => !hiddenKinds.has(kind) && (kind !== 'llm' || isForeign);
  return listSpans(state, { isFolded: isOmitted })
    .filter((span) => isShown(span) && !isOmitted(span))
    .flatMap((span) => {
      const indent = '  '.repeat(span.depth);
      const name = span.kind === 'item' ? { name: nameItem(span) } : {};
      const omitted = listItems(state, span).filter(isOmitted).length;
      const more = omitted > 0 ? [`${indent}  … ${plural(omitted, 'more item')}`] : [];
      return [indent + lineFor(state, span, { now: state.lastAt, ...name }), ...more];
    })
    .join('\n');
}

/** How a node came to its result. */
const hiddenKinds: ReadonlySet<string> = new Set(['attempt', 'phase']);

/** Maximum number of items of a batch that are listed, besides those that failed. */
const MOST_ITEMS = 20;

/** Items of long batches that succeeded are counted instead of listed. */
function isOmitted({ kind, index = 0, status }: Span): boolean {
  return kind === 'item' && index >= MOST_ITEMS && status === 'ok';
}

/** `item 3/20 notes/a.md` */
function nameItem(span: Span): string {
  return span.label === undefined ? formatSpanLabel(span) : `${formatSpanLabel(span)} ${span.label}`;
}

/** The result of the run as the JSON of the run itself has it: its only output, or all of them. */
function resultOf(state: RunState): unknown {
  const { outputs = {}, status } = state.finished ?? {};
  if (status !== 'ok' || Object.keys(outputs).length > 1) return fullOutputs(state);
  return readFullResult(state) ?? null;
}

function fullOutputs({ finished, values }: RunState): unknown {
  const outputs = fullValueDeep(finished?.outputs ?? {}, values) as object;
  const all = Object.values(outputs);
  if (all.length === 0) return null;
  return all.length === 1 ? all[0] : outputs;
}

/** What the run printed, indented below a heading. */
function resultSection(state: RunState): string {
  const result = formatResult(state);
  if (!result) return '';
  const heading = result.output === undefined ? 'result' : `result: ${safeText(result.output)}`;
  const rest = result.omitted === '' ? [] : [`… ${result.omitted}`];
  return [heading, ...[...result.lines, ...rest].map((line) => `  ${line}`)].join('\n');
}
