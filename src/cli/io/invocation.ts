/** Connects commander to the functions of commands: loads, calls and finishes them. */
import type { Command } from 'commander';
import { PflowError } from '../../lib/error.js';
import type { ExitCode } from './exit-code.js';

/** Exits the process immediately with this code. */
export type Leave = (code: number) => never;

/** The arguments of a command. */
export type Invocation<Options = Readonly<Record<never, never>>> = Readonly<{
  /** The operands: what is on the command line besides the options. */
  operands: readonly string[];
  options: Options;
  /** What follows `--`: a program to observe, with its arguments. Absent without `--`. */
  program?: readonly string[];
  leave: Leave;
}>;

/** A command: does its work, prints, and resolves with the exit code. */
export type CommandFunction<Options> = (call: Invocation<Options>) => Promise<ExitCode>;

/** Makes a commander action from a function that loads the command's module when it is called. */
export type MakeAction = <Options>(
  load: () => Promise<CommandFunction<Options>>,
) => (...args: unknown[]) => Promise<void>;

/** Calls commands and passes their exit codes to `ended`. */
export function createActions(
  leave: Leave,
  ended: (code: ExitCode) => void,
  argv: readonly string[],
): MakeAction {
  const separator = argv.indexOf('--');
  const program = separator < 0 ? {} : { program: argv.slice(separator + 1) };
  return (load) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const run = await load();
      ended(await run({ operands: command.args, options: optionsOf(command), ...program, leave }));
    };
}

/** The options of a command, including those given before its name. */
function optionsOf<Options>(command: Command): Options {
  const options: Record<string, unknown> = { ...command.opts() };
  for (let above = command.parent; above; above = above.parent) {
    for (const [name, value] of Object.entries(above.opts() as Record<string, unknown>)) {
      if (above.getOptionValueSource(name) !== 'cli' || command.getOptionValueSource(name) === 'cli')
        continue;
      const flag = above.options.find((option) => option.attributeName() === name)?.long ?? name;
      if (!command.options.some((option) => option.long === flag)) {
        throw new PflowError('usage', `'${fullName(command)}' has no option ${flag}.`);
      }
      options[name] = value;
    }
  }
  return options as Options;
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
