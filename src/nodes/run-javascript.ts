import { Worker } from 'node:worker_threads';
import { messageOf, PflowError } from '../lib/error.js';
import { formatDuration } from '../lib/format.js';
import { workerSource } from './javascript-worker.js';

export type JavaScriptOptions = Readonly<{
  inputs: Readonly<Record<string, unknown>>;
  timeoutMs: number;
  signal: AbortSignal;
}>;

/** What code came to: a JSON value, or an error with the line of the code it was thrown in. */
export type JavaScriptOutcome = Readonly<
  { stdout: string; stderr: string } & ({ result: unknown } | { error: string; line?: number })
>;

const MEMORY_MB = 256;

/**
 * Runs JavaScript in a thread and a context of its own, which keeps it from blocking or breaking this process. That guards against
 * accidents; it is no wall against hostile code. Rejects when it runs out of time or memory or the signal is aborted.
 */
export function runJavaScript(
  code: string,
  { inputs, timeoutMs, signal }: JavaScriptOptions,
): Promise<JavaScriptOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerSource, {
      eval: true,
      workerData: { code, names: Object.keys(inputs), values: valuesAsJson(inputs) },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      env: {},
    });
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
        new PflowError('node_timeout', `The code did not end within ${formatDuration(timeoutMs)}.`, {
          hint: 'Set timeout, in seconds, to give it longer.',
        }),
      );
    }, timeoutMs);
    worker.once('message', (outcome: JavaScriptOutcome) => settle(() => resolve(outcome)));
    worker.once('error', (cause) => fail(new PflowError('node_failed', crashOf(cause), { cause })));
    worker.once('exit', () => fail(new PflowError('node_failed', 'The code ended its own thread.')));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

function valuesAsJson(inputs: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(Object.values(inputs).map((value) => value ?? null));
  } catch (cause) {
    throw new PflowError(
      'node_failed',
      `The inputs of the code cannot be written as JSON: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function crashOf(cause: unknown): string {
  const outOfMemory = (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory
    ? `The code needed more than ${MEMORY_MB} MB of memory.`
    : `The code failed: ${messageOf(cause)}`;
}
