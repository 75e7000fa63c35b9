import type { Call } from '../call.js';
import type { ExitCode } from '../exit-code.js';
import { runInLines } from '../lines.js';
import type { RunOptions } from '../options.js';
import { preparation } from '../prepare.js';
import { readWords } from '../words.js';

/** `pflow <request | workflow | saved name>`: plans and runs it, and prints its result. */
export async function run({ operands, options, leave }: Call<RunOptions>): Promise<ExitCode> {
  return runInLines(preparation(readWords(operands), options), options, leave);
}
