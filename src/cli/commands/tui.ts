import type { Call } from '../call.js';
import { isFullTerminal } from '../console.js';
import type { ExitCode } from '../exit-code.js';
import type { RunOptions, ScreenOptions } from '../options.js';
import type { Prepare } from '../prepare.js';
import { readWords } from '../words.js';

/** `pflow tui`: a run in the full-screen profiler, live or from its trace; off a terminal the same in lines. */
export async function tui({
  operands,
  options,
  leave,
}: Call<RunOptions & ScreenOptions & { follow?: string }>): Promise<ExitCode> {
  const { trace, follow, traceDir } = options;
  const reference = follow ?? (typeof trace === 'string' ? trace : undefined);
  if (reference !== undefined) {
    const { replay } = await import('../replay.js');
    return replay({ reference, follow: follow !== undefined, traceDir, screen: options });
  }
  const target = readWords(operands);
  const prepare: Prepare = async (...connections) =>
    (await import('../prepare.js')).preparation(target, options)(...connections);
  if (isFullTerminal() && !options.print && options.outputFormat === 'text') {
    const { runOnScreen } = await import('../live.js');
    return runOnScreen(prepare, options, leave);
  }
  const { runInLines } = await import('../lines.js');
  return runInLines(prepare, options, leave);
}
