/** Runs `pflow tui`: a new run, a rerun or a trace in the full-screen profiler. */
import { PflowError } from '../../../lib/error.js';
import type { Invocation } from '../../io/invocation.js';
import { canAsk, isFullTerminal } from '../../io/console.js';
import type { ExitCode } from '../../io/exit-code.js';
import type { ObserveOptions, RunOptions, ScreenOptions } from '../../args/run-options.js';
import type { Prepare } from '../../run/prepare.js';
import { isScreenReaderMode } from '../../args/screen-reader.js';

type TuiOptions = RunOptions &
  ScreenOptions &
  ObserveOptions &
  Readonly<{ follow?: string; rerun?: string; from?: string; spendingFirst?: boolean }>;

/**
 * `pflow tui`: opens the full-screen profiler on a new run, a rerun, a trace or a program, or on its home screen; without a
 * terminal it prints lines.
 */
export async function tui({ operands, options, program, leave }: Invocation<TuiOptions>): Promise<ExitCode> {
  const { trace, follow, traceDir, rerun } = options;
  if (program !== undefined) return observeProgram(program, options, leave);
  const reference = follow ?? (typeof trace === 'string' ? trace : undefined);
  const hasScreen = isFullTerminal() && !isScreenReaderMode(options);
  if (reference !== undefined) {
    const isFollowed = follow !== undefined;
    if (!hasScreen)
      return (await import('../../traces/replay.js')).replay({
        reference,
        follow: isFollowed,
        traceDir,
        aloud: isScreenReaderMode(options),
      });
    return openTraceOnScreen(reference, options, leave);
  }
  const usesScreen = hasScreen && !options.print && options.outputFormat === 'text';
  if (operands.length === 0 && rerun === undefined && options.from === undefined && usesScreen) {
    const { openScreens } = await import('../../home/open-screens.js');
    return openScreens({ kind: 'home', spendingFirst: options.spendingFirst === true }, options, leave);
  }
  const prepare = await preparing(operands, options);
  if (usesScreen) {
    const { openScreens } = await import('../../home/open-screens.js');
    return openScreens({ kind: 'run', prepare }, options, leave);
  }
  const { runInLines } = await import('../../run/plain-mode.js');
  return runInLines(prepare, options, leave);
}

/**
 * Opens a trace on the screen. Following `latest` shows the run in progress, or waits for the next one, and continues with the
 * run after it until the user leaves.
 */
async function openTraceOnScreen(
  reference: string,
  options: TuiOptions,
  leave: Invocation<TuiOptions>['leave'],
): Promise<ExitCode> {
  const follow = options.follow !== undefined;
  const { openTrace } = await import('../../traces/open-trace.js');
  const latest =
    follow && reference === 'latest'
      ? await (await import('../../traces/wait-for-run.js')).followLatest(options.traceDir)
      : undefined;
  const path =
    latest?.path ?? (await import('../../target/find-run.js')).findRun(reference, options.traceDir);
  // Opened before the screen, so that an invalid trace is reported on the plain terminal.
  const trace = await openTrace(path, { follow });
  const { openScreens } = await import('../../home/open-screens.js');
  const findNext = latest && { findNext: latest.findNext };
  return openScreens({ kind: 'trace', path, trace, follow, ...findNext }, options, leave);
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

/**
 * Parses the operands and asks for trust before the screen opens, so that both happen on the plain terminal. What that needs,
 * 370 kB with the parsers of workflows, is not loaded for the home screen and for traces.
 */
async function preparing(operands: readonly string[], options: TuiOptions): Promise<Prepare> {
  const { rerun, from } = options;
  const [{ parseInputOperands, parseTarget }, { ensureTrust }] = await Promise.all([
    import('../../target/parse-target.js'),
    import('../../trust/ensure-trust.js'),
  ]);
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
  if (operands.length === 0)
    throw new PflowError('usage', 'The home screen needs a terminal for its input and output.', {
      hint: 'Without one, `pflow trace list` lists the runs, `pflow stats` what was spent, and `pflow "summarize notes.md"` runs a request.',
    });
  const parsed = parseTarget(operands);
  const target =
    canAsk() && isFullTerminal() ? await (await import('../../run/ask-inputs.js')).askInputs(parsed) : parsed;
  await ensureTrust({ target }, options);
  return async (...connections) =>
    (await import('../../run/prepare.js')).prepareRun(target, options)(...connections);
}
