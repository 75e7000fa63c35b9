/** Keeps whether a run or an observed program is in progress: no failed write to stdout may end it. */

let isRunning = false;

/**
 * Called when a run starts. From then on no failed write ends the process: a run finishes although its reader has gone, and keeps
 * its exit code.
 */
export function keepRunningWithoutReader(): void {
  isRunning = true;
}

export function mustKeepRunning(): boolean {
  return isRunning;
}
