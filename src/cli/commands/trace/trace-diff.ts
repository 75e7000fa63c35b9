/** Runs `pflow compare` and `pflow trace diff`: compares two runs node by node. */
import { compareContents } from '../../../insights/compare/compare-contents.js';
import { diffRuns } from '../../../insights/compare/compare-runs.js';
import type { Invocation } from '../../io/invocation.js';
import { isFullTerminal, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { defaultRunOptions, type FormatOption } from '../../args/run-options.js';
import { isScreenReaderMode } from '../../args/screen-reader.js';
import { printComparison } from '../../home/compare-place.js';
import { readRun } from '../../traces/trace-state.js';

type CompareOptions = FormatOption & Readonly<{ traceDir?: string; print?: boolean }>;

/**
 * `pflow compare <before> <after>`: what differs, and what became slower, more expensive or failed between two runs. On a terminal
 * as a screen, otherwise as text.
 */
export async function traceDiff({ operands, options, leave }: Invocation<CompareOptions>): Promise<ExitCode> {
  const [before, after] = operands;
  const first = await readRun(before!, options.traceDir);
  const second = await readRun(after!, options.traceDir);
  const comparison = { before: first.state, after: second.state };
  if (options.outputFormat === 'json') {
    const [diff, contents] = [
      diffRuns(first.state, second.state),
      compareContents(first.state, second.state),
    ];
    printJson({ traces: [first.path, second.path], ...diff, contents });
  } else if (options.print || !isFullTerminal() || isScreenReaderMode({})) printComparison(comparison);
  else {
    const { openScreens } = await import('../../home/open-screens.js');
    return openScreens({ kind: 'compare', comparison }, { ...defaultRunOptions, ...options }, leave);
  }
  return exitCodes.done;
}
