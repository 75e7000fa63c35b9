/** Defines the entries of the index of session logs, and when other threads read the logs. */
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { AgentName } from '../../importers/session-usage/agent-names.js';
import type { ReadingPoint } from '../../importers/session-usage/logged-call.js';
import type { CallColumns } from '../../ledger/files/call-columns.js';
import type { CallLine } from '../../ledger/files/ledger-line.js';
import { packageFile } from '../../lib/package-file.js';

/** The folders of an agent. `paid`: its calls are paid one by one rather than by a subscription. */
export type LogFolders = Readonly<{ agent: AgentName; folders: readonly string[]; paid: boolean }>;

/** A log, with the version of it that was read and how many calls it has. */
export type Entry = {
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
  /** The columns of another thread that have its calls, until the index is written. */
  part?: CallColumns;
};

/** The file that further threads start with, and from how many bytes of new logs on they are used. */
export type Threads = Readonly<{ worker: URL; from: number }>;

/** Fewer bytes of new logs are read faster in this thread: another one takes 50 ms to start. */
const THREADS_FROM = 64 << 20;

/** The source has no file that a thread could start with: only the build makes one. */
export function findThreads(): Threads | undefined {
  if (import.meta.url.endsWith('.ts') || availableParallelism() < 2) return undefined;
  return { worker: pathToFileURL(packageFile('dist', 'log-worker.js')), from: THREADS_FROM };
}
