/** Defines the command-line options that commands share, and parses their values. */
import type { ThemeSetting } from '../../view/app/screen-settings.js';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseTag, type Tags } from '../../session/origin/tags.js';
import { parseSince } from '../../lib/parse-since.js';
import type { Verification } from '../../session/verify/verify-run.js';
import { parseBytes } from './byte-size.js';
import type { ConfirmWhen } from '../plan-review/confirm-plan.js';

export type OutputFormat = 'text' | 'json';

/** The option of commands that print text or JSON. */
export type FormatOption = Readonly<{ outputFormat: OutputFormat }>;

/** Folders with custom node types, besides the default ones. */
export type NodesOption = Readonly<{ nodes?: readonly string[] }>;

/** Whether the code of the working directory may be loaded without asking. */
export type TrustOption = Readonly<{ trust?: boolean }>;

/** What plans a request: the rules alone, or the model alone. */
export type PlannerChoice = 'rules' | 'model';

/** The options of commands that run a workflow. Times are in seconds. */
export type RunOptions = FormatOption &
  NodesOption &
  TrustOption &
  RecordingOptions &
  ReplayOptions &
  Readonly<{
    print?: boolean;
    model?: string;
    timeout?: number;
    maxCost?: number;
    overBudget?: boolean;
    maxTokens?: number;
    maxDuration?: number;
    stopOnLoop?: boolean;
    /** What plans requests; by default the rules where they are certain, and the model otherwise. */
    planner?: PlannerChoice;
    plannerTimeout: number;
    /** How long an answer of a model may pause. */
    idleTimeout: number;
    yes?: boolean;
    /** Fail a run that has warnings. */
    strict?: boolean;
    confirm?: ConfirmWhen;
    /** The command that judges the result, and those that judge the output of a node. */
    verify?: string;
    verifyNode?: readonly Verification[];
  }>;

/** The options that record model calls, or answer them from a recording. */
export type ReplayOptions = Readonly<{
  /** The file to record model calls in. */
  record?: string;
  /** The file of recorded calls that answers instead of the models. */
  replay?: string;
}>;

/** The defaults of a run: for commands without these options, from whose screen one can be started. */
export const defaultRunOptions = {
  outputFormat: 'text',
  capture: 'preview',
  redact: true,
  plannerTimeout: 60,
  idleTimeout: 120,
} as const satisfies RunOptions;

/** The options of commands that write a trace. */
export type RecordingOptions = Readonly<{
  traceDir?: string;
  /** false for --no-trace. */
  trace?: boolean | string;
  /** false for --no-ledger. */
  ledger?: boolean;
  capture: 'preview' | 'full' | 'none';
  redact: boolean;
  tag?: Tags;
}>;

/** The options of commands that observe a program. */
export type ObserveOptions = RecordingOptions &
  ReplayOptions &
  Readonly<{
    print?: boolean;
    maxCost?: number;
    overBudget?: boolean;
    maxTokens?: number;
    stopOnLoop?: boolean;
    gateway?: boolean;
    content?: boolean;
  }>;

/** The options of commands that open the screen; they override the settings file. */
export type ScreenOptions = Readonly<{
  theme?: ThemeSetting;
  glyphs?: 'unicode' | 'ascii' | 'auto';
  reducedMotion?: boolean;
  fps?: number;
  mouse?: boolean;
  /** Plain sentences instead of the screen. */
  screenReader?: boolean;
}>;

/** Adds the options of commands that open the screen. */
export function addScreenOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--theme <name>',
        'colours for a dark or light background, or with high contrast; auto queries the terminal',
      ).choices(['dark', 'light', 'high-contrast', 'auto']),
    )
    .addOption(
      new Option('--glyphs <set>', 'character set of the screen').choices(['unicode', 'ascii', 'auto']),
    )
    .option('--reduced-motion', 'disable animations')
    .option('--fps <n>', 'redraws per second at most, 1 to 60', framesPerSecond)
    .option('--mouse', 'enable mouse support')
    .option('--no-mouse', "disable mouse support (keep the terminal's text selection)")
    .addOption(screenReaderOption());
}

/** The option of every command that reports progress. */
export function screenReaderOption(): Option {
  return new Option('--screen-reader', 'screen-reader mode: plain sentences instead of the TUI');
}

/** Adds the options of commands that run a workflow. */
export function addRunOptions(command: Command): Command {
  return addLimits(
    addModelOptions(command).option('--timeout <seconds>', 'cancel the run after this many seconds', seconds),
  )
    .option('--max-duration <seconds>', 'start no more nodes or calls after this many seconds', seconds)
    .option(
      '--strict',
      'exit with 1 if the run has warnings: failed items, truncated answers, missing outputs …',
    )
    .option(
      '--verify <command>',
      'judge the result, given on stdin: exit code 0 passes it; else pflow exits with 1',
    )
    .option('--verify-node <node=command>', 'judge the output of a node in the same way', verification)
    .option('-y, --yes', 'run a planned workflow without confirmation')
    .addOption(
      new Option('--confirm <when>', 'confirm planned workflows that change something, or all').choices([
        'effects',
        'always',
      ]),
    );
}

