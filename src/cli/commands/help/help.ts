/** Runs `pflow help [topic]`: lists the topics of the manual, or shows a page or the options of a command. */
import type { Command } from 'commander';
import { PflowError } from '../../../lib/error.js';
import { colourDepth } from '../../../view/base/theme.js';
import { helpTopics, readPage, summarizePage } from '../../help/help-topics.js';
import { choosePager, showInPager } from '../../help/pager.js';
import { renderManual } from '../../help/render-manual.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { suggest } from '../../target/suggest.js';

/** `pflow help [topic]`. `program` is the tree of commands: the name of one shows its options. */
export function createHelp(program: Command): (call: Invocation<{ pager: boolean }>) => Promise<ExitCode> {
  return async ({ operands, options }) => {
    const [name] = operands;
    if (name === undefined) {
      await showPage(listTopics(), options);
      return exitCodes.done;
    }
    const topic = operands.length === 1 ? helpTopics.find((each) => each === name.toLowerCase()) : undefined;
    if (topic) {
      await showPage(readPage(topic), options);
      return exitCodes.done;
    }
    const command = findCommand(program, operands);
    if (!command) throw unknownTopic(operands.join(' '), program);
    print(command.helpInformation());
    return exitCodes.done;
  };
}

/** Prints Markdown, on a terminal with colours and through the pager. */
async function showPage(markdown: string, { pager: usePager }: Readonly<{ pager: boolean }>): Promise<void> {
  const { env, stdout } = process;
  const isTerminal = Boolean(stdout.isTTY);
  const styled = (isTerminal || Boolean(env['FORCE_COLOR'])) && colourDepth(env) !== 'none';
  const text = renderManual(markdown, { columns: isTerminal ? stdout.columns : 80, styled });
  const pager = usePager ? choosePager(env, { isTerminal }) : undefined;
  if (pager && (await showInPager(text, pager))) return;
  stdout.write(text);
}

function listTopics(): string {
  const rows = helpTopics.map((topic) => `| \`${topic}\` | ${summarizePage(readPage(topic))} |`);
  return [
    '# The manual of pflow',
    '',
    '`pflow help TOPIC` shows one of these pages, `pflow COMMAND --help` the options of a command:',
    '',
    '| topic | what it is about |',
    '|---|---|',
    ...rows,
  ].join('\n');
}

function findCommand(program: Command, names: readonly string[]): Command | undefined {
  let command: Command | undefined = program;
  for (const name of names) command = command?.commands.find((each) => each.name() === name);
  return command;
}

function unknownTopic(topic: string, program: Command): PflowError {
  const names = [...helpTopics, ...program.commands.map((each) => each.name())];
  const like = suggest(topic, names);
  return new PflowError('usage', `There is no help topic '${topic}'.`, {
    hint: like ? `Did you mean \`pflow help ${like}\`?` : '`pflow help` lists the topics.',
  });
}
