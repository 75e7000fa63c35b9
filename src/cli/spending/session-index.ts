/** Keeps the model calls of agents' session logs in an index that follows the logs. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stepColumns, type CallColumns } from '../../ledger/files/call-columns.js';
import { createColumnWriter } from '../../ledger/files/column-writer.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { CallLine } from '../../ledger/files/ledger-line.js';
import { mergeColumns } from '../../ledger/files/merge-columns.js';
import { readCache, writeCache } from '../../ledger/files/month-cache.js';
import { findAgent, listLogs } from '../../importers/session-usage/session-agents.js';
import { findThreads, type Entry, type LogFolders, type Threads } from './log-entry.js';
import { readInThreads } from './read-in-threads.js';
import { readLog } from './read-log.js';
import { runSliced } from './run-sliced.js';
import { toCallLine } from './to-call-line.js';

/** Bytes of logs that are read before the index is written again. */
const WRITE_AFTER = 4 << 20;
/** Rows between two slices. */
const SLICE = 2000;
/** Files between two slices. */
const FILES_SLICE = 200;
/** How far the reading has come, in bytes. */
export type IndexProgress = Readonly<{ done: number; total: number }>;

/**
 * The calls of the logs in some folders. A log is read when it is new or has changed, and one that has only grown from where the last
 * reading stopped. The logs are read in place; the index has no text of prompts or responses.
 */
export class SessionIndex {
  #entries = new Map<string, Entry>();
  #columns: CallColumns | undefined;
  #unwritten = 0;
  #hasLoaded = false;
  readonly #path: string;

  readonly #stopped = new AbortController();

  constructor(
    private readonly where: readonly LogFolders[],
    folder: string = ledgerFolder(),
    private readonly threads: Threads | undefined = findThreads(),
  ) {
    this.#path = join(folder, 'cache', 'sessions.columns');
  }

