import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { messageOf, PflowError } from '../lib/error.js';
import { formatBytes, formatDuration } from '../lib/format.js';
import { timerMs } from '../lib/timer.js';

export type CommandOptions = Readonly<{
  /** Text, or anything that becomes JSON; undefined and null are no input. */
  stdin: unknown;
  cwd: string;
  env: Readonly<Record<string, string | number | boolean>>;
  timeoutMs: number;
  signal: AbortSignal;
}>;

export type CommandResult = Readonly<{ stdout: Buffer; stderr: Buffer; exitCode: number }>;

/** The most that a command may print on one stream. */
const MOST_BYTES = 20_000_000;
/** How long a process may take to end by itself after it was asked to. */
const GRACE_MS = 300;
/** How long to wait for the rest of the output of a command that has ended: something it left running may hold the pipe open. */
const DRAIN_MS = 250;

const groups = new Map<ChildProcess, 'running' | 'stopping'>();

/**
 * Runs a command line in the system's shell, in a process group of its own: when it is stopped, everything it started is
 * stopped with it. Rejects when it cannot begin, runs out of time, prints too much or the signal is aborted.
 */
export function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  return run(command, [], true, options);
}

/** Runs a program without a shell: every argument arrives as it is, whatever characters it has. */
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
    const child = spawn(command, [...args], {
      shell,
      detached: !onWindows,
      cwd: options.cwd,
      env: envOf(options.env),
      windowsHide: true,
    });
    track(child);
    const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };

    const stop = (reason: unknown) => {
      endGroup(child);
      settle(() => reject(reason));
    };
    const abort = () => stop(options.signal.reason);
    const timer = setTimeout(() => {
      stop(
        new PflowError(
          'node_timeout',
          `The command did not end within ${formatDuration(options.timeoutMs)}: ${command}`,
          { hint: 'Set timeout, in seconds, to give it longer.' },
        ),
      );
    }, timerMs(options.timeoutMs));
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

    // A command that does not read its input closes the pipe early, which is no failure.
    child.stdin.on('error', () => {});
    child.stdin.end(inputOf(options.stdin));
  });
}

const onWindows = process.platform === 'win32';

/** Remembers the child until it has ended, so that it does not outlive this process. */
function track(child: ChildProcess): void {
  if (groups.size === 0) process.once('exit', killAll);
  groups.set(child, 'running');
  const ended = () => {
    if (groups.get(child) === 'running') forget(child);
  };
  child.once('exit', ended);
  child.once('error', ended);
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  // The shell may be gone at once and what it started not: the group is remembered until it was killed.
  groups.set(child, 'stopping');
  setTimeout(() => {
    signalGroup(child, 'SIGKILL');
    forget(child);
  }, GRACE_MS).unref();
}

function forget(child: ChildProcess): void {
  groups.delete(child);
  if (groups.size === 0) process.removeListener('exit', killAll);
}

function killAll(): void {
  for (const child of groups.keys()) signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
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
  // The system says ENOENT for a missing program and for a missing directory alike.
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const message =
    missing && !existsSync(cwd)
      ? `The command cannot run in '${cwd}': there is no such directory.`
      : missing
        ? `There is no program '${command}' on this machine.`
        : `The command cannot begin: ${messageOf(cause)}`;
  return new PflowError('node_failed', message, { cause });
}
