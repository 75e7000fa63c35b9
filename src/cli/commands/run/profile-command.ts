/** Runs `pflow profile`: a program as it is, and a summary of its calls at the end. */
import type { ObserveOptions } from '../../args/run-options.js';
import { say, warn } from '../../io/console.js';
import type { ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { limitByBudgets } from '../../../session/budgets/limit-by-budgets.js';
import { takeEarly } from '../../observe/early-start.js';
import { startProgramCalls } from '../../observe/program-recording.js';
import { exitAs, startObserved } from '../../observe/observed-program.js';

/** `pflow profile`: stdin, stdout, stderr, signals and exit code are the program's own; the summary follows on stderr. */
export async function profile({
  operands,
  options: given,
  program: separated,
}: Invocation<ObserveOptions>): Promise<ExitCode> {
  const options = given.replay === undefined ? await limitByBudgets(given, {}, warn) : given;
  const calls = await startProgramCalls(options, warn);
  const program = await (takeEarly() ?? startObserved(operands, options, 'inherit'));
  // Loaded while the program starts.
  const [{ observe }, { finishObserved }] = await Promise.all([
    import('../../observe/observe.js'),
    import('../../observe/finish-observed.js'),
  ]);
  const warnings = new Set<string>();
  const recording = await observe(program, options, (warning) => void warnings.add(warning), calls);
  if (recording) process.once('exit', recording.flushNow);
  const exit = await program.exited;
  await finishObserved(await recording?.done, program, { options, warnings });
  program.release();
  if ('error' in exit && separated === undefined && operands.length > 1) {
    const { quoteRequest } = await import('../../target/quoted-request.js');
    say(`  ${quoteRequest(['profile', ...operands])}`);
  }
  return exitAs(exit);
}
