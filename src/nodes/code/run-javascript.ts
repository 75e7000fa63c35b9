/** Runs JavaScript in a worker. */

import { Worker, type WorkerOptions } from 'node:worker_threads';
import { messageOf, PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { clampDelay } from '../../lib/timer.js';
import { asJson, type CodeOptions, type CodeOutcome } from './code-run.js';
import { workerSource } from './javascript-worker.js';

const MEMORY_MB = 256;

/** Marks a thread in which nothing is observed. */
const UNTAPPED = Symbol.for('pflow.untapped');

/**
 * Runs JavaScript in a worker thread and a separate context, so that it cannot block or break this process. This guards
 * against accidents; it is not a security boundary. Rejects on timeout, memory limit or abort.
 */
export function runJavaScript(
  code: string,
  { inputs, timeoutMs, signal }: CodeOptions,
): Promise<CodeOutcome> {
  return new Promise((resolve, reject) => {
    const options: WorkerOptions & { [UNTAPPED]: true } = {
      eval: true,
      workerData: { code, names: Object.keys(inputs), values: asJson(Object.values(inputs)) },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      env: {},
      // It has no network to observe.
      [UNTAPPED]: true,
    };
    const worker = new Worker(workerSource, options);
    let settle = (then: () => void) => {
      settle = () => {};
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      void worker.terminate();
      then();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const abort = () => fail(signal.reason);
    const timer = setTimeout(() => {
      fail(
        new PflowError('node_timeout', `The code timed out after ${formatDuration(timeoutMs)}.`, {
          hint: 'Increase `timeout` (seconds).',
        }),
      );
    }, clampDelay(timeoutMs));
    worker.once('message', (outcome: string) => settle(() => resolve(JSON.parse(outcome) as CodeOutcome)));
    worker.once('error', (cause) => fail(new PflowError('node_failed', crashOf(cause), { cause })));
    worker.once('exit', () => fail(new PflowError('node_failed', 'The code ended its own thread.')));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

function crashOf(cause: unknown): string {
  const outOfMemory = (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory
    ? `The code needed more than ${MEMORY_MB} MB of memory.`
    : `The code failed: ${messageOf(cause)}`;
}
