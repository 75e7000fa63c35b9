import { dirname } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import { pruneTraces } from '../../trace/files/prune-traces.js';
import { warn } from '../io/console.js';
import type { TraceLimits } from '../args/user-settings.js';

/**
 * Removes the oldest traces beyond the limits once a run is over; its own stays. Only in the folder that pflow keeps: what is
 * in one that a person named with --trace-dir is theirs. A failure is a warning.
 */
export function keepWithinLimits(tracePath: string | undefined, limits: TraceLimits): void {
  const folder = defaultTraceDir(process.env);
  if (tracePath === undefined || dirname(tracePath) !== folder) return;
  try {
    pruneTraces(folder, { ...limits, inUse: [tracePath] });
  } catch (error) {
    warn(`Old traces could not be deleted: ${messageOf(error)}`);
  }
}
