/** Runs `pflow <request | workflow | saved name>` and prints its result. */
import type { Invocation } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { prepareRun } from '../../run/prepare.js';
import { parseTarget } from '../../target/parse-target.js';

/** `pflow <request | workflow | saved name>`: plans and runs it, and prints the result. */
export async function run({ operands, options, leave }: Invocation<RunOptions>): Promise<ExitCode> {
  return runInLines(prepareRun(parseTarget(operands), options), options, leave);
}
