/** Runs `pflow trace list`: the runs of this machine, newest first. */
import { formatCost, formatTokens } from '../../../lib/text/format-cost.js';
import { formatDuration } from '../../../lib/text/format.js';
import { truncate } from '../../../lib/text/text-width.js';
import { ZERO_TOTALS } from '../../../profile/run/totals.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, sayPlain } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';
import { listRuns, type ListedRun } from '../../traces/list-runs.js';
import { createRunFilter, type RunFilter } from '../../traces/run-filter.js';

const SHOWN = 50;

export type ListOptions = FormatOption & RunFilter & Readonly<{ all?: boolean; traceDir?: string }>;

/** `pflow trace list`: lists runs from the ledger, without reading their traces. */
export async function traceList({ options }: Invocation<ListOptions>): Promise<ExitCode> {
  const { runs, hasMore } = selectRuns(options);
  if (options.outputFormat === 'json') printJson(runs.map(toJson));
  else if (runs.length > 0) print(table([HEADINGS, ...runs.map(toCells)], { right: [3, 5, 6] }));
  else sayPlain(isFiltered(options) ? 'No run matches.' : noRuns(options.traceDir));
  if (hasMore && options.outputFormat === 'text') sayPlain('… there are older runs: --all lists them.');
  return exitCodes.done;
}

function selectRuns(options: ListOptions): { runs: ListedRun[]; hasMore: boolean } {
  const runs: ListedRun[] = [];
  const since = options.since?.getTime() ?? -Infinity;
  const matches = createRunFilter(options);
  for (const run of listRuns(options.traceDir)) {
    if (run.at < since) break;
    if (!matches(run)) continue;
    if (!options.all && runs.length === SHOWN) return { runs, hasMore: true };
    runs.push(run);
  }
  return { runs, hasMore: false };
}

function isFiltered({ failed, workflow, model, since, tag }: RunFilter): boolean {
  return [failed, workflow, model, since, tag].some((each) => each !== undefined);
}

function noRuns(traceDir = defaultTraceDir(process.env)): string {
  return `No traces in ${traceDir} yet: run a workflow first.`;
}

const HEADINGS = ['run', 'started', 'status', 'time', 'model', 'tokens', 'cost', 'tags', 'name'];
const WIDEST_MODEL = 28;

function toCells({ run, at, status, ms, models, totals, tags, name, trace }: ListedRun): string[] {
  const sums = { ...ZERO_TOTALS, ...totals };
  const [first = '', ...others] = (models ?? []).map((model) => model.slice(model.indexOf('/') + 1));
  return [
    run,
    formatLocalTime(at).replace('T', ' '),
    status,
    ms === null ? '' : formatDuration(ms),
    truncate(first, WIDEST_MODEL) + (others.length > 0 ? ` +${others.length}` : ''),
    formatTokens(sums),
    formatCost(sums, { short: true }),
    Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    trace === undefined ? `${name} (no trace)` : name,
  ];
}

/** Costs that are not known are null; a part of them that is known is `partial_cost_usd`, as in the summary of a run. */
function toJson({ run, at, status, ms, models, totals, tags, name, workflow, trace }: ListedRun): object {
  const sums = { ...ZERO_TOTALS, ...totals };
  const isKnown = (sums.priced || sums.free) && sums.unpriced.length === 0;
  return {
    run,
    name,
    workflow: workflow ?? null,
    time: formatLocalTime(at),
    status,
    duration_ms: ms,
    models: models ?? null,
    tokens_total: totals ? sums.tokens : null,
    cost_usd: isKnown ? sums.usd : null,
    ...(sums.priced && sums.unpriced.length > 0 ? { partial_cost_usd: sums.usd } : {}),
    tags,
    path: trace ?? null,
  };
}

/** `2026-11-22T18:30:05`, local time. */
function formatLocalTime(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(pad).join('-');
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')}`;
}
