/** Prepares runs that are started from the home screen. */
import type { SharedTerminal } from '../../tui/surface.js';
import type { RunOptions } from '../args/run-options.js';
import { prepareRerun, prepareRun, type NodeChange, type Prepare } from '../run/prepare.js';
import { findUntrusted } from '../trust/ask-trust.js';
import { ensureTrust } from '../trust/ensure-trust.js';
import { parseLine } from './parse-line.js';

/** Prepares what a line names. Throws a PflowError for a line that is neither a request nor a workflow. */
export async function prepareLine(
  line: string,
  options: RunOptions,
  shared: SharedTerminal,
): Promise<Prepare> {
  const target = parseLine(line);
  await trusting({ target }, options, shared);
  return prepareRun(target, ofNewRun(options));
}

/** Prepares a rerun of the whole workflow of a trace, or of it from a node on. */
export async function prepareToRerun(
  trace: string,
  options: RunOptions,
  shared: SharedTerminal,
  start: Readonly<{ from?: string; change?: NodeChange }> = {},
): Promise<Prepare> {
  await trusting({ rerun: trace, traceDir: options.traceDir }, options, shared);
  return prepareRerun({ reference: trace, inputs: {}, ...start }, ofNewRun(options));
}

/** The options of a run, without those of the screen that `pflow tui --trace` shares with them. */
function ofNewRun({ trace, ...options }: RunOptions): RunOptions {
  return trace === false ? { ...options, trace } : options;
}

/** Asks on the plain terminal, which the screen lends for the question. */
async function trusting(
  planned: Parameters<typeof ensureTrust>[0],
  options: RunOptions,
  { terminal }: SharedTerminal,
): Promise<void> {
  if (!findUntrusted(options)) return;
  const takeBack = terminal.lend();
  try {
    await ensureTrust(planned, options);
  } finally {
    takeBack();
  }
}
