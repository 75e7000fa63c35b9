/** Runs commands with limits and kills their process trees. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { messageOf, PflowError } from '../../lib/error.js';
import { formatBytes, formatDuration } from '../../lib/text/format.js';
import { clampDelay } from '../../lib/timer.js';
import { newProcessMark, signalMarked, type ProcessMark } from './process-mark.js';

export type CommandOptions = Readonly<{
  /** Text, or any JSON value; undefined and null mean no input. */
  stdin: unknown;
  cwd: string;
  env: Readonly<Record<string, string | number | boolean>>;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called with every chunk as it arrives. */
  onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}>;

export type CommandResult = Readonly<{ stdout: Buffer; stderr: Buffer; exitCode: number }>;

/** Maximum output per stream in bytes. */
const MOST_BYTES = 20_000_000;
/** Grace period in ms between SIGTERM and SIGKILL. */
const GRACE_MS = 300;
/** Time in ms to wait for remaining output after the command exited; a background process may hold the pipe open. */
const DRAIN_MS = 250;

/** A process, its group, and descendants that left the group. */
type Tree = Readonly<{ child: ChildProcess; mark: ProcessMark }>;

const trees = new Map<Tree, 'running' | 'stopping'>();

/**
 * Runs a command line in the system shell, in a process group of its own: stopping it stops all descendants, on Linux
 * including detached ones. Rejects if it cannot start, times out, exceeds the output limit or is aborted.
 */
export function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  return run(command, [], true, options);
}

/** Runs a program without a shell: arguments are passed verbatim. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return run(program, args, false, options);
}

function run(
  command: string,
  args: readonly string[],
  shell: boolean,
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const mark = newProcessMark();
    const child = spawn(command, [...args], {
      shell,
      detached: !onWindows,
      cwd: options.cwd,
      env: { ...envOf(options.env), ...mark },
      windowsHide: true,
    });
    const tree = { child, mark };
    track(tree);
    const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };

    const stop = (reason: unknown) => {
      endTree(tree);
      settle(() => reject(reason));
    };
    const abort = () => stop(options.signal.reason);
    const timer = setTimeout(() => {
      stop(
        new PflowError(
          'node_timeout',
          `The command timed out after ${formatDuration(options.timeoutMs)}: ${command}`,
          { hint: 'Increase `timeout` (seconds).' },
        ),
      );
    }, clampDelay(options.timeoutMs));
    let settle = (then: () => void) => {
      settle = () => {};
      clearTimeout(timer);
      options.signal.removeEventListener('abort', abort);
      child.stdout.destroy();
      child.stderr.destroy();
      then();
    };

    for (const name of ['stdout', 'stderr'] as const) {
      let bytes = 0;
      child[name].on('data', (chunk: Buffer) => {
        printed[name].push(chunk);
        options.onOutput?.(chunk, name);
        bytes += chunk.length;
        if (bytes > MOST_BYTES)
          stop(
            new PflowError(
              'node_failed',
              `The command printed more than ${formatBytes(MOST_BYTES)} on ${name}: ${command}`,
            ),
          );
      });
    }
    child.on('error', (cause) => settle(() => reject(cannotBegin(command, options.cwd, cause))));
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      settle(() =>
        resolve({ stdout: Buffer.concat(printed.stdout), stderr: Buffer.concat(printed.stderr), exitCode }),
      );
    };
    child.on('close', finish);
    child.on('exit', (code, signal) => setTimeout(() => finish(code, signal), DRAIN_MS).unref());
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();

    // A command that does not read its input closes the pipe early, which is not an error.
    child.stdin.on('error', () => {});
    child.stdin.end(inputOf(options.stdin));
  });
}

const onWindows = process.platform === 'win32';

/** Tracks the process until it exits, so that it cannot outlive this one. */
function track(tree: Tree): void {
  if (trees.size === 0) process.once('exit', killAll);
  trees.set(tree, 'running');
  const ended = () => {
    if (trees.get(tree) === 'running') forget(tree);
  };
  tree.child.once('exit', ended);
  tree.child.once('error', ended);
}

/** Trees that are to end since the last turn of the event loop. */
const ending: Tree[] = [];

/** Ends a process with its descendants. All that end at the same time, such as the items of a batch, are searched for together. */
function endTree(tree: Tree): void {
  signalGroup(tree.child, 'SIGTERM');
  // The shell may exit before its descendants: the tree is tracked until it was killed.
  trees.set(tree, 'stopping');
  ending.push(tree);
  if (ending.length > 1) return;
  setImmediate(() => {
    const ended = ending.splice(0);
    signalMarked(
      ended.map(({ mark }) => mark),
      'SIGTERM',
    );
    setTimeout(() => {
      signalTrees(ended, 'SIGKILL');
      ended.forEach(forget);
    }, GRACE_MS).unref();
  });
}

function forget(tree: Tree): void {
  trees.delete(tree);
  if (trees.size === 0) process.removeListener('exit', killAll);
}

function killAll(): void {
  signalTrees([...trees.keys()], 'SIGKILL');
}

function signalTrees(trees: readonly Tree[], signal: NodeJS.Signals): void {
  for (const { child } of trees) signalGroup(child, signal);
  signalMarked(
    trees.map(({ mark }) => mark),
    signal,
  );
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group no longer exists.
  }
}

function envOf(added: CommandOptions['env']): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...Object.fromEntries(Object.entries(added).map(([name, value]) => [name, String(value)])),
  };
}

function inputOf(stdin: unknown): string {
  if (stdin === undefined || stdin === null) return '';
  return typeof stdin === 'string' ? stdin : (JSON.stringify(stdin) ?? '');
}

function cannotBegin(command: string, cwd: string, cause: unknown): PflowError {
  // ENOENT means a missing program or a missing directory.
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const message =
    missing && !existsSync(cwd)
      ? `The command cannot run in '${cwd}': there is no such directory.`
      : missing
        ? `There is no program '${command}' on this machine.`
        : `The command cannot begin: ${messageOf(cause)}`;
  return new PflowError('node_failed', message, { cause });
}
