/** Runs `pflow rerun`: continues the run of a trace, or runs its workflow again. */
import type { Invocation } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { prepareRerun } from '../../run/prepare.js';
import { parseInputOperands } from '../../target/parse-target.js';
import { ensureTrust } from '../../trust/ensure-trust.js';

/**
 * `pflow rerun <trace> [--from <node> | --only <node>]`: continues a run at its first unfinished node or at another one,
 * with the store as it was recorded there; a run that succeeded is repeated.
 */
export async function rerun({
  operands,
  options,
  leave,
}: Invocation<RunOptions & { from?: string; only?: string }>): Promise<ExitCode> {
  const [reference = 'latest', ...words] = operands;
  const target = { reference, from: options.from, only: options.only, inputs: parseInputOperands(words) };
  await ensureTrust({ rerun: reference, traceDir: options.traceDir }, options);
  return runInLines(prepareRerun(target, options), options, leave);
}
