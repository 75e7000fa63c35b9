/** Runs `pflow tui`: a new run, a rerun or a trace in the full-screen profiler. */
import { PflowError } from '../../../lib/error.js';
import type { Invocation } from '../../io/invocation.js';
import { isFullTerminal } from '../../io/console.js';
import type { ExitCode } from '../../io/exit-code.js';
import type { ObserveOptions, RunOptions, ScreenOptions } from '../../args/run-options.js';
import type { Prepare } from '../../run/prepare.js';
import { isScreenReaderMode } from '../../args/screen-reader.js';
import { parseInputOperands, parseTarget } from '../../target/parse-target.js';
import { ensureTrust } from '../../trust/ensure-trust.js';

type TuiOptions = RunOptions &
  ScreenOptions &
  ObserveOptions &
  Readonly<{ follow?: string; rerun?: string; from?: string }>;

/** `pflow tui`: opens the full-screen profiler on a new run, a rerun, a trace or a program; without a terminal it prints lines. */
export async function tui({ operands, options, program, leave }: Invocation<TuiOptions>): Promise<ExitCode> {
  const { trace, follow, traceDir } = options;
  if (program !== undefined) return observeProgram(program, options, leave);
  const reference = follow ?? (typeof trace === 'string' ? trace : undefined);
  if (reference !== undefined) {
    const { replay } = await import('../../traces/replay.js');
    return replay({ reference, follow: follow !== undefined, traceDir, screen: options });
  }
  const prepare = await preparing(operands, options);
  if (isFullTerminal() && !isScreenReaderMode(options) && !options.print && options.outputFormat === 'text') {
    const { runOnScreen } = await import('../../run/screen.js');
    return runOnScreen(prepare, options, leave);
  }
  const { runInLines } = await import('../../run/plain-mode.js');
  return runInLines(prepare, options, leave);
}

/** Observes a program on the screen; without a terminal as `pflow profile` does. */
async function observeProgram(
  program: readonly string[],
  options: TuiOptions,
  leave: Invocation<TuiOptions>['leave'],
): Promise<ExitCode> {
  if (!isFullTerminal() || isScreenReaderMode(options) || options.print) {
    const { profile } = await import('./profile-command.js');
    return profile({ operands: program, options, leave });
  }
  const { observeOnScreen } = await import('../../observe/observe-screen.js');
  return observeOnScreen(program, options);
}

/** Parses the operands and asks for trust before the screen opens, so that both happen on the plain terminal. */
async function preparing(operands: readonly string[], options: TuiOptions): Promise<Prepare> {
  const { rerun, from } = options;
  if (rerun !== undefined) {
    const target = { reference: rerun, from, inputs: parseInputOperands(operands) };
    await ensureTrust({ rerun, traceDir: options.traceDir }, options);
    return async (...connections) =>
      (await import('../../run/prepare.js')).prepareRerun(target, options)(...connections);
  }
  if (from !== undefined) {
    throw new PflowError('usage', '--from requires --rerun <trace>.', {
      hint: `For example: pflow tui --rerun latest --from ${from}`,
    });
  }
  const target = parseTarget(operands);
  await ensureTrust({ target }, options);
  return async (...connections) =>
    (await import('../../run/prepare.js')).prepareRun(target, options)(...connections);
}
