/** The runs of the home screen: read in slices, read again when something changed, and followed while in progress. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ledgerFolder, listMonths, monthPath } from '../../ledger/files/ledger-files.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import type { HomeRun } from '../../view/home/home-run.js';
import { listRuns } from '../traces/list-runs.js';
import type { RunSource } from '../../tui/tui-options.js';
import type { OpenTrace } from '../traces/open-trace.js';

/** Runs that are read before the first frame, and in each slice after it. */
const FIRST = 100;
const SLICE = 400;
/** How often the folders are looked at, in ms. */
const LOOK_EVERY_MS = 1000;
/** More runs in progress are listed without their progress. */
const MOST_FOLLOWED = 12;

export type RunList = Readonly<{
  runs(): readonly HomeRun[];
  /** Whether older runs are still being read. */
  loading(): boolean;
  subscribe(listener: () => void): () => void;
  /** Looks for changes now. */
  refresh(): void;
  close(): void;
}>;

/** Opens the list with its newest runs; older ones follow. */
export function openRunList(
  traceDir: string | undefined,
  own: (run: HomeRun) => RunSource | undefined = () => undefined,
): RunList {
  const listeners = new Set<() => void>();
  const followed = new Map<string, OpenTrace | 'opening' | 'failed'>();
  let runs: readonly HomeRun[] = [];
  let isLoading = true;
  let generation = 0;
  let stamp = stampOf(traceDir);
  let shown: readonly HomeRun[] | undefined;
  const notify = () => {
    shown = undefined;
    for (const listener of listeners) listener();
  };

  function load(): void {
    const mine = ++generation;
    const source = listRuns(traceDir);
    const read: HomeRun[] = take(source, FIRST);
    isLoading = read.length === FIRST;
    // While an earlier list is shown, it is replaced only once the new one is complete.
    if (runs.length <= read.length || !isLoading) runs = read.slice();
    follow(read);
    notify();
    if (isLoading) void loadRest(source, read, mine);
  }

  async function loadRest(source: Generator<HomeRun>, read: HomeRun[], mine: number): Promise<void> {
    const isFirst = runs.length <= read.length;
    for (;;) {
      await setImmediate();
      if (mine !== generation) return;
      const more = take(source, SLICE);
      read.push(...more);
      if (isFirst || more.length < SLICE) runs = read.slice();
      if (more.length < SLICE) break;
      notify();
    }
    isLoading = false;
    follow(read);
    notify();
  }

  /** Follows the traces of the runs in progress; those that have finished are closed. */
  function follow(read: readonly HomeRun[]): void {
    const live = read.filter((run) => run.status === 'running' && !own(run)).slice(0, MOST_FOLLOWED);
    const paths = new Set(live.flatMap(({ trace }) => trace ?? []));
    for (const [path, trace] of followed) {
      if (paths.has(path)) continue;
      if (typeof trace === 'object') trace.close();
      followed.delete(path);
    }
    for (const path of paths) if (!followed.has(path)) void open(path);
  }

  async function open(path: string): Promise<void> {
    followed.set(path, 'opening');
    try {
      const { openTrace } = await import('../traces/open-trace.js');
      const trace = await openTrace(path, { follow: true });
      if (followed.get(path) !== 'opening') return trace.close();
      followed.set(path, trace);
      trace.subscribe(notify);
      notify();
    } catch {
      // A trace whose first line is not written yet is tried again at the next change.
      followed.set(path, 'failed');
    }
  }

  function look(): void {
    const now = stampOf(traceDir);
    // Without a ledger, the end of a run changes nothing but its trace.
    const hasFinished =
      runs.some((run) => run.status === 'running' && own(run)?.state().finished) ||
      [...followed.values()].some(
        (trace) => typeof trace === 'object' && (trace.state().finished || trace.writerGone()),
      );
    if (now === stamp && !hasFinished) return;
    stamp = now;
    for (const [path, trace] of followed) if (trace === 'failed') followed.delete(path);
    load();
  }

  load();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    runs: () => (shown ??= withLive(runs, followed, own)),
    loading: () => isLoading,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: look,
    close() {
      generation++;
      clearInterval(timer);
      for (const trace of followed.values()) if (typeof trace === 'object') trace.close();
      followed.clear();
    },
  };
}

function take(source: Generator<HomeRun>, count: number): HomeRun[] {
  const taken: HomeRun[] = [];
  for (let next = source.next(); !next.done; next = source.next()) {
    taken.push(next.value);
    if (taken.length === count) break;
  }
  return taken;
}

/** The runs with the states of those that are followed or belong to this process. */
function withLive(
  runs: readonly HomeRun[],
  followed: ReadonlyMap<string, OpenTrace | 'opening' | 'failed'>,
  own: (run: HomeRun) => RunSource | undefined,
): readonly HomeRun[] {
  if (!runs.some(({ status }) => status === 'running')) return runs;
  return runs.map((run) => {
    if (run.status !== 'running') return run;
    const trace = own(run) ?? (run.trace === undefined ? undefined : followed.get(run.trace));
    return typeof trace === 'object' ? { ...run, live: trace.state() } : run;
  });
}

/** Changes whenever a run starts or finishes: the newest month of the ledger, its pending runs, and the folder of traces. */
function stampOf(traceDir: string | undefined): string {
  const ledger = ledgerFolder();
  const month = listMonths(ledger).at(-1);
  const paths = [
    ...(month === undefined ? [] : [monthPath(ledger, month)]),
    join(ledger, 'pending'),
    traceDir ?? defaultTraceDir(process.env),
  ];
  return paths
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return `${stats?.mtimeMs} ${stats?.size}`;
    })
    .join(' ');
}
