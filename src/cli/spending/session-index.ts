/** Keeps the model calls of agents' session logs in an index that follows the logs. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createColumnWriter, stepColumns, type CallColumns } from '../../ledger/files/call-columns.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { CallLine } from '../../ledger/files/ledger-line.js';
import { readCache, writeCache } from '../../ledger/files/month-cache.js';
import type { ReadingPoint } from '../../importers/session-usage/logged-call.js';
import { listLogs, sessionAgents, type SessionAgent } from '../../importers/session-usage/session-agents.js';
import type { AgentName } from '../../importers/session-usage/agent-names.js';
import { readLog } from './read-log.js';
import { toCallLine } from './to-call-line.js';

/** The folders of an agent. `paid`: its calls are paid one by one rather than by a subscription. */
export type LogFolders = Readonly<{ agent: AgentName; folders: readonly string[]; paid: boolean }>;

/** A log, with the version of it that was read and how many calls it has. */
type Entry = {
  readonly path: string;
  readonly agent: AgentName;
  readonly paid: boolean;
  size: number;
  mtimeMs: number;
  /** Its first row in the columns, and their number. */
  row: number;
  count: number;
  /** When its first call was made. */
  since?: string | undefined;
  /** The session of its calls. */
  session?: string | undefined;
  next?: ReadingPoint | undefined;
  /** Its calls, if they are not in the columns or have changed since. */
  calls?: CallLine[];
};

/** Bytes of logs that are read before the index is written again. */
const WRITE_AFTER = 4 << 20;
/** Rows between two slices. */
const SLICE = 2000;

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

  constructor(
    private readonly where: readonly LogFolders[],
    folder: string = ledgerFolder(),
  ) {
    this.#path = join(folder, 'cache', 'sessions.columns');
  }

  /** Reads what has changed, in slices of a few milliseconds; returns whether anything has. */
  *update(): Generator<IndexProgress, boolean> {
    if (!this.#hasLoaded) this.#load();
    const found = new Map<string, Entry>();
    const changed: [Entry, SessionAgent][] = [];
    let total = 0;
    for (const { agent: name, folders, paid } of this.where) {
      const agent = sessionAgents.find((each) => each.name === name)!;
      for (const path of folders.flatMap((folder) => listLogs(agent, folder))) {
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
        total += size - (size >= entry.size ? (entry.next?.offset ?? 0) : 0);
        changed.push([entry, agent]);
        if (size < entry.size) delete entry.next;
        Object.assign(entry, { size, mtimeMs });
      }
      yield { done: 0, total };
    }
    const hasRemoved = [...this.#entries.keys()].some((path) => !found.has(path));
    this.#entries = found;
    let done = 0;
    for (const [entry, agent] of changed) {
      const reading = this.#read(entry, agent);
      for (let slice = reading.next(); !slice.done; slice = reading.next()) {
        done += slice.value;
        yield { done, total };
      }
    }
    this.#unwritten += done;
    if (this.#unwritten >= WRITE_AFTER || (this.#columns === undefined && found.size > 0))
      yield* this.#write({ done, total });
    return changed.length > 0 || hasRemoved;
  }

  /** Visits all calls in order of their logs, the oldest log first. */
  *visit(visit: (call: CallLine) => void): Generator<void> {
    const { live, changed } = this.#split();
    if (this.#columns) yield* stepColumns(this.#columns, visit, (row) => live[row] !== 1);
    let visited = 0;
    for (const { calls } of changed) {
      for (const call of calls!) {
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

  *#read(entry: Entry, agent: SessionAgent): Generator<number> {
    const { path, paid, next } = entry;
    try {
      const reading = yield* readLog(agent, path, next);
      const before = next === undefined ? [] : yield* this.#callsOf(entry, next.finalCalls);
      const calls = reading.calls.map((call, i) =>
        toCallLine(call, { agent, path, span: before.length + i + 1, paid }),
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
    for (const { calls, row, count } of entries) if (!calls) live.fill(1, row, row + count);
    return { live, changed: entries.filter(({ calls }) => calls) };
  }

  *#write(progress: IndexProgress): Generator<IndexProgress> {
    const writer = createColumnWriter();
    const entries = [...this.#entries.values()].toSorted((a, b) => a.mtimeMs - b.mtimeMs);
    const { changed } = this.#split();
    const kept = entries.filter(({ calls }) => !calls).toSorted((a, b) => a.row - b.row);
    // Rows keep their order; those of logs that have changed follow them.
    const live = this.#split().live;
    let row = 0;
    if (this.#columns) {
      const steps = stepColumns(this.#columns, writer.add, (at) => live[at] !== 1);
      while (!steps.next().done) yield progress;
    }
    for (const entry of kept) {
      entry.row = row;
      row += entry.count;
    }
    for (const entry of changed.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      for (const call of entry.calls!) writer.add(call);
      Object.assign(entry, { row, count: entry.calls!.length });
      row += entry.calls!.length;
      delete entry.calls;
      yield progress;
    }
    this.#columns = writer.finish();
    this.#unwritten = 0;
    writeCache(this.#path, { about: [...this.#entries.values()], columns: this.#columns });
  }
}
