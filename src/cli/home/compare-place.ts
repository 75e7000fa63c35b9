/** The screen of two runs: reads their traces, shows them, and prints their figures once it is left. */
import { compareContents } from '../../insights/compare/compare-contents.js';
import { diffRuns } from '../../insights/compare/compare-runs.js';
import type { SharedTerminal } from '../../tui/surface.js';
import type { CompareResult } from '../../tui/run-compare.js';
import type { Settings } from '../../view/app/screen-settings.js';
import type { Comparison } from '../../view/compare/compare-rows.js';
import { print } from '../io/console.js';
import { contentsDiff } from '../traces/contents-diff.js';
import { diffTable } from '../traces/diff-table.js';
import { readRun } from '../traces/trace-state.js';

/** Reads two traces while a screen is open. `warning` is the first of what could not be read. */
export async function readComparison(
  before: string,
  after: string,
): Promise<{ comparison: Comparison; warning: string | undefined }> {
  const warnings: string[] = [];
  const report = (warning: string) => void warnings.push(warning);
  const first = await readRun(before, undefined, { report });
  const second = await readRun(after, undefined, { report });
  return { comparison: { before: first.state, after: second.state }, warning: warnings[0] };
}

/** Shows two runs until the user leaves. */
export async function showComparison(
  { comparison, toast }: Readonly<{ comparison: Comparison; toast?: string | undefined }>,
  {
    settings,
    shared,
    reducedMotion,
  }: Readonly<{ settings: Settings; shared: SharedTerminal; reducedMotion: boolean | undefined }>,
): Promise<CompareResult> {
  const { stdin, stdout, env } = process;
  const { runCompare } = await import('../../tui/run-compare.js');
  return runCompare({
    comparison,
    toast,
    stdin,
    stdout,
    env,
    settings,
    shared,
    ...(reducedMotion ? { reducedMotion } : {}),
  });
}

/** Prints two runs node by node, and what differs in them. */
export function printComparison({ before, after }: Comparison): void {
  const table = diffTable(diffRuns(before, after));
  print([table, contentsDiff(compareContents(before, after))].filter(Boolean).join('\n\n'));
}
