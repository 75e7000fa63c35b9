/** Adds to errors about operands how to type them as a request: a sentence may begin with the name of a command. */
import type { Command } from 'commander';
import { joinHints, PflowError } from '../../lib/error.js';
import { suggest } from './suggest.js';

/** How the words must be typed to be a request. */
export function quoteRequest(words: readonly string[]): string {
  return `If it is a request, quote it: pflow "${words.join(' ').replace(/["\\$`]/g, '\\$&')}"`;
}

/** Options without a value that a request may have. */
const FLAGS = new Set(['-p', '--print', '-y', '--yes', '--strict', '--no-trace']);

/** Hints that help less than the quoted request. */
const GENERAL = new Set(['`pflow --help` lists the commands and options.', '`pflow help` lists the topics.']);

/**
 * The error with the quoted request, if the words may be one: a command followed by two words or more that it cannot use,
 * none of which is nearly a subcommand. Other errors are returned as they are.
 */
export function withQuotedRequest(
  error: PflowError,
  { argv, program }: Readonly<{ argv: readonly string[]; program: Command }>,
): PflowError {
  if (error.code !== 'usage' && error.code !== 'not_found') return error;
  const words = argv.filter((word) => !FLAGS.has(word));
  if (!isSentence(words, program)) return error;
  const hint = joinHints(
    error.hint === undefined || GENERAL.has(error.hint) ? undefined : error.hint,
    quoteRequest(words),
  );
  return new PflowError(error.code, error.message, { ...(hint && { hint }), cause: error.cause });
}

/** Whether words begin with a command and continue as a sentence does. */
function isSentence(words: readonly string[], program: Command): boolean {
  if (words.some((word) => word.startsWith('-') || /^\w+=/.test(word))) return false;
  const command = findSubcommand(program, words[0]);
  if (!command || TARGET_COMMANDS.has(command.name())) return false;
  const sub = findSubcommand(command, words[1]);
  const operands = words.slice(sub ? 2 : 1);
  if (operands.length < 2 || operands.some((word) => /\s/.test(word))) return false;
  const names = command.commands.map((each) => each.name());
  return sub !== undefined || !names.some((name) => suggest(words[1]!, [name], { anything: true }));
}

/** Commands whose operands are a request already. */
const TARGET_COMMANDS = new Set(['plan', 'tui']);

function findSubcommand({ commands }: Command, name: string | undefined): Command | undefined {
  return commands.find((each) => each.name() === name);
}
