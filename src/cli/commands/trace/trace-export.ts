/** Runs `pflow trace export`: converts a run to another format. */
import { toCallsCsv } from '../../../export/calls-csv.js';
import { toChromeTrace } from '../../../export/chrome-trace.js';
import { toFolded, type FoldedWeight } from '../../../export/folded.js';
import { toMarkdown } from '../../../export/markdown-report.js';
import { toOtlp } from '../../../export/otlp/otlp.js';
import { toSpeedscope } from '../../../export/speedscope.js';
import { diffRuns } from '../../../insights/compare/compare-runs.js';
import { PflowError } from '../../../lib/error.js';
import { diffRows } from '../../traces/diff-table.js';
import { listAdvice } from '../../../insights/advice/list-advice.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import type { RunState } from '../../../profile/run/run-state.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, sayPlain } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { readRun } from '../../traces/trace-state.js';

export type ExportOptions = Readonly<{
  format: 'html' | 'markdown' | 'csv' | 'speedscope' | 'chrome' | 'otlp' | 'folded';
  weight: FoldedWeight;
  /** false: without anything that the run captured. true: with it where a format leaves it out otherwise. */
  content?: boolean;
  traceDir?: string;
}>;

/** `pflow trace export [trace]`: a run in the format of another program. JSON is one line, as collectors read it. */
export async function traceExport({ operands, options }: Invocation<ExportOptions>): Promise<ExitCode> {
  const [reference = 'latest', after] = operands;
  if (after !== undefined) return exportTwo(reference, after, options);
  const { state } = await readRun(reference, options.traceDir, { content: options.content ?? true });
  const exported = await convert(state, options);
  if (typeof exported !== 'string') printJson(exported, { compact: true });
  else if (exported !== '') print(exported);
  else sayPlain(whyEmpty(options));
  return exitCodes.done;
}

/** Two runs as one page. */
async function exportTwo(
  reference: string,
  other: string,
  { format, content, traceDir }: ExportOptions,
): Promise<ExitCode> {
  if (format !== 'html')
    throw new PflowError('usage', 'Two runs are exported with --format html only.', {
      hint: '`pflow compare` prints their comparison as text or JSON.',
    });
  const { toComparisonHtml } = await import('../../../export/html/comparison-page.js');
  const read = async (name: string) => {
    const { state } = await readRun(name, traceDir, { content: content ?? true });
    return { state, advice: listAdvice(state, state.prices) };
  };
  const [before, after] = [await read(reference), await read(other)];
  const rows = diffRows(diffRuns(before.state, after.state));
  // A mark is no name of a row.
  print(
    toComparisonHtml(
      before,
      after,
      rows.map(([mark, name, ...rest]) => [`${mark} ${name}`.trim(), ...rest]),
    ),
  );
  return exitCodes.done;
}

/** Why there is nothing to export, which a program that reads the output would not tell. */
function whyEmpty({ format, weight }: ExportOptions): string {
  return format === 'folded' && weight === 'cost'
    ? 'Nothing was exported: the run has no call with a known cost. --weight time exports its durations.'
    : 'Nothing was exported: the run has nothing of this kind.';
}

/** Text, or an object to print as JSON. */
async function convert(
  state: RunState,
  { format, weight, content }: ExportOptions,
): Promise<string | object> {
  switch (format) {
    case 'html':
      return (await import('../../../export/html/html-report.js')).toHtml(
        state,
        listAdvice(state, loadPrices().prices),
      );
    case 'markdown':
      return toMarkdown(state, listAdvice(state, loadPrices().prices));
    case 'speedscope':
      return toSpeedscope(state);
    case 'chrome':
      return toChromeTrace(state);
    case 'otlp':
      return toOtlp(state, { content: content === true });
    case 'csv':
      return toCallsCsv(state);
    case 'folded':
      return toFolded(state, weight);
    default:
      return format satisfies never;
  }
}
