/** Reads many session logs in several threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CallColumns } from '../../ledger/files/call-columns.js';
import type { LogSummary, LogTask } from './log-batch.js';
import type { WorkerOrder, WorkerReport } from './log-worker.js';

/** What was read of a log, and the columns that have its calls. */
export type ThreadReading = Readonly<{ columns: CallColumns; summary: LogSummary }>;

export type ThreadOptions = Readonly<{
  /** The file that a thread starts with. */
  worker: URL;
  signal: AbortSignal;
  /** Is called with the number of bytes that were read since the last call. */
  onProgress: (bytes: number) => void;
}>;

/** More threads are not faster: the logs come from one disk. */
const MAX_THREADS = 4;
/** What opening a log costs, as bytes that are read in that time. */
const OPENING = 64 << 10;
/** The logs that a thread is sent at once. */
const GROUP = 8 << 20;

/** Reads all logs, in the order of the tasks. Rejects if a thread fails, or when aborted. */
export async function readInThreads(
  tasks: readonly LogTask[],
  { worker, signal, onProgress }: ThreadOptions,
): Promise<ThreadReading[]> {
  const groups = groupTasks(tasks);
  const threads = Array.from(
    { length: Math.min(MAX_THREADS, availableParallelism(), groups.length) },
    () =>
      // Less often collected, with a larger young generation: most of what a reading creates is garbage soon.
      new Worker(worker, { execArgv: [], env: {}, resourceLimits: { maxYoungGenerationSizeMb: 64 } }),
  );
  const abort = () => void threads.map((thread) => thread.terminate());
  signal.addEventListener('abort', abort);
  try {
    const read = await Promise.all(threads.map((thread) => runThread(thread, groups, onProgress)));
    const found = new Map(
      read.flatMap(({ columns, of }) => of.map(([task, summary]) => [task, { columns, summary }])),
    );
    return tasks.map((task) => found.get(task)!);
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

/** The largest logs first, so that the threads finish together. */
function groupTasks(tasks: readonly LogTask[]): LogTask[][] {
  const groups: LogTask[][] = [];
  let rest = 0;
  for (const task of tasks.toSorted((a, b) => b.size - a.size)) {
    if (rest <= 0) {
      groups.push([]);
      rest = GROUP;
    }
    groups.at(-1)!.push(task);
    rest -= task.size + OPENING;
  }
  return groups;
}

type ThreadResult = Readonly<{ columns: CallColumns; of: readonly (readonly [LogTask, LogSummary])[] }>;

/** Sends a thread one group after the other while there are any. */
function runThread(
  thread: Worker,
  groups: LogTask[][],
  onProgress: (bytes: number) => void,
): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    const of: (readonly [LogTask, LogSummary])[] = [];
    let current: readonly LogTask[] | undefined;
    const send = () => {
      current = groups.shift();
      thread.postMessage({ tasks: current } satisfies WorkerOrder, []);
    };
    thread.on('message', (report: WorkerReport) => {
      if ('bytes' in report) onProgress(report.bytes);
      else if ('columns' in report) resolve({ columns: report.columns, of });
      else {
        for (const [i, summary] of report.summaries.entries()) of.push([current![i]!, summary]);
        send();
      }
    });
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error('The thread stopped before it had read its logs.')));
    send();
  });
}
