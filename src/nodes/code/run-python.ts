/** Runs Python in a python3 process. */

import { PflowError } from '../../lib/error.js';
import { formatDuration } from '../../lib/text/format.js';
import { asJson, type CodeOptions, type CodeOutcome } from './code-run.js';
import { pythonProgram } from './python-program.js';
import { runProgram } from '../commands/run-command.js';

/**
 * Runs Python in a python3 process with full permissions. Inputs are variables; the value of `result` is returned.
 * Rejects without python3, on timeout or abort.
 */
export async function runPython(
  code: string,
  { inputs, timeoutMs, signal }: CodeOptions,
): Promise<CodeOutcome> {
  const { stdout, stderr } = await runProgram('python3', ['-c', pythonProgram], {
    stdin: asJson({ code, inputs }),
    cwd: process.cwd(),
    env: { PYTHONIOENCODING: 'utf-8' },
    timeoutMs,
    signal,
  }).catch((error: unknown) => {
    throw error instanceof PflowError ? inWordsOfCode(error, timeoutMs) : error;
  });
  const printed = stderr.toString();
  const outcome = parse(stdout.toString());
  if (!outcome) return { stdout: '', stderr: printed, error: 'it ended its own process.' };
  return { ...outcome, stderr: outcome.stderr + printed };
}

function parse(text: string): CodeOutcome | undefined {
  try {
    return JSON.parse(text) as CodeOutcome;
  } catch {
    return undefined;
  }
}

function inWordsOfCode(error: PflowError, timeoutMs: number): PflowError {
  const { cause, code } = error;
  if (code === 'node_timeout') {
    return new PflowError('node_timeout', `The code timed out after ${formatDuration(timeoutMs)}.`, {
      cause: error,
      hint: 'Increase `timeout` (seconds).',
    });
  }
  if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') return error;
  return new PflowError('node_failed', 'The code is Python, and there is no python3 on this machine.', {
    cause: error,
    hint: 'Install Python 3, or write the code in JavaScript.',
  });
}
