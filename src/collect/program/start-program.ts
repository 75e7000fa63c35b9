/** Starts a program so that it can be observed: its environment, the server that it may call, and the folder of its tap. */

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listenOnLoopback, type LoopbackHandler, type LoopbackServer } from '../loopback-server.js';
import { SpoolReader } from '../spool/spool-reader.js';
import { createChildEnvironment, type ChildEnvironment } from './child-environment.js';

/** What is started, and how. */
export type ProgramStart = Readonly<{
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdio: StdioOptions;
  gateway: boolean;
  /** Enables the recording of prompts and responses of agents that report telemetry. */
  content: boolean;
  /** Has the requests to models answered by the handler of the server instead of the providers. */
  replay?: boolean;
}>;

/** A program that runs. */
export type StartedProgram = Omit<ChildEnvironment, 'env' | 'args'> &
  Readonly<{
    child: ChildProcess;
    server: LoopbackServer;
    spool: SpoolReader;
    traceparent: string;
    /** In ms since the epoch. */
    startedAtMs: number;
    /** Resolves when it has exited, or could not be started. */
    exited: Promise<ProgramExit>;
    /** Handles the requests that the program makes to the server; those made before wait. */
    serve(handler: LoopbackHandler): void;
  }>;

/** How a program ended: by its code, by a signal, or not started at all. */
export type ProgramExit =
  | Readonly<{ code: number }>
  | Readonly<{ signal: NodeJS.Signals }>
  | Readonly<{ error: NodeJS.ErrnoException }>;

/** Starts a program. It runs while the modules that record it are still being loaded. */
export async function startProgram(start: ProgramStart): Promise<StartedProgram> {
  let serve: (handler: LoopbackHandler) => void = () => {};
  const ready = new Promise<LoopbackHandler>((resolve) => (serve = resolve));
  const server = await listenOnLoopback(
    {
      request: (path, request, response) =>
        void ready.then((handler) => handler.request(path, request, response)),
      upgrade: (path, request, socket, head) =>
        void ready.then((handler) => handler.upgrade(path, request, socket, head)),
    },
    { secret: randomBytes(16).toString('hex') },
  );
  const spool = new SpoolReader();
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  const { env, args, ...rest } = createChildEnvironment(start.env, {
    command: start.command,
    url: server.url,
    tapFile: findTapFile(),
    spoolFolder: spool.folder,
    traceparent,
    gateway: start.gateway,
    content: start.content,
    replay: start.replay ?? false,
  });
  const startedAtMs = performance.timeOrigin + performance.now();
  const child = spawn(start.command, [...args, ...start.args], { env, stdio: start.stdio });
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => resolve(signal === null ? { code: code ?? 0 } : { signal }));
  });
  return {
    ...rest,
    child,
    server,
    spool,
    traceparent: start.env['TRACEPARENT'] || traceparent,
    startedAtMs,
    exited,
    serve,
  };
}

/** Beside the bundles in dist; from the sources, as the last build left it. */
function findTapFile(): string | undefined {
  return ['./tap.cjs', '../tap.cjs', '../../../dist/tap.cjs']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}
