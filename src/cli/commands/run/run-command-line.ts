/** Runs `pflow <request | workflow | saved name>` and prints its result. */
import type { Invocation } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { prepareRun } from '../../run/prepare.js';
import { parseTarget } from '../../target/parse-target.js';
import { ensureTrust } from '../../trust/ensure-trust.js';

/** `pflow <request | workflow | saved name>`: plans and runs it, and prints the result. */
export async function run({ operands, options, leave }: Invocation<RunOptions>): Promise<ExitCode> {
  const target = parseTarget(operands);
  await ensureTrust({ target }, options);
  return runInLines(prepareRun(target, options), options, leave);
}
