/** Runs `pflow <request | workflow | saved name>` and prints its result. */
import type { Call } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { preparation } from '../../run/prepare.js';
import { readWords } from '../../target/parse-target.js';

/** `pflow <request | workflow | saved name>`: plans and runs it, and prints the result. */
export async function run({ operands, options, leave }: Call<RunOptions>): Promise<ExitCode> {
  return runInLines(preparation(readWords(operands), options), options, leave);
}
