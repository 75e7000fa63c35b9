import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { EventOf, KnownTraceEvent, TraceEventType } from '../../src/trace/event/event.js';

/** The built program, as it ships. */
export const mainFile = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

export type Started = Readonly<{
  child: ChildProcess;
  ended: Promise<Ended>;
  said(text: string): Promise<void>;
}>;

/** A temporary folder with a home folder, deleted when the test ends. */
export type Workspace = Readonly<{
  folder: string;
  /** The program's environment: no keys, no settings of the developer, offline rules. */
  env: Readonly<Record<string, string>>;
  write(name: string, content: string | object): string;
  /** Runs the program until it exits. `input` is piped in; without it stdin is empty. */
  pflow(args: readonly string[], options?: PflowOptions): Promise<Ended>;
  start(args: readonly string[], options?: PflowOptions): Started;
  /** The files of the trace folder. */
  traces(): string[];
  /** The traces and the files next to them. */
  debugFiles(): string[];
  /** The events of the only trace there is. */
  trace(): KnownTraceEvent[];
}>;

export type PflowOptions = Readonly<{ env?: Readonly<Record<string, string | undefined>>; input?: string }>;

/** Creates a workspace. */
export function workspace(): Workspace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pflow-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, '.home');
  const debug = join(home, 'debug');
  const env = { PATH: process.env['PATH']!, HOME: folder, PFLOW_HOME: home, PFLOW_MODEL: 'offline' };
  const start: Workspace['start'] = (args, options = {}) => {
    const child = spawn(process.execPath, [mainFile, ...args], {
      cwd: folder,
      env: { ...env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin?.end(options.input);
    return watch(child);
  };
  const debugFiles = () => {
    try {
      return readdirSync(debug).map((name) => join(debug, name));
    } catch {
      return [];
    }
  };
  const traces = () => debugFiles().filter((path) => !path.endsWith('.values.jsonl'));
  return {
    folder,
    env,
    start,
    pflow: (args, options) => start(args, options).ended,
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    traces,
    debugFiles,
    trace() {
      const [path, ...others] = traces();
      if (path === undefined || others.length > 0)
        throw new Error(`There are ${traces().length} traces, not one.`);
      return readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as KnownTraceEvent);
    },
  };
}

/** The events of one type. */
export function eventsOf<T extends TraceEventType>(
  events: readonly KnownTraceEvent[],
  type: T,
): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

function watch(child: ChildProcess): Started {
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stderr.includes(text) && (waiting.delete(look), resolve());
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended and never said '${text}':\n${stderr}`)));
      }),
  };
}
