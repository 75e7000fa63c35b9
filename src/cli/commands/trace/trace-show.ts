/** Runs `pflow trace show`: the nodes of a run with times, tokens and costs. */
import { lineFor, textSummary } from '../../../export/text-summary.js';
import { summarize } from '../../../metrics/summary.js';
import type { RunState, Span } from '../../../profile/run/run-state.js';
import { fullValueDeep } from '../../../trace/blobs/blob-store.js';
import { formatMissing, measureMissing } from '../../../trace/blobs/missing-parts.js';
import { listSpans } from '../../../profile/run/span-tree.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { readRun } from '../../traces/trace-state.js';

/** `pflow trace show [trace]`: the nodes of a run and their costs. */
export async function traceShow({
  operands,
  options,
}: Invocation<FormatOption & { traceDir?: string }>): Promise<ExitCode> {
  const [reference = 'latest'] = operands;
  const { path, state } = await readRun(reference, options.traceDir);
  if (options.outputFormat === 'json') {
    printJson(summarize(state, { result: resultIn(state), tracePath: path }));
    const missing = formatMissing(measureMissing(state.finished?.outputs ?? {}, state.values));
    if (missing !== undefined) warn(`The result is not complete: ${missing}.`);
  } else print(`${tree(state)}\n\n${textSummary(state, { tracePath: path })}`);
  return exitCodes.done;
}

/** Stages and nodes, and what foreign programs consist of, indented by depth. */
function tree(state: RunState): string {
  const isForeign = state.started?.source === 'imported' || state.started?.source === 'observed';
  const isShown = ({ kind }: Span) => !hiddenKinds.has(kind) && (kind !== 'llm' || isForeign);
  return listSpans(state)
    .filter(isShown)
    .map((span) => '  '.repeat(span.depth) + lineFor(span, { now: state.lastAt }))
    .join('\n');
}

/** How a node came to its result. */
const hiddenKinds: ReadonlySet<string> = new Set(['attempt', 'phase', 'item']);

/** What the run printed: its only output, or all of them. */
function resultIn(state: RunState): unknown {
  const outputs = fullValueDeep(state.finished?.outputs ?? {}, state.values) as object;
  const values = Object.values(outputs);
  if (values.length === 0) return null;
  return values.length === 1 ? values[0] : outputs;
}
