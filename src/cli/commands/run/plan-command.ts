/** Runs `pflow plan`: prints the planned workflow as JSON without running it. */
import type { Call } from '../../io/invocation.js';
import type { ExitCode } from '../../io/exit-code.js';
import { runInLines } from '../../run/plain-mode.js';
import type { RunOptions } from '../../args/run-options.js';
import { preparation } from '../../run/prepare.js';
import { readWords } from '../../target/parse-target.js';

/** `pflow plan <request>`: prints the workflow that the request would run, as JSON. */
export async function plan({ operands, options, leave }: Call<RunOptions>): Promise<ExitCode> {
  return runInLines(preparation(readWords(operands), options), { ...options, planOnly: true }, leave);
}
