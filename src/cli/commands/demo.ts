import type { Call } from '../call.js';
import { isFullTerminal } from '../console.js';
import type { ExitCode } from '../exit-code.js';
import type { RunOptions, ScreenOptions } from '../options.js';
import type { Prepare } from '../prepare.js';
import { isReadAloud } from '../screen-reader.js';

/** `pflow demo`: the profiler on a simulated model. Nothing is asked of anybody and nothing is paid for. */
export async function demo({
  options,
  leave,
}: Call<Pick<RunOptions, 'traceDir' | 'trace'> & ScreenOptions>): Promise<ExitCode> {
  const runOptions: RunOptions & ScreenOptions = {
    ...options,
    outputFormat: 'text',
    plannerTimeout: 60,
    capture: 'preview',
    redact: true,
  };
  const prepare: Prepare = async (...connections) =>
    (await import('../prepare.js')).demoPreparation(runOptions)(...connections);
  if (isFullTerminal() && !isReadAloud(options))
    return (await import('../live.js')).runOnScreen(prepare, runOptions, leave);
  return (await import('../lines.js')).runInLines(prepare, runOptions, leave);
}