  /** Reads what has changed, in slices of a few milliseconds and new logs in other threads; returns whether anything has. */
  async update(onProgress: (progress: IndexProgress) => void = () => {}): Promise<boolean> {
    const { signal } = this.#stopped;
    const found = await runSliced(this.#find(), { signal });
    if (!found) return false;
    const { changed, hasRemoved } = found;
    const total = changed.reduce((sum, entry) => sum + entry.size - (entry.next?.offset ?? 0), 0);
    let done = 0;
    const add = (bytes: number) => onProgress({ done: (done += bytes), total });
    add(0);
    await this.#readInThreads(changed, add);
    for (const entry of changed) {
      if (!entry.part) await runSliced(this.#read(entry), { signal, onStep: add });
    }
    if (signal.aborted) return false;
    this.#unwritten += total;
    const isNew = this.#columns === undefined && this.#entries.size > 0;
    if (isNew || this.#unwritten >= WRITE_AFTER || changed.some(({ part }) => part))
      await runSliced(this.#write(), { signal });
    return changed.length > 0 || hasRemoved;
  }

  /** Stops reading. */
  close(): void {
    this.#stopped.abort();
  }

  /** Visits all calls in order of their logs, the oldest log first. */
  *visit(visit: (call: CallLine) => void): Generator<void> {
    const { live, changed } = this.#split();
    if (this.#columns) yield* stepColumns(this.#columns, visit, (row) => live[row] !== 1);
    let visited = 0;
    for (const { calls } of changed) {
      for (const call of calls ?? []) {
        visit(call);
        if (++visited % SLICE === 0) yield;
      }
    }
  }

  /** When the first call was made; undefined without calls. */
  since(): string | undefined {
    return [...this.#entries.values()].flatMap(({ since }) => since ?? []).toSorted()[0];
  }

  /** The sessions with their logs. */
  sessions(): readonly (readonly [session: string, path: string])[] {
    return [...this.#entries.values()].flatMap(({ session, path }) =>
      session === undefined ? [] : [[session, path]],
    );
  }

  #load(): void {
    this.#hasLoaded = true;
    const known = readCache<readonly Entry[]>(this.#path);
    if (!known) return;
    this.#columns = known.columns;
    this.#entries = new Map(known.about.map((entry) => [entry.path, entry]));
  }

  /** Finds the logs, those that have changed, and whether some have been removed. */
  *#find(): Generator<void, { changed: Entry[]; hasRemoved: boolean }> {
    if (!this.#hasLoaded) this.#load();
    const found = new Map<string, Entry>();
    const changed: Entry[] = [];
    for (const { agent: name, folders, paid } of this.where) {
      const agent = findAgent(name);
      for (const path of folders.flatMap((folder) => listLogs(agent, folder))) {
        if (found.size % FILES_SLICE === 0) yield;
        const stats = statSync(path, { throwIfNoEntry: false });
        if (!stats?.isFile()) continue;
        const { size, mtimeMs } = stats;
        const known = this.#entries.get(path);
        const entry: Entry =
          known?.agent === name && known.paid === paid
            ? known
            : { path, agent: name, paid, size: -1, mtimeMs: 0, row: 0, count: 0 };
        found.set(path, entry);
        if (entry.size === size && entry.mtimeMs === mtimeMs) continue;
        changed.push(entry);
        if (size < entry.size) delete entry.next;
        Object.assign(entry, { size, mtimeMs });
      }
    }
    const hasRemoved = [...this.#entries.keys()].some((path) => !found.has(path));
    this.#entries = found;
    return { changed, hasRemoved };
  }

  /** Reads the logs that are read from their start in other threads if there is much to read; what fails there is left to this thread. */
  async #readInThreads(changed: readonly Entry[], onProgress: (bytes: number) => void): Promise<void> {
    const fresh = changed.filter(({ next }) => next === undefined);
    const bytes = fresh.reduce((sum, { size }) => sum + size, 0);
    if (!this.threads || bytes < this.threads.from) return;
    const { signal } = this.#stopped;
    const read = await readInThreads(fresh, { worker: this.threads.worker, signal, onProgress }).catch(
      () => [],
    );
    for (const [i, { columns, summary }] of read.entries()) {
      const { next, ...rest } = summary;
      const entry = Object.assign(fresh[i]!, rest, { part: columns });
      delete entry.calls;
      if (next) entry.next = next;
    }
  }

  *#read(entry: Entry): Generator<number> {
    const { path, paid, next } = entry;
    const agent = findAgent(entry.agent);
    try {
      const reading = yield* readLog(agent, path, next);
      const before = next === undefined ? [] : yield* this.#callsOf(entry, next.finalCalls);
      const calls = reading.calls.map(
        (call, i) => toCallLine(call, { agent, path, span: before.length + i + 1, paid }).line,
      );
      entry.calls = [...before, ...calls];
      entry.session = entry.calls[0]?.session;
      entry.since = entry.calls.reduce<string | undefined>(
        (first, { at }) => (first === undefined || at < first ? at : first),
        undefined,
      );
      entry.next = reading.next && { ...reading.next, finalCalls: before.length + reading.next.finalCalls };
    } catch {
      // A log that was removed or cannot be read is tried again at its next change.
      entry.calls = [];
      delete entry.next;
    }
  }

  *#callsOf({ calls, row, count }: Entry, final: number): Generator<number, CallLine[]> {
    if (calls) return calls.slice(0, final);
    if (!this.#columns || count === 0) return [];
    const found: CallLine[] = [];
    const end = row + Math.min(final, count);
    const steps = stepColumns(
      this.#columns,
      (call) => void found.push(call),
      (at) => at < row || at >= end,
    );
    while (!steps.next().done) yield 0;
    return found;
  }

  /** Which rows are those of logs that have not changed, and the logs that have. */
  #split(): { live: Uint8Array; changed: readonly Entry[] } {
    const live = new Uint8Array(this.#columns?.rows ?? 0);
    const entries = [...this.#entries.values()];
    for (const { calls, part, row, count } of entries) if (!calls && !part) live.fill(1, row, row + count);
    return { live, changed: entries.filter(({ calls, part }) => calls ?? part) };
  }

  /** Writes the index: the rows of logs that have not changed keep their order, and the others follow them, the oldest log first. */
  *#write(): Generator<void> {
    const { changed } = this.#split();
    const isChanged = new Set(changed);
    const kept = [...this.#entries.values()]
      .filter((entry) => !isChanged.has(entry))
      .toSorted((a, b) => a.row - b.row);
    const added = changed.toSorted((a, b) => a.mtimeMs - b.mtimeMs);
    const writer = createColumnWriter();
    let written = 0;
    for (const entry of added) {
      if (!entry.calls) continue;
      for (const call of entry.calls) writer.add(call);
      Object.assign(entry, { row: written, count: entry.calls.length });
      written += entry.count;
      yield;
    }
    const own = writer.finish();
    const ordered = [...kept, ...added];
    const columns = yield* mergeColumns(
      ordered.map(({ calls, part, row, count }) => ({
        columns: part ?? (calls ? own : this.#columns!),
        from: row,
        to: row + count,
      })),
    );
    let row = 0;
    for (const entry of ordered) {
      entry.row = row;
      row += entry.count;
      delete entry.calls;
      delete entry.part;
    }
    this.#columns = columns;
    this.#unwritten = 0;
    writeCache(this.#path, { about: [...this.#entries.values()], columns });
  }
}
