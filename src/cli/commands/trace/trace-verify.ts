/** Runs `pflow trace verify`: validates a trace file. */
import { plural } from '../../../lib/text/format.js';
import { enterMissing } from '../../../ledger/enter/enter-traces.js';
import { ledgerFolder } from '../../../ledger/files/ledger-files.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { findRun } from '../../target/find-run.js';
import type { TraceWarning } from '../../../trace/read/parse-events.js';
import type { Captured } from '../../../trace/event/captured.js';
import { readTrace } from '../../../trace/read/read-trace.js';
import { BlobCheck } from '../../../trace/blobs/check-blobs.js';
import { toBlobPath } from '../../../trace/blobs/blob-writer.js';
import type { Invocation } from '../../io/invocation.js';
import { print, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';

/** `pflow trace verify [trace]`: checks that every line parses, the run is finished, and every full value is present with the right hash. */
export async function traceVerify({
  operands,
  options,
}: Invocation<{ traceDir?: string; ledger?: boolean }>): Promise<ExitCode> {
  if (options.ledger) return completeLedger(options.traceDir);
  const [reference = 'latest'] = operands;
  const path = findRun(reference, options.traceDir);
  const problems: string[] = [];
  const onWarning = ({ line, message }: TraceWarning) => void problems.push(`line ${line}: ${message}`);
  let events = 0;
  let isFinished = false;
  let values: BlobCheck | undefined;
  for await (const event of readTrace(path, { onWarning })) {
    if (event.seq !== events) problems.push(`event ${events}: seq is ${event.seq}`);
    if (event.type === 'run.started' && event.flags.capture !== 'none')
      values = new BlobCheck(toBlobPath(path), { isComplete: event.flags.capture === 'full' });
    values?.addReferences(`event ${event.seq}`, event as unknown as Captured);
    events++;
    isFinished ||= event.type === 'run.finished';
  }
  for (const problem of values?.findProblems() ?? []) problems.push(problem);
  if (!isFinished) problems.push('run.finished is missing: the process was killed or is still running');
  print(
    [
      `${path}: ${plural(events, 'event')}, ${problems.length ? plural(problems.length, 'problem') : 'valid'}`,
      ...problems.map((problem) => `  ${problem}`),
    ].join('\n'),
  );
  return problems.length ? exitCodes.failed : exitCodes.done;
}

/** `pflow trace verify --ledger`: enters the runs that have a trace but no line in the ledger. */
async function completeLedger(traceDir = defaultTraceDir(process.env)): Promise<ExitCode> {
  const folder = ledgerFolder();
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  const { traces, entered } = await enterMissing(folder, traceDir, prices);
  print(`${folder}: ${plural(traces, 'trace')} compared, ${plural(entered, 'missing run')} entered`);
  return exitCodes.done;
}
