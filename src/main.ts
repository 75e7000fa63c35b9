#!/usr/bin/env node
/** The command `pflow`: the only process.exit and the only top-level catch. */

import { exitPromptly, settleRequests } from './cli/io/exit-promptly.js';
import { startEarly } from './cli/observe/early-start.js';

// The original: while node files load, a replacement throws.
const exit: (code: number) => never = process.exit.bind(process);
const leave = (code: number): never => exitPromptly(exit, code);

const argv = process.argv.slice(2);
// Everything else is loaded while an observed program starts.
await startEarly(argv);
const [
  { runCli },
  { say, sayError },
  { exitCodeOf, exitCodes },
  { flushOutput, handleOutputErrors },
  uncaught,
] = await Promise.all([
  import('./cli/cli.js'),
  import('./cli/io/console.js'),
  import('./cli/io/exit-code.js'),
  import('./cli/io/output-errors.js'),
  import('./runtime/node/uncaught.js'),
]).catch((error: NodeJS.ErrnoException): never => {
  // With too few file descriptors not even what explains errors can be loaded.
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  process.stderr.write('pflow: Too many files are open at once.\n  Raise the limit (`ulimit -n 4096`).\n');
  return exit(1);
});

// Uncaught errors. Listeners of `exit` have restored the terminal and flushed the trace before the error is printed.
function crash(error: unknown): void {
  // What a node left behind ends its run, which then ends in order.
  if (uncaught.handleUncaught(error)) return;
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
  const code = await runCli(argv, leave);
  leave(await settleRequests(await flushOutput(code)));
} catch (error) {
  sayError(error);
  leave(await settleRequests(exitCodeOf(error)));
}
