/** Reads session logs in a thread of its own: the file that the thread starts with. */
import { parentPort } from 'node:worker_threads';
import type { CallColumns } from '../../ledger/files/call-columns.js';
import { createLogBatch, type LogSummary, type LogTask } from './log-batch.js';

/** What a thread is sent: the logs to read next, or that there are no more. */
export type WorkerOrder = Readonly<{ tasks: readonly LogTask[] } | { tasks: undefined }>;

/** What a thread sends: its progress in bytes, what it has read of the logs that it was sent, and at the end all their calls. */
export type WorkerReport =
  | Readonly<{ bytes: number }>
  | Readonly<{ summaries: readonly LogSummary[] }>
  | Readonly<{ columns: CallColumns }>;

/** Bytes between two reports of progress. */
const REPORT_EVERY = 8 << 20;

const batch = createLogBatch();
let unreported = 0;

parentPort?.on('message', ({ tasks }: WorkerOrder) => {
  if (tasks) {
    const summaries = tasks.map(readTask);
    report({ bytes: unreported });
    unreported = 0;
    report({ summaries });
    return;
  }
  const columns = batch.finish();
  const arrays = [
    ...Object.values(columns.textColumns),
    ...Object.values(columns.numberColumns),
    columns.marks,
  ];
  parentPort!.postMessage(
    { columns } satisfies WorkerReport,
    arrays.map(({ buffer }) => buffer as ArrayBuffer),
  );
  parentPort!.close();
});

function readTask(task: LogTask): LogSummary {
  const steps = batch.read(task);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    unreported += step.value;
    if (unreported < REPORT_EVERY) continue;
    report({ bytes: unreported });
    unreported = 0;
  }
}

function report(message: WorkerReport): void {
  parentPort!.postMessage(message, []);
}
