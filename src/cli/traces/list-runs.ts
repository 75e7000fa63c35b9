/** Lists runs, newest first: those in the ledger, those in progress, and traces that the ledger does not know. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { shortRunId } from '../../lib/id.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { RunLine } from '../../ledger/files/ledger-line.js';
import { listPending, type PendingRun } from '../../ledger/enter/pending-runs.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import type { Totals } from '../../profile/run/run-state.js';
import { listTraces, type TraceEntry } from '../../trace/files/find-trace.js';
import { defaultTraceDir, parseTraceFileName } from '../../trace/files/trace-file-name.js';
import { readTraceSummary } from './trace-status.js';

/** A run of the list. */
export type ListedRun = Readonly<{
  /** The first eight characters of its id. */
  run: string;
  /** Start, in ms since 1970. */
  at: number;
  /** As in the name of its trace. */
  name: string;
  workflow: string | undefined;
  status: RunLine['status'] | 'running';
  /** Duration; up to now for a run in progress, null if it is not known. */
  ms: number | null;
  /** `provider/model`: those that were called; of a run in progress the chosen one; undefined if only the trace is known. */
  models: readonly string[] | undefined;
  /** undefined if only the trace is known. */
  totals: Partial<Totals> | undefined;
  tags: Readonly<Record<string, string>>;
  /** The node that failed, if the ledger has it. */
  failed?: string | undefined;
  /** The path of the trace; undefined if it was never written or has been removed. */
  trace: string | undefined;
}>;

/**
 * The runs, newest first, read as they are taken. With a `traceDir` only those with a trace in that folder; otherwise all of
 * the ledger, and the traces in the default folder. A trace and its line in the ledger are one run: their starts are in the
 * same second, so both lists are merged as they are read.
 */
export function* listRuns(traceDir: string | undefined, now: number = Date.now()): Generator<ListedRun> {
  const folder = resolve(traceDir ?? defaultTraceDir(process.env));
  const ledger = ledgerFolder();
  const traces = listTraces(folder);
  // Absolute, as the folder is.
  const paths = new Set(traces.map(({ path }) => path));
  const pending = listPending(ledger);
  const running = new Map(pending.running.map((each) => [shortRunId(each.run), each]));
  for (const each of pending.running)
    if (each.trace === undefined && traceDir === undefined) yield fromPending(each, now);
  const listed = new Set<string>();
  const entered = iterateRuns(ledger);
  let next = entered.next();
  const takeUntil = function* (at: number): Generator<ListedRun> {
    for (; !next.done && Date.parse(next.value.at) >= at; next = entered.next()) {
      const line = next.value.read();
      const path = line.trace === undefined ? undefined : resolve(line.trace);
      if (traceDir !== undefined && (path === undefined || !paths.has(path))) continue;
      const id = shortRunId(line.run);
      if (listed.has(id)) continue;
      listed.add(id);
      yield fromLine(line, path !== undefined && isThere(path, folder, paths) ? path : undefined);
    }
  };
  for (const trace of traces) {
    yield* takeUntil(startOf(trace));
    if (listed.has(trace.run)) continue;
    const run = fromTrace(trace, running.get(trace.run), now);
    if (!run) continue;
    listed.add(trace.run);
    yield run;
  }
  yield* takeUntil(-Infinity);
}

function isThere(path: string, folder: string, paths: ReadonlySet<string>): boolean {
  return dirname(path) === folder ? paths.has(path) : existsSync(path);
}

function fromLine(line: RunLine, trace: string | undefined): ListedRun {
  const { run, at, workflow, status, ms, models, totals, tags = {}, failed } = line;
  const name = line.trace === undefined ? undefined : parseTraceFileName(line.trace.split(/[/\\]/).at(-1)!);
  return {
    run: shortRunId(run),
    at: Date.parse(at),
    name: name?.name ?? workflow ?? 'run',
    workflow,
    status,
    ms,
    models,
    totals,
    tags,
    failed,
    trace,
  };
}

function fromPending({ run, at, model }: PendingRun, now: number): ListedRun {
  return {
    run: shortRunId(run),
    at: Date.parse(at),
    name: 'run',
    workflow: undefined,
    status: 'running',
    ms: now - Date.parse(at),
    models: model === undefined ? [] : [model],
    totals: undefined,
    tags: {},
    trace: undefined,
  };
}

/** undefined if the file was removed meanwhile. */
function fromTrace(trace: TraceEntry, pending: PendingRun | undefined, now: number): ListedRun | undefined {
  const { run, name, path } = trace;
  const summary = readTraceSummary(path, pending !== undefined);
  if (summary === 'gone') return undefined;
  const at = startOf(trace);
  const { status, ms, started } = summary;
  const { model, workflow, tags = {} } = started;
  return {
    run,
    at,
    name,
    workflow: workflow?.name,
    status,
    ms: status === 'running' ? now - at : ms,
    models: status === 'running' && model ? [`${model.provider}/${model.model}`] : undefined,
    totals: undefined,
    tags,
    trace: path,
  };
}

/** The start of a run from its file's name, in ms since 1970: `YYYYMMDD-HHMMSS`, local time. */
function startOf({ time }: TraceEntry): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(time)!;
  return new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  ).getTime();
}
