import type { Command } from 'commander';
import { PflowError } from '../../lib/error.js';
import type { ExitCode } from './exit-code.js';

/** Ends the process at once, with this code. */
export type Leave = (code: number) => never;

/** What a command is called with. */
export type Call<Options = Readonly<Record<never, never>>> = Readonly<{
  /** What stands on the command line besides the options. */
  operands: readonly string[];
  options: Options;
  leave: Leave;
}>;

/** A command: does its work, prints, and says what the process is to end with. */
export type CommandFunction<Options> = (call: Call<Options>) => Promise<ExitCode>;

/** Makes the action of a command from the function it loads when it is called. */
export type Does = <Options>(
  load: () => Promise<CommandFunction<Options>>,
) => (...args: unknown[]) => Promise<void>;

/** Calls commands, and tells `ended` how each ended. */
export function createDoes(leave: Leave, ended: (code: ExitCode) => void): Does {
  return (load) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const run = await load();
      ended(await run({ operands: command.args, options: optionsOf(command), leave }));
    };
}

/** The options of a command. Those that stood before its name belong to it all the same. */
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
