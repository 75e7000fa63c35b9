/** Parses the arguments, runs the command they name, and returns its exit code. */
import { CommanderError } from 'commander';
import { isFullTerminal } from './io/console.js';
import { PflowError } from '../lib/error.js';
import type { Leave } from './io/invocation.js';
import { runExitCallbacks } from './io/on-exit.js';
import { exitCodes, type ExitCode } from './io/exit-code.js';
import { adviceOnOption, adviceOnSubcommand } from './target/published-options.js';
import { withQuotedRequest } from './target/quoted-request.js';
import { suggest } from './target/suggest.js';
import { applySharedEnv } from './args/shared-settings.js';
import { createProgram } from './program/program.js';

/** Runs the command that the arguments name and returns the exit code. Throws the command's own errors and usage errors. */
export async function runCli(argv: readonly string[], leave: Leave): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  applySharedEnv();
  const program = createProgram({ leave, ended: (ended) => void (code = ended), argv });
  try {
    // Without arguments the help is not the result of a command, so it goes to stderr.
    if (argv.length === 0 && !isFullTerminal()) program.help({ error: true });
    await program.parseAsync(argv.length === 0 ? ['tui', '--spending-first'] : argv, { from: 'user' });
  } catch (error) {
    if (error instanceof PflowError) throw withQuotedRequest(error, { argv, program });
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') return exitCodes.usage;
    if (error.exitCode !== 0) throw withQuotedRequest(usageError(error, argv), { argv, program });
  } finally {
    await runExitCallbacks();
  }
  return code;
}

function usageError({ message }: CommanderError, argv: readonly string[]): PflowError {
  const [what = '', near] = message.replace(/^error: /, '').split('\n');
  const [, kind, word = ''] = /^unknown (option|command) '([^']+)'/.exec(what) ?? [];
  const [, meant] = /^\(Did you mean ([^?]+)\?\)$/.exec(near ?? '') ?? [];
  // commander also suggests words that are far away, and some that delete.
  const suggestion =
    kind === undefined || meant === undefined
      ? near
      : suggest(word, meant.replace(/^one of /, '').split(', ')) === undefined
        ? undefined
        : near;
  const advice =
    kind === 'option'
      ? adviceOnOption(word)
      : argv.map((group) => adviceOnSubcommand(group, word)).find((each) => each !== undefined);
  const sentence = what.charAt(0).toUpperCase() + what.slice(1);
  return new PflowError('usage', /[.?!]$/.test(sentence) ? sentence : `${sentence}.`, {
    hint:
      advice ?? suggestion?.replace(/^\((.*)\)$/, '$1') ?? '`pflow --help` lists the commands and options.',
  });
}
