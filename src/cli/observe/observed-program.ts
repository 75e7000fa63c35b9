/** Starts a program to observe, relays signals to it, and maps how it ended to this process. */
import type { StdioOptions } from 'node:child_process';
import { basename } from 'node:path';
import { PflowError } from '../../lib/error.js';
import { startProgram, type ProgramExit, type StartedProgram } from '../../collect/program/start-program.js';
import { exitCodeOfSignal, type ExitCode } from '../io/exit-code.js';
import { keepRunningWithoutReader } from '../io/running.js';
import type { ObserveOptions } from '../args/run-options.js';

/** The signals that a program may be sent; SIGKILL and SIGSTOP cannot be relayed. */
const relayed: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

/** These a terminal sends to all processes in its foreground, the program among them. */
const sentByTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** A program that runs, with what relays signals to it. */
export type ObservedProgram = StartedProgram & Readonly<{ name: string; release: () => void }>;

/** Starts the command. Throws a usage error without one. */
export async function startObserved(
  words: readonly string[],
  options: Pick<ObserveOptions, 'gateway' | 'content' | 'replay'>,
  stdio: StdioOptions,
): Promise<ObservedProgram> {
  const [command, ...args] = words;
  if (command === undefined || command === '') {
    throw new PflowError('usage', 'There is no program to observe.', {
      hint: 'Name it after `--`, for example: pflow profile -- node app.mjs',
    });
  }
  keepRunningWithoutReader();
  let started: StartedProgram | undefined;
  const relay = (signal: NodeJS.Signals): void => {
    if (process.stdin.isTTY && sentByTerminal.includes(signal)) return;
    started?.child.kill(signal);
  };
  for (const signal of relayed) process.on(signal, relay);
  started = await startProgram({
    command,
    args,
    env: process.env,
    stdio,
    // Without the gateway, an agent's requests would reach its provider.
    gateway: options.gateway ?? options.replay !== undefined,
    content: options.content ?? false,
    replay: options.replay !== undefined,
  });
  return {
    ...started,
    name: nameOf(words),
    release() {
      for (const signal of relayed) process.off(signal, relay);
    },
  };
}

/**
 * The exit code for how the program ended. Where a signal ended it, this process ends itself by the same signal, so that its parent
 * sees no difference; the code is what a shell reports then.
 */
export function exitAs(exit: ProgramExit): ExitCode {
  if ('error' in exit) return exit.error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
  if ('code' in exit) return exit.code;
  process.kill(process.pid, exit.signal);
  return exitCodeOfSignal(exit.signal);
}

/** As shells report a command that does not exist, and one that cannot be executed. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** The command line as a name: the program without its folder, truncated. */
function nameOf([command = '', ...args]: readonly string[]): string {
  const line = [basename(command), ...args].join(' ').replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
