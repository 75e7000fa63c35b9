/** Installs the tap in the worker threads of a program and receives its reports. */

import { AsyncResource } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import threads, {
  BroadcastChannel,
  receiveMessageOnPort,
  setEnvironmentData,
  type MessagePort,
  type Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import type { Exchange } from '../exchange/exchange.js';
import { mayBeAnswered, offerExchange } from '../exchange/open-exchange.js';
import {
  UNTAPPED,
  WORKER_KEY,
  type WorkerAnswer,
  type WorkerLink,
  type WorkerMessage,
} from './worker-messages.js';

type WorkerClass = typeof Worker;

/** Workers under observation: the async context that started each, and its exchanges. */
type Observed = { context: AsyncResource; exchanges: Map<string, Exchange> };

/**
 * Replaces the Worker class by one whose threads load the tap first. Programs that hold the class itself since before keep
 * theirs. Without the tap's own file (in a bundle) nothing is replaced.
 */
export function hookWorkers(parent?: WorkerLink): { undo: () => void; drain: () => void } {
  const tapFile = findTapFile();
  if (tapFile === undefined) return { undo: () => {}, drain: () => {} };
  const original = threads.Worker;
  const link = createLink(parent);
  const tapped = new Proxy(original, {
    construct(target, args: [string | URL, WorkerOptions?], newTarget: WorkerClass) {
      return construct(target, args, newTarget, link, tapFile);
    },
  });
  threads.Worker = tapped;
  syncBuiltinESMExports();
  return {
    drain: () => link.drain(),
    undo() {
      link.close();
      if (threads.Worker !== tapped) return;
      threads.Worker = original;
      syncBuiltinESMExports();
    },
  };
}

function construct(
  target: WorkerClass,
  [file, options]: [string | URL, WorkerOptions?],
  newTarget: WorkerClass,
  link: Link,
  tapFile: string,
): Worker {
  const start = (given: WorkerOptions | undefined): Worker =>
    Reflect.construct(target, [file, given], newTarget) as Worker;
  if (options && UNTAPPED in options) return start(options);
  const execArgv = options?.execArgv ?? process.execArgv;
  const worker = link.add();
  try {
    setEnvironmentData(WORKER_KEY, {
      ...link.at,
      worker,
      execArgv: [...execArgv],
      answers: mayBeAnswered(),
    } satisfies WorkerLink);
    const started = startWithTap(start, options, execArgv, tapFile);
    started.once('exit', () => link.remove(worker));
    return started;
  } finally {
    setEnvironmentData(WORKER_KEY, link.inherited);
  }
}

/** Arguments that a process takes and a thread does not are inherited silently, but rejected when passed explicitly. */
function startWithTap(
  start: (options: WorkerOptions) => Worker,
  options: WorkerOptions | undefined,
  execArgv: readonly string[],
  tapFile: string,
): Worker {
  const withTap = (args: readonly string[]): Worker =>
    start({ ...options, execArgv: [...args, '--require', tapFile] });
  try {
    return withTap(execArgv);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || options?.execArgv) throw error;
    const refused = String(message).split(':').slice(1).join(':');
    return withTap(execArgv.filter((arg) => !refused.includes(arg)));
  }
}

type Link = {
  /** Where workers report; null until there is one. */
  readonly at: Pick<WorkerLink, 'channel'>;
  /** What this thread's own environment data is. */
  readonly inherited: WorkerLink | undefined;
  add(): number;
  remove(worker: number): void;
  drain(): void;
  close(): void;
};

let links = 0;

/** A worker of a worker reports to the main thread, as its parent. */
function createLink(parent: WorkerLink | undefined): Link {
  if (parent) {
    return {
      at: { channel: parent.channel },
      inherited: parent,
      add: () => parent.worker,
      remove: () => {},
      drain: () => {},
      close: () => {},
    };
  }
  const name = `${WORKER_KEY}.${process.pid}.${++links}.${Math.random().toString(36).slice(2)}`;
  const observed = new Map<number, Observed>();
  let channel: BroadcastChannel | undefined;
  let count = 0;
  const answer = (given: WorkerAnswer): void => {
    // A browser takes a second argument, by which linters tell its postMessage.
    if (channel) Reflect.apply(channel.postMessage, channel, [given]);
  };
  const open = (): void => {
    if (channel) return;
    channel = new BroadcastChannel(name);
    channel.addEventListener('message', (event) =>
      onMessage(observed, (event as unknown as { data: WorkerMessage }).data, answer),
    );
    channel.unref();
  };
  const drain = (): void => {
    for (;;) {
      const received =
        channel &&
        (receiveMessageOnPort(channel as unknown as MessagePort) as { message: WorkerMessage } | undefined);
      if (!received) return;
      onMessage(observed, received.message, answer);
    }
  };
  return {
    at: { channel: name },
    inherited: undefined,
    add() {
      open();
      observed.set(++count, { context: new AsyncResource('pflow.tap'), exchanges: new Map() });
      return count;
    },
    remove(worker) {
      drain();
      for (const exchange of observed.get(worker)?.exchanges.values() ?? []) exchange.fail(undefined, true);
      observed.delete(worker);
    },
    drain,
    close() {
      drain();
      channel?.close();
      channel = undefined;
    },
  };
}

function onMessage(
  observed: ReadonlyMap<number, Observed>,
  message: WorkerMessage,
  answer: (given: WorkerAnswer) => void,
): void {
  const from = observed.get(message.worker);
  if (!from) return;
  const { exchanges, context } = from;
  if (message.kind === 'request') {
    const { method, url, startedAt } = message;
    // The body arrives without its content encoding.
    const { 'content-encoding': _encoding, ...headers } = message.headers;
    const request = {
      client: 'worker' as const,
      method,
      url,
      headers,
      startedAt: startedAt - performance.timeOrigin,
    };
    const exchange = context.runInAsyncScope(offerExchange, undefined, request);
    if (exchange) exchanges.set(message.exchange, exchange);
    return;
  }
  const exchange = exchanges.get(message.exchange);
  if (message.kind === 'body') {
    exchange?.send(message.body);
    exchange?.sent();
    const given = {
      kind: 'answer',
      exchange: message.exchange,
      answer: undefined,
      error: undefined,
    } as const;
    (exchange?.isHeld ? exchange.answer() : Promise.resolve(undefined)).then(
      (found) => answer({ ...given, answer: found }),
      (error: unknown) => answer({ ...given, error: error instanceof Error ? error.message : String(error) }),
    );
  }
  if (!exchange) return;
  switch (message.kind) {
    case 'response':
      return exchange.respond(message.status, message.headers);
    case 'data':
      return exchange.receive(message.chunk);
    case 'end': {
      exchanges.delete(message.exchange);
      if (message.outcome === 'complete') return exchange.finish();
      const error = message.error && Object.assign(new Error(message.error.message), message.error);
      return exchange.fail(error, message.outcome === 'abandoned' || undefined);
    }
  }
}

/** Beside the bundles in dist; from the sources, as the last build left it. */
function findTapFile(): string | undefined {
  // A user's bundle in CommonJS has none, and none of pflow's files either.
  const here: string | undefined = import.meta.url;
  if (!here) return undefined;
  return ['./tap.cjs', '../tap.cjs', '../../../dist/tap.cjs']
    .map((path) => new URL(path, here))
    .filter(({ protocol }) => protocol === 'file:')
    .map((url) => fileURLToPath(url))
    .find((path) => existsSync(path));
}
