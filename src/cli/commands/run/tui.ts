import { PflowError } from '../../../lib/error.js';
import type { Call } from '../../io/invocation.js';
import { isFullTerminal } from '../../io/console.js';
import type { ExitCode } from '../../io/exit-code.js';
import type { RunOptions, ScreenOptions } from '../../args/run-options.js';
import type { Prepare } from '../../run/prepare.js';
import { isReadAloud } from '../../args/screen-reader.js';
import { readInputs, readWords } from '../../target/parse-target.js';

type TuiOptions = RunOptions & ScreenOptions & Readonly<{ follow?: string; rerun?: string; from?: string }>;

/** `pflow tui`: a run in the full-screen profiler, live, again, or from its trace; off a terminal the same in lines. */
export async function tui({ operands, options, leave }: Call<TuiOptions>): Promise<ExitCode> {
  const { trace, follow, traceDir } = options;
  const reference = follow ?? (typeof trace === 'string' ? trace : undefined);
  if (reference !== undefined) {
    const { replay } = await import('../../traces/replay.js');
    return replay({ reference, follow: follow !== undefined, traceDir, screen: options });
  }
  const prepare = preparing(operands, options);
  if (isFullTerminal() && !isReadAloud(options) && !options.print && options.outputFormat === 'text') {
    const { runOnScreen } = await import('../../run/screen.js');
    return runOnScreen(prepare, options, leave);
  }
  const { runInLines } = await import('../../run/plain-mode.js');
  return runInLines(prepare, options, leave);
}

/** Reads the words at once, so that what is wrong with them is told before there is a screen. */
function preparing(operands: readonly string[], options: TuiOptions): Prepare {
  const { rerun, from } = options;
  if (rerun !== undefined) {
    const target = { reference: rerun, from, inputs: readInputs(operands) };
    return async (...connections) =>
      (await import('../../run/prepare.js')).rerunPreparation(target, options)(...connections);
  }
  if (from !== undefined) {
    throw new PflowError('usage', '--from needs --rerun, which says whose run to take up there.', {
      hint: `As in: pflow tui --rerun latest --from ${from}`,
    });
  }
  const target = readWords(operands);
  return async (...connections) =>
    (await import('../../run/prepare.js')).preparation(target, options)(...connections);
}
