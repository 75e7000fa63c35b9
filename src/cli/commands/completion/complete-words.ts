/** Finds what may follow the words of a command line, from the tree of commands. */
import type { Argument, Command, Option } from 'commander';

/** A word that may follow, with a short description. */
export type Candidate = Readonly<{ word: string; description: string }>;

/** What the shell adds by itself: names of files or folders. */
export type Completion = Readonly<{
  candidates: readonly Candidate[];
  adds: 'files' | 'folders' | 'nothing';
}>;

/** Kinds of values that are looked up. */
export type ValueKind = 'run' | 'workflow' | 'type' | 'topic' | 'model';

/** Looks values up, and the inputs of a workflow. Called only for what may follow. */
export type Sources = Readonly<{
  values: (kind: ValueKind) => readonly Candidate[];
  inputs: (workflow: string) => readonly Candidate[];
}>;

/** Completes the last of the words after `pflow`, which may be empty. */
export function completeWords(program: Command, words: readonly string[], sources: Sources): Completion {
  const current = words.at(-1) ?? '';
  const { command, operands, pending } = parse(program, words.slice(0, -1));
  const { candidates, adds } = pending
    ? ofOption(pending, sources)
    : current.startsWith('-')
      ? { candidates: optionsOf(command), adds: 'nothing' as const }
      : ofOperand(command, operands, sources);
  return { candidates: candidates.filter(({ word }) => word.startsWith(current)), adds };
}

type Parsed = Readonly<{
  command: Command;
  operands: readonly string[];
  /** The option that the next word is the value of. */
  pending: Option | undefined;
}>;

function parse(program: Command, words: readonly string[]): Parsed {
  let command = program;
  let pending: Option | undefined;
  const operands: string[] = [];
  for (const word of words) {
    if (pending) {
      pending = undefined;
    } else if (word.startsWith('-') && word.length > 1) {
      const option = findOption(command, word);
      if (option && (option.required || option.optional) && !word.includes('=')) pending = option;
    } else {
      const sub = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (sub) command = sub;
      else operands.push(word);
    }
  }
  return { command, operands, pending };
}

function findOption(command: Command, word: string): Option | undefined {
  const [name] = word.split('=');
  for (let at: Command | null = command; at; at = at.parent) {
    const found = at.options.find(({ long, short }) => long === name || short === name);
    if (found) return found;
  }
  return undefined;
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) => {
      const word = long ?? short;
      return word === undefined ? [] : [{ word, description }];
    });
}

function ofOperand(command: Command, operands: readonly string[], sources: Sources): Completion {
  const list = command.registeredArguments;
  const argument = list[operands.length] ?? list.findLast((each) => each.variadic);
  const values = argument
    ? ofArgument(command, argument, operands, sources)
    : { candidates: [], adds: 'nothing' as const };
  if (operands.length > 0) return values;
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), description: each.description() }));
  return { ...values, candidates: [...commands, ...values.candidates] };
}

/** The kinds of values by the name of an argument, and what the shell adds. */
const valuesByName: Readonly<Record<string, readonly [ValueKind | undefined, Completion['adds']]>> = {
  words: ['workflow', 'files'],
  workflow: ['workflow', 'files'],
  name: ['workflow', 'nothing'],
  trace: ['run', 'files'],
  run: ['run', 'files'],
  before: ['run', 'files'],
  after: ['run', 'files'],
  a: ['run', 'files'],
  b: ['run', 'files'],
  type: ['type', 'nothing'],
  topic: ['topic', 'nothing'],
  model: ['model', 'nothing'],
  folder: [undefined, 'folders'],
  shell: [undefined, 'nothing'],
};

function ofArgument(
  command: Command,
  argument: Argument,
  operands: readonly string[],
  sources: Sources,
): Completion {
  if (argument.argChoices) return choices(argument.argChoices);
  const name = argument.name();
  // After the name of a workflow its inputs follow.
  const [first] = operands;
  if (name === 'words' && first !== undefined)
    return { candidates: sources.inputs(first), adds: operands.length === 1 ? 'nothing' : 'files' };
  const [kind, adds] = Object.hasOwn(valuesByName, name)
    ? valuesByName[name]!
    : [undefined, 'files' as const];
  const commands = name === 'topic' ? rootOf(command).commands : [];
  const names = commands.map((each) => ({ word: each.name(), description: each.description() }));
  return { candidates: [...(kind === undefined ? [] : sources.values(kind)), ...names], adds };
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function ofOption({ argChoices, long, flags }: Option, sources: Sources): Completion {
  if (argChoices) return choices(argChoices);
  if (long === '--model') return { candidates: sources.values('model'), adds: 'nothing' };
  if (long === '--workflow') return { candidates: sources.values('workflow'), adds: 'nothing' };
  const value = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? '';
  if (/^(?:run|trace)$/.test(value)) return { candidates: sources.values('run'), adds: 'files' };
  if (/folder/.test(value)) return { candidates: [], adds: 'folders' };
  return { candidates: [], adds: /file|source/.test(value) ? 'files' : 'nothing' };
}

function choices(words: readonly string[]): Completion {
  return { candidates: words.map((word) => ({ word, description: '' })), adds: 'nothing' };
}