/** Adds the limits on what a run spends. */
function addLimits(command: Command): Command {
  return command
    .option('--max-cost <usd>', 'stop the run when its cost reaches this many USD', dollars)
    .option('--max-tokens <n>', 'stop the run when it has used this many tokens', count)
    .option('--stop-on-loop', 'stop the run in a loop without progress, which is only warned of otherwise')
    .option('--over-budget', 'start the run even if a budget of the settings is used up');
}

/** Adds the options of commands that observe a program. */
export function addObserveOptions(command: Command): Command {
  return addRecordingOptions(
    addReplayOptions(addLimits(command.option('-p, --print', 'print only the result, no progress'))),
  );
}

/** Adds the options that only observing a program has. */
export function addProgramOptions(command: Command): Command {
  return command
    .option('--gateway', 'also direct a coding agent to the gateway, which changes what it sends')
    .option('--content', 'let a coding agent put prompts and responses into its telemetry');
}

/** Adds the options of commands that call a model and write a trace. */
export function addModelOptions(command: Command): Command {
  return addRecordingOptions(
    addReplayOptions(
      command
        .option('-p, --print', 'print only the result, no progress')
        .addOption(outputFormat())
        .option('--model <provider/model>', 'model to use, e.g. anthropic/claude-sonnet-5, or `offline`'),
    )
      .addOption(nodesOption())
      .addOption(trustOption())
      .addOption(
        new Option(
          '--planner <who>',
          'what plans a request; by default the rules if they read it in full, else the model',
        ).choices(['rules', 'model']),
      )
      .option(
        '--planner-timeout <seconds>',
        'cancel planning after this many seconds',
        seconds,
        defaultRunOptions.plannerTimeout,
      )
      .option(
        '--idle-timeout <seconds>',
        'ask again when an answer that began pauses for so long',
        seconds,
        defaultRunOptions.idleTimeout,
      ),
  );
}

/** Adds the options that record model calls, or answer them from a recording. */
function addReplayOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--record <file>', 'record the model calls of the run, without secrets').conflicts('replay'),
    )
    .addOption(new Option('--replay <file>', 'answer model calls from a recording: no network, no cost'));
}

/** Adds the options of commands that write a trace. */
function addRecordingOptions(command: Command): Command {
  return command
    .option('--trace-dir <folder>', 'folder for the trace (default: ~/.pflow/debug)')
    .option('--no-trace', 'do not write a trace')
    .option('--no-ledger', 'leave the run out of the ledger of calls and costs')
    .addOption(
      new Option(
        '--capture <level>',
        'how much of each value the trace keeps: up to 256 kB, everything, or only its kind and size',
      )
        .choices(['preview', 'full', 'none'])
        .default(defaultRunOptions.capture),
    )
    .option('--no-redact', 'do not mask secrets in the trace')
    .addOption(
      new Option('--tag <name=value>', 'tag the run, to find and group it later').argParser(
        (text, others: Tags = {}) => ({ ...others, ...tag(text) }),
      ),
    );
}

/** The option of every command that needs the node types. It may be given several times. */
export function nodesOption(): Option {
  return new Option('--nodes <folder>', 'also load custom nodes from this folder').argParser(
    (folder, others: readonly string[] = []) => [...others, folder],
  );
}

/** The option of every command that may load code of the working directory. */
export function trustOption(): Option {
  return new Option('--trust', 'load the node files and MCP servers of this folder without asking');
}

/** The option of every command whose output a program may read. */
export function outputFormat(): Option {
  return new Option('--output-format <format>', 'format of stdout').choices(['text', 'json']).default('text');
}

/** Parses a node with the command that judges its output. It may be given several times. */
function verification(text: string, others: readonly Verification[] = []): Verification[] {
  const [, node, command] = /^([\w-]+)=(.+)$/s.exec(text.trim()) ?? [];
  if (node === undefined || command === undefined)
    throw new InvalidArgumentError("Expected a node and a command, such as report='./test.sh'.");
  return [...others, { node, command }];
}

/** Parses a whole number from 0. */
export function count(text: string): number {
  if (/^\d[\d_,]*$/.test(text)) return Number(text.replace(/[_,]/g, ''));
  throw new InvalidArgumentError('Expected a whole number.');
}

/** Parses a date, with or without a time of day. */
export function date(text: string): Date {
  const parsed = new Date(text);
  if (!Number.isNaN(parsed.getTime())) return parsed;
  throw new InvalidArgumentError('Expected a date such as 2026-03-01 or 2026-03-01T12:30Z.');
}

function tag(text: string): Tags {
  const parsed = parseTag(text);
  if (parsed) return { [parsed[0]]: parsed[1] };
  throw new InvalidArgumentError('Expected a tag such as team=search.');
}

/** Parses how long ago something was, such as 30m, 24h, 7d or 2w, or a date. */
export function since(text: string): Date {
  const at = parseSince(text);
  if (at !== undefined) return new Date(at);
  throw new InvalidArgumentError('Expected an age such as 24h or 7d, or a date such as 2026-03-01.');
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, others: readonly string[] = []): string[] {
  return [...others, value];
}

/** Parses a size such as 500MB or 2GB. */
export function byteSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError('Expected a size such as 500MB or 2GB.');
}

function framesPerSecond(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= 60) return value;
  throw new InvalidArgumentError('Expected a number from 1 to 60.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number of seconds above 0.');
}

/** Parses an amount in USD above 0. */
export function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected an amount in US dollars above 0.');
}
