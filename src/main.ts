#!/usr/bin/env node
/** The command `pflow`: the only process.exit and the only top-level catch. */

import { runCli } from './cli/cli.js';
import { say, sayError } from './cli/io/console.js';
import { exitCodeOf, exitCodes } from './cli/io/exit-code.js';
import { handleUncaught } from './runtime/node/uncaught.js';

const leave = (code: number): never => process.exit(code);

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
// A reader that has seen enough, such as `head`, closes its pipe.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => leave(exitCodes.done));

// What is written to a pipe waits for its reader, and would be lost with the process.
const written = (stream: NodeJS.WriteStream) => new Promise((resolve) => stream.write('', resolve));

try {
  const code = await runCli(process.argv.slice(2), leave);
  await Promise.all([process.stdout, process.stderr].map(written));
  leave(code);
} catch (error) {
  sayError(error);
  leave(exitCodeOf(error));
}
