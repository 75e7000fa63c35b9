import type { Call } from '../call.js';
import type { ExitCode } from '../exit-code.js';
import { runInLines } from '../lines.js';
import type { RunOptions } from '../options.js';
import { rerunPreparation } from '../prepare.js';
import { readInputs } from '../words.js';

/** `pflow rerun <trace> [--from <node>]`: runs its workflow again, or the rest of it in the store as it was there. */
export async function rerun({
  operands,
  options,
  leave,
}: Call<RunOptions & { from?: string }>): Promise<ExitCode> {
  const [reference = 'latest', ...words] = operands;
  const target = { reference, from: options.from, inputs: readInputs(words) };
  return runInLines(rerunPreparation(target, options), options, leave);
}
