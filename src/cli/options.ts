import { InvalidArgumentError, Option, type Command } from 'commander';

export type OutputFormat = 'text' | 'json';

/** What a command that prints for people or for programs is told. */
export type FormatOption = Readonly<{ outputFormat: OutputFormat }>;

/** How a run is to go, as the command line says. Times in seconds. */
export type RunOptions = FormatOption &
  Readonly<{
    print?: boolean;
    model?: string;
    timeout?: number;
    maxCost?: number;
    maxTokens?: number;
    maxDuration?: number;
    plannerTimeout: number;
    traceDir?: string;
    /** false for --no-trace. */
    trace?: boolean | string;
    capture: 'preview' | 'full' | 'none';
    redact: boolean;
    yes?: boolean;
  }>;

/** Adds the options of everything that runs a workflow. */
export function addRunOptions(command: Command): Command {
  return addModelOptions(command)
    .option('--timeout <seconds>', 'end the whole run after this long', seconds)
    .option('--max-cost <usd>', 'begin nothing more once this much is spent', dollars)
    .option('--max-tokens <n>', 'begin nothing more once this many tokens are used', count)
    .option('--max-duration <seconds>', 'begin nothing more after this long', seconds)
    .option('-y, --yes', 'run a planned workflow that changes things without asking');
}

/** Adds the options of everything that calls a model and leaves a trace. */
export function addModelOptions(command: Command): Command {
  return command
    .option('-p, --print', 'print the result only, no progress')
    .addOption(outputFormat())
    .option('--model <provider/model>', 'the model to use; `offline` uses none')
    .option('--planner-timeout <seconds>', 'end planning after this long', seconds, 60)
    .option('--trace-dir <folder>', 'where to write the trace (default: ~/.pflow/debug)')
    .option('--no-trace', 'write no trace')
    .addOption(
      new Option('--capture <level>', 'how much of each value the trace holds')
        .choices(['preview', 'full', 'none'])
        .default('preview'),
    )
    .option('--no-redact', 'do not mask secrets in the trace');
}

/** The option of everything that prints something a program may want to read. */
export function outputFormat(): Option {
  return new Option('--output-format <format>', 'what stdout carries')
    .choices(['text', 'json'])
    .default('text');
}

/** Parses a whole number from 0. */
export function count(text: string): number {
  if (/^\d[\d_,]*$/.test(text)) return Number(text.replace(/[_,]/g, ''));
  throw new InvalidArgumentError('It takes a whole number.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It takes a number of seconds above 0.');
}

function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It takes an amount in US dollars above 0.');
}
