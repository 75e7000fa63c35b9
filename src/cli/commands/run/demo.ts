/** Runs `pflow demo`: the profiler with a simulated model. */
import type { Invocation } from '../../io/invocation.js';
import { isFullTerminal } from '../../io/console.js';
import type { ExitCode } from '../../io/exit-code.js';
import type { RunOptions, ScreenOptions } from '../../args/run-options.js';
import type { Prepare } from '../../run/prepare.js';
import { isScreenReaderMode } from '../../args/screen-reader.js';

/** `pflow demo`: the profiler on a simulated model. It sends nothing and costs nothing. */
export async function demo({
  options,
  leave,
}: Invocation<Pick<RunOptions, 'traceDir' | 'trace'> & ScreenOptions>): Promise<ExitCode> {
  const runOptions: RunOptions & ScreenOptions = {
    ...options,
    outputFormat: 'text',
    plannerTimeout: 60,
    idleTimeout: 120,
    capture: 'preview',
    redact: true,
  };
  const prepare: Prepare = async (...connections) =>
    (await import('../../run/prepare.js')).prepareDemo(runOptions)(...connections);
  if (isFullTerminal() && !isScreenReaderMode(options))
    return (await import('../../home/open-screens.js')).openScreens(
      { kind: 'run', prepare },
      runOptions,
      leave,
    );
  return (await import('../../run/plain-mode.js')).runInLines(prepare, runOptions, leave);
}
