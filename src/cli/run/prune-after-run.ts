/** Deletes old traces after a run, within the limits of the settings. */
import { dirname } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import { pruneTraces } from '../../trace/files/prune-traces.js';
import { warn } from '../io/console.js';
import type { TraceLimits } from '../args/user-settings.js';

/**
 * Deletes the oldest traces above the limits after a run, except its own, and only in the default folder: a folder given by
 * --trace-dir belongs to the user. A failure is a warning.
 */
export function pruneAfterRun(tracePath: string | undefined, limits: TraceLimits): void {
  const folder = defaultTraceDir(process.env);
  if (tracePath === undefined || dirname(tracePath) !== folder) return;
  try {
    pruneTraces(folder, { ...limits, inUse: [tracePath] });
  } catch (error) {
    warn(`Old traces could not be deleted: ${messageOf(error)}`);
  }
}
