/** Runs `pflow rerun`: runs the workflow of a trace again, from the start or from a node. */
import type { Invocation } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { prepareRerun } from '../../run/prepare.js';
import { parseInputOperands } from '../../target/parse-target.js';
import { ensureTrust } from '../../trust/ensure-trust.js';

/** `pflow rerun <trace> [--from <node>]`: runs its workflow again, or from a node on with the store as it was recorded there. */
export async function rerun({
  operands,
  options,
  leave,
}: Invocation<RunOptions & { from?: string }>): Promise<ExitCode> {
  const [reference = 'latest', ...words] = operands;
  const target = { reference, from: options.from, inputs: parseInputOperands(words) };
  await ensureTrust({ rerun: reference, traceDir: options.traceDir }, options);
  return runInLines(prepareRerun(target, options), options, leave);
}
