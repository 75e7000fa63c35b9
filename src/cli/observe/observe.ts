/** Records an observed program with the options of the command line. */
import { messageOf, PflowError } from '../../lib/error.js';
import { createGateway } from '../../collect/gateway/gateway.js';
import { attribution } from '../../runtime/node/uncaught.js';
import { recordProgram, type ProgramRecording } from '../../session/record-program.js';
import type { ObserveOptions } from '../args/run-options.js';
import { enterAbandonedRuns } from '../run/enter-abandoned.js';
import type { ObservedProgram } from './observed-program.js';
import { deriveRecording } from '../run/recording-options.js';

/**
 * Begins to record; undefined where that fails, which is a warning: the program continues, its calls pass through unrecorded. No error
 * of the recording ends this process, which carries the program's calls.
 */
export async function observe(
  program: ObservedProgram,
  options: ObserveOptions,
  onWarning: (message: string) => void,
): Promise<ProgramRecording | undefined> {
  const fail = (error: unknown): PflowError => {
    onWarning(`The program is no longer fully recorded: ${messageOf(error)}. It continues.`);
    return new PflowError('internal', messageOf(error), { cause: error });
  };
  try {
    await enterAbandonedRuns(onWarning);
    const recording = deriveRecording(options, onWarning);
    return attribution.run(
      (explain) => fail(explain('recording').cause),
      () =>
        recordProgram(program, {
          name: program.name,
          ...recording,
          onWarning,
        }),
    );
  } catch (error) {
    fail(error);
    passThrough(program);
    return undefined;
  }
}

/** Serves the gateway without observing anything. */
function passThrough(program: ObservedProgram): void {
  const gateway = createGateway({
    upstreams: program.upstreams,
    listener: { onRequest: () => undefined },
  });
  program.serve({
    request(path, request, response) {
      if (!gateway.request(path, request, response)) response.writeHead(404).end();
    },
    upgrade(path, request, socket, head) {
      if (!gateway.upgrade(path, request, socket, head)) socket.destroy();
    },
  });
}
