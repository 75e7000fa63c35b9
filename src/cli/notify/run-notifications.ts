/** Runs the user's commands when a run finishes, fails, approaches a limit or is stalled. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { summarize } from '../../metrics/summary.js';
import type { Session } from '../../session/session.js';
import type {
  NotificationCommand,
  NotificationCommands,
  NotifiedEvent,
} from '../args/notification-settings.js';

/** The parts of a session that are watched. */
export type WatchedRun = Readonly<{
  log: Pick<Session['log'], 'now' | 'subscribe'>;
  collector: Pick<Session['collector'], 'state'>;
  done: Promise<Pick<Awaited<Session['done']>, 'state' | 'summary' | 'tracePath'>>;
}>;

export type NotificationOptions = Readonly<{
  commands: NotificationCommands;
  env: NodeJS.ProcessEnv;
  /** What is wrong with a command, once for each event. */
  onWarning: (message: string) => void;
  /** A run without events for this many ms is stalled, as the screen shows it. */
  stallMs?: number;
}>;

const STALL_MS = 30_000;
/** Set for the commands: a run that one of them starts runs none, so that they cannot start each other without end. */
const MARK = 'PFLOW_NOTIFICATION';

/** Runs the commands for what happens to a run until it has finished. Nothing waits for them, not even the exit of the process. */
export function notifyByCommands(run: WatchedRun, options: NotificationOptions): void {
  const { commands, env, onWarning, stallMs = STALL_MS } = options;
  if (Object.keys(commands).length === 0 || env[MARK]) return;
  const failed = new Set<NotifiedEvent>();
  const notify = (event: NotifiedEvent, facts: () => object): void => {
    const command = commands[event];
    if (command === undefined) return;
    startCommand(
      command,
      `${JSON.stringify({ event, ...facts() })}\n`,
      { ...env, [MARK]: event },
      (problem) => {
        if (!failed.has(event)) onWarning(`The command of the setting on.${event} failed: ${problem}`);
        failed.add(event);
      },
    );
  };
  const progress = () => describeRunning(run.collector.state());
  let isNearLimit = false;
  run.log.subscribe((event) => {
    const isNear =
      event.type === 'control.changed' &&
      (event.change === 'budget-warned' || event.change === 'budget-exceeded');
    if (isNear && !isNearLimit) notify('budget80', progress);
    isNearLimit ||= isNear;
  });
  const stopWatching =
    commands.stalled === undefined ? () => {} : watchStalls(run, stallMs, () => notify('stalled', progress));
  void run.done.then(({ state, summary, tracePath }) => {
    stopWatching();
    const facts = () => ({ ...identify(state), ...summary, trace_path: tracePath ?? null });
    notify('finished', facts);
    if (state.status === 'failed' || state.status === 'budget') notify('failed', facts);
  });
}

type State = ReturnType<WatchedRun['collector']['state']>;

function identify({ started, status }: State): object {
  return { run: started?.run ?? null, name: started?.name ?? null, status };
}

/** The summary of a run in progress: it has neither a result nor an error yet. */
function describeRunning(state: State): object {
  const { result: _result, is_error: _isError, error: _error, ...figures } = summarize(state);
  return { ...identify(state), ...figures };
}

/** Calls `onStall` once each time that a run has had no events for `stallMs` and does not wait for its user. */
function watchStalls({ log, collector }: WatchedRun, stallMs: number, onStall: () => void): () => void {
  let stalledAt = -1;
  const timer = setInterval(() => {
    const { events, lastAt, paused, asking, waitingSince } = collector.state();
    if (paused || asking || waitingSince !== undefined) return;
    if (events === stalledAt || log.now() - lastAt < stallMs) return;
    stalledAt = events;
    onStall();
  }, stallMs / 6).unref();
  return () => clearInterval(timer);
}

/**
 * Starts a command in its own process group, with a text on its stdin. The text is in a file without a name, so that it arrives
 * even if this process exits at once; the command starts in the home folder, so that a relative path in it never means a file
 * of the project.
 */
function startCommand(
  command: NotificationCommand,
  text: string,
  env: NodeJS.ProcessEnv,
  onProblem: (problem: string) => void,
): void {
  let child: ChildProcess;
  try {
    const stdin = openText(text);
    try {
      const options: SpawnOptions = {
        cwd: env['HOME'] || homedir(),
        env,
        detached: true,
        stdio: [stdin, 'ignore', 'ignore'],
      };
      if (typeof command === 'string') child = spawn(command, { ...options, shell: true });
      else {
        const [program = '', ...args] = command;
        child = spawn(program, args, options);
      }
    } finally {
      closeSync(stdin);
    }
  } catch (error) {
    return onProblem(messageOf(error));
  }
  child.on('error', (error) => onProblem(error.message));
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) onProblem(`it exited with code ${code}.`);
  });
  child.unref();
}

/** Opens a file with the text for reading; its name is removed at once. */
function openText(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-'));
  try {
    const path = join(folder, 'event.json');
    writeFileSync(path, text, { mode: 0o600 });
    return openSync(path, 'r');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
