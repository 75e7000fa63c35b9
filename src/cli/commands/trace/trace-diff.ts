/** Runs `pflow compare` and `pflow trace diff`: compares two runs node by node. */
import { compareContents } from '../../../insights/compare/compare-contents.js';
import { diffRuns } from '../../../insights/compare/compare-runs.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { contentsDiff } from '../../traces/contents-diff.js';
import { diffTable } from '../../traces/diff-table.js';
import { readRun } from '../../traces/trace-state.js';

/** `pflow compare <before> <after>`: what differs, and what became slower, more expensive or failed between two runs. */
export async function traceDiff({
  operands,
  options,
}: Invocation<FormatOption & { traceDir?: string }>): Promise<ExitCode> {
  const [before, after] = operands;
  const first = await readRun(before!, options.traceDir);
  const second = await readRun(after!, options.traceDir);
  const diff = diffRuns(first.state, second.state);
  const contents = compareContents(first.state, second.state);
  if (options.outputFormat === 'json') printJson({ traces: [first.path, second.path], ...diff, contents });
  else print([diffTable(diff), contentsDiff(contents)].filter(Boolean).join('\n\n'));
  return exitCodes.done;
}
