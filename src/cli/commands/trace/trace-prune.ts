/** Runs `pflow trace prune`: deletes the oldest traces above a limit. */
import { formatBytes, plural } from '../../../lib/text/format.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { pruneTraces } from '../../../trace/files/prune-traces.js';
import type { Invocation } from '../../io/invocation.js';
import { print, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { enterAbandonedRuns } from '../../run/enter-abandoned.js';
import { loadSettings } from '../../args/user-settings.js';

export type PruneOptions = Readonly<{ keep?: number; maxSize?: number; dryRun?: boolean; traceDir?: string }>;

/** `pflow trace prune`: deletes the oldest traces above the limits, or lists them. */
export async function tracePrune({ options }: Invocation<PruneOptions>): Promise<ExitCode> {
  const { traces, warnings } = loadSettings();
  for (const warning of warnings) warn(warning);
  if (options.dryRun !== true) await enterAbandonedRuns(warn);
  const { keep = traces.keep, maxSize = traces.maxBytes, dryRun = false } = options;
  const folder = options.traceDir ?? defaultTraceDir(process.env);
  const { removed, freedBytes } = pruneTraces(folder, { keep, maxBytes: maxSize, dryRun });
  if (dryRun) for (const { path } of removed) print(path);
  const verb = dryRun ? 'Would delete' : 'Deleted';
  print(
    removed.length === 0
      ? `Nothing to delete in ${folder}.`
      : `${verb} ${plural(removed.length, 'trace')}, ${formatBytes(freedBytes)}.`,
  );
  return exitCodes.done;
}
