import type { Call } from '../call.js';
import type { ExitCode } from '../exit-code.js';
import { runInLines } from '../lines.js';
import type { RunOptions } from '../options.js';
import { preparation } from '../prepare.js';
import { readWords } from '../words.js';

/** `pflow plan <request>`: prints the workflow that the request would run, as JSON. */
export async function plan({ operands, options, leave }: Call<RunOptions>): Promise<ExitCode> {
  return runInLines(preparation(readWords(operands), options), { ...options, planOnly: true }, leave);
}
