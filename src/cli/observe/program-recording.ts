/** Records the calls of an observed program, or answers them from a recording, as the options of the command line state. */
import type { ProgramCalls } from '../../session/models/program-calls.js';
import type { ReplayOptions } from '../args/run-options.js';
import { say } from '../io/console.js';

/** As `openProgramCalls`, in the environment of this process, which the program inherits. Reports at the exit that a recording is empty. */
export async function startProgramCalls(
  { record, replay }: ReplayOptions,
  onWarning: (message: string) => void,
): Promise<ProgramCalls> {
  if (record === undefined && replay === undefined) return {};
  const { openProgramCalls } = await import('../../session/models/program-calls.js');
  const calls = await openProgramCalls({ record, replay }, { env: process.env, onWarning });
  const { file } = calls;
  process.once('exit', () => {
    if (file?.count() === 0) say(`${record} has no calls: the program sent no request to a model.`);
  });
  return calls;
}
