/** Records an observed program with the options of the command line. */
import { messageOf, PflowError } from '../../lib/error.js';
import { createGateway } from '../../collect/gateway/gateway.js';
import { serveProgram } from '../../collect/program/serve-program.js';
import { OtlpForwarder } from '../../collect/receiver/forward-otlp.js';
import { attribution } from '../../runtime/node/uncaught.js';
import type { ProgramCalls } from '../../session/models/program-calls.js';
import { recordProgram, type ProgramRecording, type ProgramResult } from '../../session/record-program.js';
import type { ObserveOptions } from '../args/run-options.js';
import { enterAbandonedRuns } from '../run/enter-abandoned.js';
import type { ObservedProgram } from './observed-program.js';
import { deriveRecording } from '../run/recording-options.js';

/** A recording whose result is undefined if it failed. */
export type ObservedRecording = Omit<ProgramRecording, 'done'> &
  Readonly<{ done: Promise<ProgramResult | undefined> }>;

/**
 * Begins to record; undefined where that fails, which is a warning: the program continues, its calls pass through unrecorded. No error
 * of the recording ends this process, which carries the program's calls.
 */
export async function observe(
  program: ObservedProgram,
  options: ObserveOptions,
  onWarning: (message: string) => void,
  calls?: ProgramCalls,
): Promise<ObservedRecording | undefined> {
  const fail = (error: unknown): PflowError => {
    onWarning(`The program is no longer fully recorded: ${messageOf(error)}. It continues.`);
    return new PflowError('internal', messageOf(error), { cause: error });
  };
  try {
    await enterAbandonedRuns(onWarning);
    const recording = deriveRecording(options, onWarning);
    const recorded = attribution.run(
      (explain) => fail(explain('recording').cause),
      () => recordProgram(program, { name: program.name, ...recording, onWarning }, calls),
    );
    // The exit code is the program's, whatever becomes of the recording.
    const done = recorded.done.catch((error: unknown) => void fail(error));
    return { ...recorded, done };
  } catch (error) {
    fail(error);
    passThrough(program, onWarning, calls?.answer);
    return undefined;
  }
}

/** Serves the gateway and passes telemetry on to the user's own endpoint, without observing anything. */
function passThrough(
  program: ObservedProgram,
  onWarning: (message: string) => void,
  answer: ProgramCalls['answer'],
): void {
  serveProgram(program, {
    gateway: createGateway({
      upstreams: program.upstreams,
      listener: { onRequest: () => undefined },
      answer,
    }),
    forwarder: new OtlpForwarder(onWarning),
    answer,
  });
}
