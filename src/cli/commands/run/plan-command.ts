/** Runs `pflow plan`: prints the planned workflow as JSON without running it. */
import type { Invocation } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { prepareRun } from '../../run/prepare.js';
import { parseTarget } from '../../target/parse-target.js';

/** `pflow plan <request>`: prints the workflow that the request would run, as JSON. */
export async function plan({
  operands,
  options,
  leave,
}: Invocation<RunOptions & { estimate?: boolean }>): Promise<ExitCode> {
  const planning = { ...options, planOnly: true };
  return runInLines(prepareRun(parseTarget(operands), planning), planning, leave);
}
