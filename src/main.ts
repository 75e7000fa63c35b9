#!/usr/bin/env node
/** The command `pflow`: the only process.exit and the only top-level catch. */

import { say, sayError } from './cli/io/console.js';
import { exitCodeOf, exitCodes } from './cli/io/exit-code.js';
import { flushOutput, handleOutputErrors } from './cli/io/output-errors.js';
import { startEarly } from './cli/observe/early-start.js';
import { handleUncaught } from './runtime/node/uncaught.js';

// The original: while node files load, a replacement throws.
const exit: (code: number) => never = process.exit.bind(process);
const leave = (code: number): never => exit(code);

// Uncaught errors. Listeners of `exit` have restored the terminal and flushed the trace before the error is printed.
function crash(error: unknown): void {
  // What a node left behind ends its run, which then ends in order.
  if (handleUncaught(error)) return;
  process.once('exit', () => {
    sayError(error);
    if (error instanceof Error && error.stack) say(error.stack);
  });
  leave(exitCodes.failed);
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
handleOutputErrors(leave);

try {
  const argv = process.argv.slice(2);
  startEarly(argv);
  // Loaded while an observed program starts.
  const { runCli } = await import('./cli/cli.js');
  const code = await runCli(argv, leave);
  leave(await flushOutput(code));
} catch (error) {
  sayError(error);
  leave(exitCodeOf(error));
}
