/** Ends synchronous third-party code, such as a backtracking regular expression, after a time limit. */

import { createContext, Script, type Context } from 'node:vm';
import { PflowError } from './error.js';
import { formatDuration } from './text/format.js';

/** Below the second within which a signal has to end any run: nothing else runs until the limit is reached. */
const LIMIT_MS = 500;

/**
 * Calls a function that may never return, and throws a PflowError when it takes longer than half a second. The engine interrupts
 * regular expressions too. `what` is the subject of the error message, such as `The pattern`. A call costs about 0.1 ms; code that
 * may rightly take longer belongs in a worker.
 */
export function runWithinLimit<Result>(what: string, run: () => Result, limitMs = LIMIT_MS): Result {
  context ??= createContext({});
  const outer = context.run;
  context.run = run;
  try {
    return call.runInContext(context, { timeout: limitMs }) as Result;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
    throw new PflowError('node_timeout', `${what} took longer than ${formatDuration(limitMs)}.`, {
      cause,
      hint: 'Nested repetitions such as `(a+)+` or many `*` in a row take exponential time: simplify it.',
    });
  } finally {
    context.run = outer;
  }
}

const call = new Script('run()');
let context: (Context & { run?: (() => unknown) | undefined }) | undefined;
