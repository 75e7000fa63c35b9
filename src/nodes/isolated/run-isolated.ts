/** Runs synchronous third-party code in a worker, where a timeout and a signal can terminate it. */

import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { messageOf, PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { clampDelay } from '../../lib/timer.js';
import type { TaskName } from './task-source.js';

export type TaskOptions = Readonly<{
  /** The task as the subject of an error message, such as `The query`. */
  what: string;
  timeoutMs: number;
  signal: AbortSignal;
}>;

const MEMORY_MB = 1024;

/** Marks a thread in which model calls are not observed. */
const UNTAPPED = Symbol.for('pflow.untapped');

/** Idle workers by task. They are kept because starting one takes about 40 ms, and do not keep the process alive. */
const idle = new Map<TaskName, Worker[]>();
const MAX_IDLE = 2;

/**
 * Runs a task with an input that can be cloned or written as JSON. Rejects with a PflowError on a timeout, above the memory limit or
 * when the task throws, and with the signal's reason when aborted; the worker is then terminated, whatever it is doing.
 */
export async function runIsolated<Result>(
  task: TaskName,
  input: unknown,
  { what, timeoutMs, signal }: TaskOptions,
): Promise<Result> {
  signal.throwIfAborted();
  const worker = idle.get(task)?.pop() ?? (await startWorker(task));
  worker.ref();
  return new Promise<Result>((resolve, reject) => {
    const release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      for (const [event, listener] of listeners) worker.off(event, listener);
    };
    const fail = (error: unknown) => {
      release();
      void worker.terminate();
      reject(error);
    };
    const abort = () => fail(signal.reason);
    const timer = setTimeout(() => {
      fail(
        new PflowError('node_timeout', `${what} timed out after ${formatDuration(timeoutMs)}.`, {
          hint: 'Increase `timeout` (seconds).',
        }),
      );
    }, clampDelay(timeoutMs));
    const listeners = [
      [
        'message',
        ({ result, error }: { result?: Result; error?: string }) => {
          if (error !== undefined) return fail(new PflowError('node_failed', `${what} failed: ${error}`));
          release();
          keep(task, worker);
          resolve(result as Result);
        },
      ],
      [
        'error',
        (cause: unknown) => fail(new PflowError('node_failed', describeCrash(what, cause), { cause })),
      ],
      ['exit', () => fail(new PflowError('node_failed', `${what} ended its own thread.`))],
    ] as const;
    // Not removeAllListeners: the Worker class has internal listeners.
    for (const [event, listener] of listeners) worker.on(event, listener);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    try {
      send(worker, input);
    } catch (cause) {
      fail(
        new PflowError('node_failed', `${what} cannot be given its input: ${describeInput(cause)}.`, {
          cause,
          hint: 'It must be JSON data.',
        }),
      );
    }
  });
}

function keep(task: TaskName, worker: Worker): void {
  const others = idle.get(task) ?? [];
  idle.set(task, others);
  worker.unref();
  if (others.length >= MAX_IDLE) void worker.terminate();
  else others.push(worker);
}

/** Values that cannot be cloned, such as functions, are omitted as in JSON. */
function send(worker: Worker, input: unknown): void {
  try {
    worker.postMessage(input, []);
  } catch {
    worker.postMessage(JSON.parse(JSON.stringify(input)), []);
  }
}

async function startWorker(task: TaskName): Promise<Worker> {
  // Loaded lazily: the programs contain the bundled packages, and most workflows need none.
  const { readTaskSource } = await import('./task-source.js');
  const options: WorkerOptions & { [UNTAPPED]: true } = {
    eval: true,
    workerData: { source: readTaskSource(task), base: import.meta.url || join(process.cwd(), 'bundle.cjs') },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: 4 },
    env: {},
    execArgv: [],
    [UNTAPPED]: true,
  };
  const worker = new Worker(program, options);
  // A worker that exits while idle, or fails while being terminated, has no other listeners.
  worker.on('error', () => {});
  worker.once('exit', () => idle.set(task, idle.get(task)?.filter((each) => each !== worker) ?? []));
  return worker;
}

/** The worker's program: compiles the task, then runs it for every message. */
const program = String.raw`
const { parentPort, workerData } = require('node:worker_threads');
const task = { exports: {} };
const load = require('node:module').createRequire(workerData.base);
require('node:vm').compileFunction(workerData.source, ['module', 'exports', 'require'])(task, task.exports, load);
parentPort.on('message', async (input) => {
  try {
    parentPort.postMessage({ result: await task.exports.run(input) });
  } catch (error) {
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
`;

function describeInput(cause: unknown): string {
  return cause instanceof RangeError ? 'it is nested too deeply' : messageOf(cause);
}

function describeCrash(what: string, cause: unknown): string {
  const outOfMemory = (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory
    ? `${what} needed more than ${MEMORY_MB} MB of memory.`
    : `${what} failed: ${messageOf(cause)}`;
}
