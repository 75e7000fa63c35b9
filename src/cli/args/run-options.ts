import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseBytes } from './byte-size.js';
import type { ConfirmWhen } from '../plan-review/confirm-plan.js';

export type OutputFormat = 'text' | 'json';

/** What a command that prints for people or for programs is told. */
export type FormatOption = Readonly<{ outputFormat: OutputFormat }>;

/** Folders with node types of the person's own, besides the usual ones. */
export type NodesOption = Readonly<{ nodes?: readonly string[] }>;

/** How a run is to go, as the command line says. Times in seconds. */
export type RunOptions = FormatOption &
  NodesOption &
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
    confirm?: ConfirmWhen;
  }>;

/** How the screen is to look, where it is not as the settings say. */
export type ScreenOptions = Readonly<{
  theme?: 'dark' | 'light' | 'auto';
  glyphs?: 'unicode' | 'ascii';
  reducedMotion?: boolean;
  fps?: number;
  mouse?: boolean;
  /** Sentences in lines, for a screen reader, in place of the screen. */
  screenReader?: boolean;
}>;

/** Adds the options of everything that opens the screen. */
export function addScreenOptions(command: Command): Command {
  return command
    .addOption(new Option('--theme <name>', 'colours of the screen').choices(['dark', 'light', 'auto']))
    .addOption(new Option('--glyphs <set>', 'what the screen is drawn with').choices(['unicode', 'ascii']))
    .option('--reduced-motion', 'nothing on the screen moves by itself')
    .option('--fps <n>', 'draw at most this often a second, 1 to 60', framesPerSecond)
    .option('--mouse', 'wheel and clicks work from the start')
    .option('--no-mouse', 'the mouse belongs to the terminal')
    .addOption(screenReaderOption());
}

/** The option of everything that tells how a run goes. */
export function screenReaderOption(): Option {
  return new Option('--screen-reader', 'tell it in sentences, a line each, for a screen reader');
}

/** Adds the options of everything that runs a workflow. */
export function addRunOptions(command: Command): Command {
  return addModelOptions(command)
    .option('--timeout <seconds>', 'end the whole run after this long', seconds)
    .option('--max-cost <usd>', 'begin nothing more once this much is spent', dollars)
    .option('--max-tokens <n>', 'begin nothing more once this many tokens are used', count)
    .option('--max-duration <seconds>', 'begin nothing more after this long', seconds)
    .option('-y, --yes', 'run a planned workflow that changes things without asking')
    .addOption(
      new Option('--confirm <when>', 'show a planned workflow before it runs').choices(['effects', 'always']),
    );
}

/** Adds the options of everything that calls a model and leaves a trace. */
export function addModelOptions(command: Command): Command {
  return command
    .option('-p, --print', 'print the result only, no progress')
    .addOption(outputFormat())
    .option('--model <provider/model>', 'the model to use; `offline` uses none')
    .addOption(nodesOption())
    .option('--planner-timeout <seconds>', 'end planning after this long', seconds, 60)
    .option('--trace-dir <folder>', 'where to write the trace (default: ~/.pflow/debug)')
    .option('--no-trace', 'write no trace')
    .addOption(
      new Option(
        '--capture <level>',
        'how much of each value is kept; full: whole, in a file beside the trace',
      )
        .choices(['preview', 'full', 'none'])
        .default('preview'),
    )
    .option('--no-redact', 'do not mask secrets in the trace');
}

/** The option of everything that needs to know the node types. It may stand several times. */
export function nodesOption(): Option {
  return new Option('--nodes <folder>', 'use the node types in this folder, too').argParser(
    (folder, others: readonly string[] = []) => [...others, folder],
  );
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

/** Parses a date, with or without a time of day. */
export function date(text: string): Date {
  const parsed = new Date(text);
  if (!Number.isNaN(parsed.getTime())) return parsed;
  throw new InvalidArgumentError('It takes a date such as 2026-03-01 or 2026-03-01T12:30Z.');
}

/** Parses a size such as 500MB or 2GB. */
export function byteSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError('It takes a size such as 500MB or 2GB.');
}

function framesPerSecond(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= 60) return value;
  throw new InvalidArgumentError('It takes a number from 1 to 60.');
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
