/** Decides what a failed write to stdout or stderr means for the process. */
import { messageOf } from '../../lib/error.js';
import { say } from './console.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import type { Leave } from './invocation.js';
import { mustKeepRunning } from './running.js';

let hasFailed = false;

/**
 * Handles the errors of both streams. A reader that has seen enough, such as `head`, closes its pipe (EPIPE): without stderr the
 * process continues; without stdout a command that only prints stops immediately. Any other error, such as a full disk, is
 * reported on stderr, and the exit code is not 0.
 */
export function handleOutputErrors(leave: Leave): void {
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') hasFailed = true;
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return mustKeepRunning() ? undefined : leave(exitCodes.done);
    if (!hasFailed)
      say(`pflow: The output could not be written: ${describe(error)}.${mustKeepRunning() ? LOST : ''}`);
    hasFailed = true;
    if (!mustKeepRunning()) leave(exitCodes.failed);
  });
}

const LOST = '\n  If the run has a trace, `pflow trace show --output-format json` prints its result.';

/** Waits until everything printed was written. Returns the exit code: a command whose output was lost did not succeed. */
export async function flushOutput(code: ExitCode): Promise<ExitCode> {
  await Promise.all([process.stdout, process.stderr].map(waitUntilWritten));
  return code === exitCodes.done && hasFailed ? exitCodes.failed : code;
}

// What is written to a pipe waits for its reader, and would be lost with the process. The error of a write is emitted after its callback.
function waitUntilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => setImmediate(resolve));
  });
}

function describe(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOSPC' ? 'no space is left on the device' : messageOf(error);
}
